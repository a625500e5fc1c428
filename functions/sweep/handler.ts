import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { type Announcement, isRevocation } from '../identity/change.ts';
import { AWS_LIMITS } from '../platform/aws-limits.ts';
import { systemClock } from '../platform/clock.ts';
import { readEnvironment } from '../platform/config.ts';
import type { HttpPorts } from '../platform/http.ts';
import { createHttpSend } from '../platform/http-send.ts';
import { createLog } from '../platform/logger.ts';
import { createSweepMetrics } from '../platform/sweep-metrics.ts';
import { createSendMessages } from '../queue/send-messages.ts';
import { createGraphRequest } from '../sources/entra/graph-request.ts';
import { createOktaAuthorization } from '../sources/okta/okta-authorization.ts';
import { createReadLog } from '../sources/okta/system-log.ts';
import { createCursors } from '../state/cursors.ts';
import { createKnownSubjects } from '../state/known-subjects.ts';
import { createIsSettled } from '../state/settled.ts';
import { createSubscriptions } from '../state/subscriptions.ts';
import { table } from '../state/table.ts';
import { parseTenant } from '../tenants/parse-tenant.ts';
import { createSecretSource } from '../tenants/tenant-secret.ts';
import { readTenantTable } from '../tenants/tenant-table.ts';
import { sweepEnvironment } from './environment.ts';
import { createSweep } from './sweep.ts';

const environment = readEnvironment(sweepEnvironment, process.env);
const clock = systemClock;
const http: HttpPorts = { send: createHttpSend(), clock, timeout: environment.REQUEST_TIMEOUT };
const state = table(new DynamoDBClient(AWS_LIMITS), environment.TABLE_NAME);
const tenants = readTenantTable(
  environment.TENANTS_FILE ?? join(import.meta.dirname, 'tenants.json'),
  parseTenant,
);
const sendMessages = createSendMessages(new SQSClient(AWS_LIMITS));
const metrics = createSweepMetrics();
const { OKTA_API_BASE_URL: oktaUrl, GRAPH_BASE_URL: graphUrl } = environment;

const sweep = createSweep({
  tenants: tenants.names().map((name) => () => tenants.get(name)),
  secrets: createSecretSource({ client: new SecretsManagerClient(AWS_LIMITS), clock }),
  graph: createGraphRequest(http, graphUrl),
  readLog: createReadLog(http, createOktaAuthorization(http, oktaUrl), oktaUrl),
  subscriptions: createSubscriptions(state),
  cursors: createCursors(state),
  knownSubjects: createKnownSubjects(state),
  isSettled: createIsSettled(state),
  notificationUrl: (tenant) => `${environment.WEBHOOKS_URL.replace(/\/$/, '')}/webhooks/entra/${tenant}`,
  announce: (changes) =>
    sendMessages(
      changes.map((change) => ({ queueUrl: queueOf(change), message: { kind: 'change', ...change } })),
    ),
  clock,
  log: createLog(),
  measure: metrics,
});

function queueOf(change: Announcement): string {
  return isRevocation(change) ? environment.REVOCATIONS_QUEUE_URL : environment.CHANGES_QUEUE_URL;
}

export const handler = middy<unknown, void>().handler(async () => {
  try {
    await sweep();
  } finally {
    metrics.flush();
  }
});
