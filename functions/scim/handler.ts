import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AWS_LIMITS } from '../platform/aws-limits.ts';
import { systemClock } from '../platform/clock.ts';
import { readEnvironment } from '../platform/config.ts';
import { createHttpSend } from '../platform/http-send.ts';
import { serveUntil, whileServed } from '../platform/lifeline.ts';
import { createLog } from '../platform/logger.ts';
import { createReceiptMetrics } from '../platform/metrics.ts';
import { createSendMessages } from '../queue/send-messages.ts';
import { createBrake } from '../state/brake.ts';
import { createReceipts } from '../state/receipts.ts';
import { createScimClients } from '../state/scim/clients.ts';
import { createScimGroups } from '../state/scim-groups.ts';
import { createScimNames } from '../state/scim-names.ts';
import { createScimPointers } from '../state/scim-pointers.ts';
import { table } from '../state/table.ts';
import { createUserRecords } from '../state/user-records.ts';
import { parseTenant } from '../tenants/parse-tenant.ts';
import { createSecretSource } from '../tenants/tenant-secret.ts';
import { readAhead, readTenantTable } from '../tenants/tenant-table.ts';
import { createJsonWebKeys } from './credentials/json-web-keys.ts';
import { scimEnvironment } from './environment.ts';
import { makeTenant } from './make-tenant.ts';
import { requestFile, requestLog } from './requests/log.ts';
import { createScim } from './server.ts';

const environment = readEnvironment(scimEnvironment, process.env);
const clock = systemClock;
const http = { ...whileServed({ send: createHttpSend() }), clock, timeout: environment.REQUEST_TIMEOUT };
const state = table(new DynamoDBClient(AWS_LIMITS), environment.TABLE_NAME);
const secrets = createSecretSource({ client: new SecretsManagerClient(AWS_LIMITS), clock });
const metrics = createReceiptMetrics();
const log = createLog();

const tenants = readTenantTable(
  environment.TENANTS_FILE ?? join(import.meta.dirname, 'tenants.json'),
  parseTenant,
);
readAhead(tenants);

const scim = createScim({
  tenants,
  secrets,
  webKeys: createJsonWebKeys(http),
  serve: (tenant) => makeTenant(tenant, http, secrets, environment.INSTANCES),
  records: whileServed(createUserRecords(state)),
  names: whileServed(createScimNames(state)),
  pointers: whileServed(createScimPointers(state)),
  scimGroups: whileServed(createScimGroups(state)),
  receipts: whileServed(createReceipts(state)),
  clients: whileServed(createScimClients(state)),
  logRequest:
    environment.REQUESTS_FILE === undefined ? requestLog(log) : requestFile(environment.REQUESTS_FILE),
  brake: whileServed(createBrake(state)),
  ...whileServed({ sendMessages: createSendMessages(new SQSClient(AWS_LIMITS)) }),
  queues: { changes: environment.CHANGES_QUEUE_URL, revocations: environment.REVOCATIONS_QUEUE_URL },
  clock,
  random: Math.random,
  pause: delay,
  newId: randomUUID,
  log,
  measure: metrics.measure,
  alert: metrics.alert,
});

/** Milliseconds before its end at which the function answers: Lambda's own answer would not be SCIM's. */
const LAST_WORD = 500;

/** What was answered in the stead of the request that has just been given up. */
let inItsStead: APIGatewayProxyStructuredResultV2 | undefined;

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
  timeoutEarlyInMillis: LAST_WORD,
  // The signal is aborted right before.
  timeoutEarlyResponse: () => inItsStead,
}).handler(async (event, _context, { signal }) => {
  const late = {
    signal,
    answer(result: APIGatewayProxyStructuredResultV2) {
      inItsStead = result;
    },
  };
  try {
    return await serveUntil(signal, () => scim(event, late));
  } finally {
    metrics.flush();
  }
});
