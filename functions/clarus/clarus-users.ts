import * as z from 'zod';
import { BridgeError } from '../identity/bridge-error.ts';
import type { PatchAnswer, UserPatcher } from '../identity/converge.ts';
import { type ClarusAttributes, namesIn } from '../identity/profile/clarus-attributes.ts';
import { type HttpAnswer, jsonOf } from '../platform/http.ts';
import { type ClarusRequest, refusal, requestRefusal } from './clarus-request.ts';
import { outage } from './outage.ts';

/** Clarus ids are integers in REST and strings in GraphQL; here they are strings throughout. */
export const clarusId = z
  .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,15}$/)])
  .transform((id) => String(id));

const created = z.object({ data: z.object({ id: clarusId }) });

export type NewUser = Partial<ClarusAttributes> & Pick<ClarusAttributes, 'email' | 'name'>;

export interface ClarusUsers extends UserPatcher {
  /** `POST /api/users`: the new user's id, or why Clarus will not have these values. */
  create(user: NewUser): Promise<{ kind: 'created'; id: string } | { kind: 'refused'; error: BridgeError }>;
}

/** Statuses that are about the values sent, so that other values may still go through. */
const ABOUT_VALUES = new Set([400, 409, 422]);

/** Clarus' REST API for users, as documented: `{data: {type: "users", attributes}}` in, the same with an id out. */
export function createClarusUsers(request: ClarusRequest): ClarusUsers {
  async function patch(id: string, attributes: Partial<ClarusAttributes>): Promise<PatchAnswer> {
    const answer = await request('PATCH', `/api/users/${inPath(id)}`, body(attributes));
    if (isSuccess(answer)) {
      proveApplied(answer, id, attributes);
      return { kind: 'applied', status: answer.status };
    }
    if (answer.status === 404) throw userMissing(id);
    const what = `the values for ${namesIn(attributes).join(', ')}`;
    const sent = Object.values(attributes);
    if (!ABOUT_VALUES.has(answer.status)) throw requestRefusal(answer, what, sent);
    return { kind: 'refused', status: answer.status, error: refusal(answer, what, sent) };
  }

  async function create(user: NewUser): ReturnType<ClarusUsers['create']> {
    const answer = await request('POST', '/api/users', body(user));
    if (!isSuccess(answer)) {
      const [what, sent] = ['to create the user', Object.values(user)];
      if (!ABOUT_VALUES.has(answer.status)) throw requestRefusal(answer, what, sent);
      return { kind: 'refused', error: refusal(answer, what, sent) };
    }
    const parsed = created.safeParse(answered(answer));
    if (!parsed.success) throw idMissing(answer);
    return { kind: 'created', id: parsed.data.data.id };
  }

  return { patch, create };
}

/** What Clarus echoes of a user, as far as it is proof. */
const echo = z.looseObject({
  errors: z.array(z.unknown()).max(0).optional(),
  data: z
    .object({ id: clarusId, attributes: z.object({ is_active: z.unknown().optional() }).optional() })
    .optional(),
});

/**
 * A receipt is proof, so a success must not look like something else: a page by whatever stands in between,
 * errors, another user's record, a contrary `is_active`. Where nothing is echoed Clarus is taken at its word.
 */
function proveApplied(answer: HttpAnswer, id: string, { is_active }: Partial<ClarusAttributes>): void {
  const body = answered(answer);
  if (body === undefined) return;
  const echoed = echo.safeParse(body);
  const user = echoed.data?.data;
  const shown = user?.attributes?.is_active ?? is_active;
  if (echoed.success && (user?.id ?? id) === id && (is_active === undefined || shown === is_active)) return;
  throw new BridgeError(
    'clarus_response_malformed',
    `Clarus answered ${answer.status} to a PATCH without showing that it was carried out. It is tried again; if this ` +
      'repeats, check clarus.baseUrl in the tenant file and what stands between the bridge and Clarus.',
    { retryable: true, status: answer.status, outcomeUnknown: true },
  );
}

/** The JSON of a success, undefined where there is no body. Throws for a page. */
function answered(answer: HttpAnswer): unknown {
  if (answer.text.trim() === '') return undefined;
  const body = jsonOf(answer);
  if (body === undefined) throw outage(answer);
  return body;
}

function inPath(id: string): string {
  const parsed = clarusId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new BridgeError(
    'change_malformed',
    'The event leads to something that is no Clarus user id. Nothing was sent; it goes to the dead-letter queue.',
    { retryable: false },
  );
}

function body(attributes: Partial<ClarusAttributes>): unknown {
  return { data: { type: 'users', attributes } };
}

function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Whether an error says that Clarus does not have the user. */
export function isUserMissing(error: unknown): boolean {
  return error instanceof BridgeError && error.code === 'clarus_user_missing';
}

function userMissing(id: string): BridgeError {
  return new BridgeError(
    'clarus_user_missing',
    `Clarus has no user ${id} any more (404), so there is nothing to change. The event goes to the dead-letter ` +
      'queue. If the user exists, check clarus.userId in the tenant file: it says which of two ids is used.',
    { retryable: false, status: 404 },
  );
}

/** Retryable: the next attempt finds the user that was created by its address. */
function idMissing({ status }: HttpAnswer): BridgeError {
  return new BridgeError(
    'clarus_response_malformed',
    `Clarus answered ${status} to the creation of a user without the new user's id. The user is looked up at ` +
      'the next attempt.',
    { retryable: true, status, outcomeUnknown: true },
  );
}
