import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { systemClock } from '../platform/clock.ts';
import { readEnvironment } from '../platform/config.ts';
import { createLog } from '../platform/logger.ts';
import { unexpectedError } from '../platform/unexpected-error.ts';
import { createSendMessages } from '../queue/send-messages.ts';
import { entraNotifications } from '../sources/entra/notifications.ts';
import { oktaEventHook } from '../sources/okta/event-hook.ts';
import { readTenantTable } from '../tenants/tenant-table.ts';
import { parseWebhookTenant } from '../tenants/webhook-tenant.ts';
import { receiveEnvironment } from './environment.ts';
import { createReceive } from './receive.ts';

const environment = readEnvironment(receiveEnvironment, process.env);
const log = createLog();

/** Okta waits 3 s: two tries of a second fit, and then the truth is a 503. */
const sqs = new SQSClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
});

const receive = createReceive({
  tenants: readTenantTable(
    environment.TENANTS_FILE ?? join(import.meta.dirname, 'tenants.json'),
    parseWebhookTenant,
  ),
  sources: { okta: oktaEventHook, entra: entraNotifications },
  queues: { changes: environment.CHANGES_QUEUE_URL, revocations: environment.REVOCATIONS_QUEUE_URL },
  sendMessages: createSendMessages(sqs),
  clock: systemClock,
  log: (line) => log(line.status >= 500 ? 'error' : line.status >= 400 ? 'warn' : 'info', 'webhook', line),
});

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(unexpectedError(log))
  .handler(receive);
