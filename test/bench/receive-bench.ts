import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { systemClock } from '../../functions/platform/clock.ts';
import { createLog } from '../../functions/platform/logger.ts';
import { unexpectedError } from '../../functions/platform/unexpected-error.ts';
import { createReceive } from '../../functions/receive/receive.ts';
import { oktaEventHook } from '../../functions/sources/okta/event-hook.ts';
import { tenantTable } from '../../functions/tenants/tenant-table.ts';
import { parseWebhookTenant } from '../../functions/tenants/webhook-tenant.ts';
import { anEnvelope, anOktaEvent } from '../support/okta-events.ts';
import { aTenantFile, HOOK_CREDENTIAL } from '../support/tenants.ts';
import { type Row, timeOf } from './measure.ts';

const CALLS = 4000;

/** `receive` with the queue stubbed, log line written, on a body of three events. */
export async function receiveBench(): Promise<Row[]> {
  const body = JSON.stringify(anEnvelope(['a', 'b', 'c'].map((uuid) => anOktaEvent({ uuid }))));
  const log = createLog();
  const receive = createReceive({
    tenants: tenantTable(new Map([['acme', aTenantFile()]]), parseWebhookTenant),
    sources: { okta: oktaEventHook },
    queues: { changes: 'changes', revocations: 'revocations' },
    sendMessages: async () => {},
    clock: systemClock,
    log: (line) => log('info', 'webhook', line),
  });
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(unexpectedError(log))
    .handler(receive);
  // The handler looks at nothing else of the event, and at nothing of the context.
  const event = {
    headers: { authorization: HOOK_CREDENTIAL },
    pathParameters: { source: 'okta', tenant: 'acme' },
    requestContext: { http: { method: 'POST' }, requestId: 'request-1' },
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;

  const floor = await timeOf(CALLS, () => JSON.parse(body));
  const measured = await silently(() => timeOf(CALLS, () => handler(event, {} as Context)));
  return [
    {
      what: `receive, 3 events, ${body.length} bytes / JSON.parse of them`,
      measured: `${(measured * 1000).toFixed(1)} us`,
      floor: `${(floor * 1000).toFixed(1)} us`,
      ratio: measured / floor,
      budget: 5,
    },
  ];
}

/** Log lines are made in full and then go nowhere, so that the terminal's speed does not count. */
async function silently<Result>(work: () => Promise<Result>): Promise<Result> {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}
