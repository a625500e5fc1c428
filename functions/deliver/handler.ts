import { join } from 'node:path';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { AWS_LIMITS } from '../platform/aws-limits.ts';
import { systemClock } from '../platform/clock.ts';
import { readEnvironment } from '../platform/config.ts';
import type { HttpPorts } from '../platform/http.ts';
import { createHttpSend } from '../platform/http-send.ts';
import { createLog } from '../platform/logger.ts';
import { createReceiptMetrics } from '../platform/metrics.ts';
import { createDeadLetter } from '../queue/dead-letter.ts';
import { laneOf } from '../queue/lane.ts';
import { LOOK_DELAY } from '../queue/message.ts';
import { createRetryLater } from '../queue/retry-later.ts';
import { createSendMessages } from '../queue/send-messages.ts';
import { createGraphDirectory } from '../sources/entra/graph-directory.ts';
import { createGraphRequest } from '../sources/entra/graph-request.ts';
import { createOktaDirectory } from '../sources/okta/okta-directory.ts';
import { createAccountsByAddress } from '../state/accounts-by-address.ts';
import { createBeginnings } from '../state/beginnings.ts';
import { createBrake } from '../state/brake.ts';
import { createCards } from '../state/cards.ts';
import { createCursors, KNOWN_USERS } from '../state/cursors.ts';
import { createOpenItems } from '../state/open-items.ts';
import { createReceipts } from '../state/receipts.ts';
import { createSubscriptions } from '../state/subscriptions.ts';
import { table } from '../state/table.ts';
import { createUserRecords } from '../state/user-records.ts';
import { parseTenant } from '../tenants/parse-tenant.ts';
import { createSecretSource } from '../tenants/tenant-secret.ts';
import { readTenantTable } from '../tenants/tenant-table.ts';
import { READ_BACK_DELAY } from './aftercare/read-back.ts';
import { createReadBacks } from './aftercare/read-backs.ts';
import { secondLook } from './aftercare/second-look.ts';
import { createDeliver, type Queues } from './deliver.ts';
import { deliverEnvironment } from './environment.ts';
import { tenantServices } from './services.ts';

const environment = readEnvironment(deliverEnvironment, process.env);
const clock = systemClock;
const http: HttpPorts = { send: createHttpSend(), clock, timeout: environment.REQUEST_TIMEOUT };
const sqs = new SQSClient(AWS_LIMITS);
const state = table(new DynamoDBClient(AWS_LIMITS), environment.TABLE_NAME);
const tenants = readTenantTable(
  environment.TENANTS_FILE ?? join(import.meta.dirname, 'tenants.json'),
  parseTenant,
);
const secrets = createSecretSource({ client: new SecretsManagerClient(AWS_LIMITS), clock });
const sendMessages = createSendMessages(sqs);
const metrics = createReceiptMetrics();
const cursors = createCursors(state);

const urls = { changes: environment.CHANGES_QUEUE_URL, revocations: environment.REVOCATIONS_QUEUE_URL };
const queues: Queues = {
  [nameOf(urls.changes)]: {
    url: urls.changes,
    deadLetterUrl: environment.CHANGES_DEAD_LETTER_QUEUE_URL,
    urgent: false,
  },
  [nameOf(urls.revocations)]: {
    url: urls.revocations,
    deadLetterUrl: environment.REVOCATIONS_DEAD_LETTER_QUEUE_URL,
    urgent: true,
  },
};

const readBacks = createReadBacks((tenant, items) =>
  sendMessages([
    {
      queueUrl: urls.changes,
      message: { kind: 'read_back', tenant, items: [...items] },
      delay: READ_BACK_DELAY,
    },
  ]),
);
const log = createLog();

const deliver = createDeliver({
  servicesOf: tenantServices(tenants, http, secrets),
  cards: createCards(state),
  records: createUserRecords(state),
  receipts: createReceipts(state),
  openItems: createOpenItems(state),
  accountsByAddress: createAccountsByAddress(state),
  beginnings: createBeginnings(state),
  subscriptions: createSubscriptions(state),
  cursors,
  brake: createBrake(state),
  knownUsers: async (tenant) => Number((await cursors.find(tenant, KNOWN_USERS)) ?? 0),
  directories: {
    // A revocation does not wait for Okta any longer than this, and anything else is tried again.
    okta: createOktaDirectory(
      { ...http, timeout: Math.min(http.timeout, 3_000) },
      environment.OKTA_API_BASE_URL,
    ),
    entra: createGraphDirectory(createGraphRequest(http, environment.GRAPH_BASE_URL)),
  },
  secrets,
  readMargin: environment.READ_MARGIN,
  readAgain: (change, after) =>
    sendMessages([
      {
        queueUrl: urls[laneOf(change)],
        message: secondLook(change, clock() + after),
        delay: Math.ceil(after / 1000),
      },
    ]),
  lookAgain: (tenant, clarusUserId) =>
    sendMessages([
      { queueUrl: urls.changes, message: { kind: 'look', tenant, clarusUserId }, delay: LOOK_DELAY },
    ]),
  queues,
  retryLater: createRetryLater(sqs),
  deadLetter: createDeadLetter(sqs),
  clock,
  random: Math.random,
  log,
  toReadBack: readBacks.add,
  measure: metrics.measure,
  alert: metrics.alert,
  measureOpen: metrics.measureOpen,
});

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event, context) => {
  const processor = new BatchProcessor(EventType.SQS);
  try {
    return await processPartialResponse(event, deliver, processor, {
      context,
      throwOnFullBatchFailure: false,
    });
  } finally {
    // What is not read back now the inventory sees.
    await readBacks.flush().catch((error) => log('warn', 'read back', { code: String(Object(error).code) }));
    metrics.flush();
  }
});
