import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { AWS_LIMITS } from '../platform/aws-limits.ts';
import { systemClock } from '../platform/clock.ts';
import { readEnvironment } from '../platform/config.ts';
import type { HttpPorts } from '../platform/http.ts';
import { createHttpSend } from '../platform/http-send.ts';
import { createLog } from '../platform/logger.ts';
import { createSweepMetrics } from '../platform/sweep-metrics.ts';
import { laneOf } from '../queue/lane.ts';
import { createSendMessages } from '../queue/send-messages.ts';
import { createGraphDirectory } from '../sources/entra/graph-directory.ts';
import { createGraphRequest } from '../sources/entra/graph-request.ts';
import { createOktaDirectory } from '../sources/okta/okta-directory.ts';
import { createReadLog } from '../sources/okta/system-log.ts';
import { createAccountsByAddress } from '../state/accounts-by-address.ts';
import { createBeginnings } from '../state/beginnings.ts';
import { createCards } from '../state/cards.ts';
import { createCursors } from '../state/cursors.ts';
import { createOpenItems } from '../state/open-items.ts';
import { createReceipts } from '../state/receipts.ts';
import { createSubscriptions } from '../state/subscriptions.ts';
import { table } from '../state/table.ts';
import { createUserRecords } from '../state/user-records.ts';
import { parseTenant } from '../tenants/parse-tenant.ts';
import { createSecretSource } from '../tenants/tenant-secret.ts';
import { readTenantTable } from '../tenants/tenant-table.ts';
import { sweepEnvironment } from './environment.ts';
import { sweepServices } from './services.ts';
import { createSweep } from './sweep.ts';
import { createSweepTenant } from './sweep-tenant.ts';

const environment = readEnvironment(sweepEnvironment, process.env);
const clock = systemClock;
const http: HttpPorts = { send: createHttpSend(), clock, timeout: environment.REQUEST_TIMEOUT };
const state = table(new DynamoDBClient(AWS_LIMITS), environment.TABLE_NAME);
const tenants = readTenantTable(
  environment.TENANTS_FILE ?? join(import.meta.dirname, 'tenants.json'),
  parseTenant,
);
const secrets = createSecretSource({ client: new SecretsManagerClient(AWS_LIMITS), clock });
const sendMessages = createSendMessages(new SQSClient(AWS_LIMITS));
const metrics = createSweepMetrics();
const { OKTA_API_BASE_URL: oktaUrl, GRAPH_BASE_URL: graphUrl } = environment;
const graph = createGraphRequest(http, graphUrl);
const queueUrls = { changes: environment.CHANGES_QUEUE_URL, revocations: environment.REVOCATIONS_QUEUE_URL };

const sweepTenant = createSweepTenant({
  servicesOf: sweepServices(tenants, http, secrets),
  secrets,
  graph,
  readLog: createReadLog(http, oktaUrl),
  directories: { okta: createOktaDirectory(http, oktaUrl), entra: createGraphDirectory(graph) },
  cards: createCards(state),
  records: createUserRecords(state),
  receipts: createReceipts(state),
  openItems: createOpenItems(state),
  accountsByAddress: createAccountsByAddress(state),
  beginnings: createBeginnings(state),
  subscriptions: createSubscriptions(state),
  cursors: createCursors(state),
  notificationUrl: (tenant) => `${environment.WEBHOOKS_URL.replace(/\/$/, '')}/webhooks/entra/${tenant}`,
  announce: (changes) =>
    sendMessages(
      changes.map((change) => ({
        queueUrl: queueUrls[laneOf(change)],
        message: { kind: 'change', ...change },
      })),
    ),
  look: (tenant, clarusUserId) =>
    sendMessages([{ queueUrl: queueUrls.revocations, message: { kind: 'look', tenant, clarusUserId } }]),
  clock,
  compareEvery: environment.COMPARE_EVERY,
  log: createLog(),
  measure: metrics,
});

const sweep = createSweep({ tenants: tenants.names(), sweepTenant, clock });

/** What has begun is brought to its end in this time, in milliseconds: a page of people is read and stored. */
const RESERVE = 2 * 60_000;

export const handler = middy<unknown, void>().handler(async (_, context) => {
  try {
    await sweep(clock() + context.getRemainingTimeInMillis() - RESERVE);
  } finally {
    metrics.flush();
  }
});
