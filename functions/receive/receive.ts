import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BridgeError } from '../identity/bridge-error.ts';
import type { Clock } from '../platform/clock.ts';
import { type Lane, laneOf } from '../queue/lane.ts';
import type { Outgoing, SendMessages } from '../queue/send-messages.ts';
import type { Reading, WebhookAnswer, WebhookRequest, WebhookSource } from '../sources/webhook-source.ts';
import type { TenantTable } from '../tenants/tenant-table.ts';
import type { WebhookTenant } from '../tenants/webhook-tenant.ts';

/** The largest body that is read: a thousand events of a usual size. */
const BODY_LIMIT = 1024 * 1024;

/** Names in the URL are anybody's text; no more than this of them is logged. */
const NAME_LIMIT = 64;

export interface ReceivePorts {
  tenants: TenantTable<WebhookTenant>;
  /** By the name in the URL. */
  sources: Readonly<Record<string, WebhookSource>>;
  queues: Readonly<Record<Lane, string>>;
  sendMessages: SendMessages;
  clock: Clock;
  log: (line: ReceiveLine) => void;
}

/** What is logged of a call: one line, ids and counts only. */
export interface ReceiveLine {
  status: number;
  note: string;
  [about: string]: unknown;
}

export type Receive = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

type News = Extract<Reading, { kind: 'news' }>;

type End = WebhookAnswer & { note: string; about?: Readonly<Record<string, unknown>> };

/**
 * Authenticates, parses, stores on the queue, acknowledges. A success is answered only once SQS has every
 * change; our own faults are never a 4xx, because Okta does not repeat those.
 */
export function createReceive({ tenants, sources, queues, sendMessages, clock, log }: ReceivePorts): Receive {
  return async function receive(event) {
    const { source = '', tenant = '' } = event.pathParameters ?? {};
    const { note, about, ...answer } = await end(event, source, tenant);
    log({
      status: answer.status,
      note,
      source: source.slice(0, NAME_LIMIT),
      tenant: tenant.slice(0, NAME_LIMIT),
      requestId: event.requestContext.requestId,
      oktaRequestId: event.headers['x-okta-request-id']?.slice(0, NAME_LIMIT),
      ...about,
    });
    return asResult(answer);
  };

  async function end(event: APIGatewayProxyEventV2, sourceName: string, tenantName: string): Promise<End> {
    const source = Object.hasOwn(sources, sourceName) ? sources[sourceName] : undefined;
    if (source === undefined) return refused(404, 'not_found', 'There is no such webhook.');
    const request = webhookRequest(event);
    if (!source.methods.includes(request.method)) {
      const allow = source.methods.join(', ');
      return { ...refused(405, 'method_not_allowed', `Use ${allow}.`), headers: { allow } };
    }
    const admission = source.admit(request, tenants.find(tenantName));
    if (admission.kind === 'answered') return { ...admission.answer, note: admission.note };

    return accept(event, source, admission.tenant);
  }

  async function accept(
    event: APIGatewayProxyEventV2,
    source: WebhookSource,
    tenant: WebhookTenant,
  ): Promise<End> {
    const body = bodyOf(event);
    if (body === 'too_large')
      return refused(413, 'too_large', `The body is larger than ${BODY_LIMIT} bytes.`);
    const json = parseJson(body);
    if (json === undefined) return refused(400, 'malformed', 'The body is not JSON.');
    const reading = source.read(json, tenant, clock());
    if (reading.kind === 'malformed') return refused(400, 'malformed', reading.problem);
    const about = { ...reading.about, queued: reading.changes.length, ignored: reading.ignored };
    try {
      await store(reading);
      return { status: source.accepted, note: 'accepted', about };
    } catch (error) {
      const why = error instanceof BridgeError ? error.code : String(Object(error).name);
      return {
        ...refused(503, 'not_stored', 'The events could not be stored. Send them again.'),
        about: { ...about, why },
      };
    }
  }

  function store({ changes, notices = [] }: News): Promise<void> {
    return sendMessages([
      ...changes.map(
        (change): Outgoing => ({
          queueUrl: queues[laneOf(change)],
          message: { kind: 'change', ...change },
        }),
      ),
      ...notices.map((message): Outgoing => ({ queueUrl: queues.changes, message })),
    ]);
  }
}

function webhookRequest(event: APIGatewayProxyEventV2): WebhookRequest {
  return {
    method: event.requestContext.http.method,
    headers: event.headers,
    // Not what API Gateway makes of it, which joins values that came several times by commas. Only when it is
    // asked for: Okta has no query.
    get query() {
      return new URLSearchParams(event.rawQueryString);
    },
  };
}

function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string | 'too_large' {
  if (!isBase64Encoded) return Buffer.byteLength(body) > BODY_LIMIT ? 'too_large' : body;
  // Four characters of base64 are three bytes: no need to decode what is far too long.
  if (body.length > BODY_LIMIT * 1.4) return 'too_large';
  const bytes = Buffer.from(body, 'base64');
  return bytes.length > BODY_LIMIT ? 'too_large' : bytes.toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(status: number, error: string, message: string): End {
  return { status, note: error, body: { error, message } };
}

function asResult({ status, headers, body }: WebhookAnswer): APIGatewayProxyStructuredResultV2 {
  if (body === undefined) return { statusCode: status, ...(headers && { headers }) };
  const isText = typeof body === 'string';
  return {
    statusCode: status,
    headers: {
      'content-type': isText ? 'text/plain' : 'application/json',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: isText ? body : JSON.stringify(body),
  };
}
