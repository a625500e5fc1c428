import { createHash } from 'node:crypto';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { ScimClient } from '../../tenants/scim/clients.ts';
import type { ScimAnswer } from '../protocol/answer.ts';
import type { Operation } from './operation.ts';

/**
 * One line of the request log: who, what, on whom, with what end and why, in ids and words of our own. It is no longer than
 * 400 bytes with what the log adds.
 */
export interface RequestEntry {
  /** The id in `x-request-id`, which is the event id in receipts. */
  requestId: string;
  tenant: string;
  /** The source that the client is; absent for nobody. */
  client?: string;
  op: string;
  on?: string;
  status: number;
  outcome: 'done' | 'refused' | 'failed';
  why?: string;
  /** Of a user in the answer, whether it is active for the client. */
  active?: boolean;
  /** Resources in the answer. */
  found?: number;
  ms: number;
}

/** What was heard of a request before its end. */
export interface Heard {
  id: string;
  at: number;
  /** As it stands in the URL, where it is anybody's text. */
  tenant: string;
  isKnown: boolean;
  client?: ScimClient;
  operation: Operation;
}

/** Why nobody was let in. */
const UNKNOWN = 'not_a_client';

export function entryOf(heard: Heard, answer: ScimAnswer, cause: unknown, now: number): RequestEntry {
  const { id, at, client, operation } = heard;
  const { status, body = {} } = answer;
  const why = whyOf(answer, cause, client);
  const on = operation.on ?? (operation.name === 'users.create' && status < 400 ? body.id : undefined);
  const { active } = body;
  const found = Array.isArray(body.Resources) ? body.Resources.length : undefined;
  return {
    requestId: id,
    tenant: tenantOf(heard),
    ...(client && { client: client.source }),
    op: operation.name,
    ...(typeof on === 'string' && { on }),
    status,
    outcome: status < 400 ? 'done' : status < 500 && status !== 429 ? 'refused' : 'failed',
    ...(why !== undefined && { why }),
    ...(typeof active === 'boolean' && { active }),
    ...(found !== undefined && { found }),
    ms: now - at,
  };
}

/** A name that nobody knows may be a credential in the wrong place: the beginning of its hash tells two apart. */
function tenantOf({ tenant, isKnown }: Heard): string {
  return isKnown ? tenant : `?${createHash('sha256').update(tenant).digest('hex').slice(0, 8)}`;
}

function whyOf({ status, body = {} }: ScimAnswer, cause: unknown, client: ScimClient | undefined) {
  if (status < 400) return undefined;
  if (cause instanceof BridgeError) return cause.code;
  if (typeof body.scimType === 'string') return body.scimType;
  if (typeof body.error === 'string') return body.error;
  if (status === 401) return client === undefined ? UNKNOWN : 'expired';
  return undefined;
}
