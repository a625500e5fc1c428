import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../../functions/platform/clock.ts';
import type { SimulatedAnswer } from '../simulator.ts';
import { graphError } from './graph-error.ts';

const wantedSchema = z.object({
  changeType: z.string(),
  resource: z.string(),
  notificationUrl: z.url(),
  lifecycleNotificationUrl: z.url().optional(),
  expirationDateTime: z.iso.datetime({ offset: true }),
  clientState: z.string().max(128).optional(),
});

type Wanted = z.output<typeof wantedSchema>;
export type HeldSubscription = Wanted & { id: string; directory: string };

/** Milliseconds: what Graph raises a shorter expiry to, and the most it takes for users (41,760 minutes). */
const SHORTEST = 45 * 60_000;
const LONGEST = 41_760 * 60_000;

export interface GraphSubscriptions {
  /** Those that have not expired. */
  live(): HeldSubscription[];
  list(directory: string): SimulatedAnswer;
  create(body: unknown, directory: string): Promise<SimulatedAnswer>;
  renew(id: string, body: unknown): SimulatedAnswer;
  remove(id: string): SimulatedAnswer;
  clear(): void;
}

/** Graph's subscriptions: validated by a call back, alive until they expire, one for a resource. */
export function createGraphSubscriptions(clock: Clock): GraphSubscriptions {
  const held = new Map<string, HeldSubscription>();

  function live(): HeldSubscription[] {
    for (const [id, { expirationDateTime }] of held) {
      if (Date.parse(expirationDateTime) <= clock()) held.delete(id);
    }
    return [...held.values()];
  }

  async function create(body: unknown, directory: string): Promise<SimulatedAnswer> {
    const wanted = wantedSchema.safeParse(body).data;
    if (wanted === undefined) return graphError(400, 'InvalidRequest', 'The subscription is not valid');
    const expiry = expiryOf(wanted.expirationDateTime);
    if (expiry === undefined) return graphError(400, 'ExtensionError', 'expirationDateTime is too far ahead');
    const same = live()
      .filter((it) => it.directory === directory)
      .find((it) => it.resource === wanted.resource && it.changeType === wanted.changeType);
    if (same !== undefined) {
      const message = `Subscription Id ${same.id} already exists for the requested combination`;
      return graphError(409, 'Conflict', message);
    }
    for (const url of [wanted.notificationUrl, wanted.lifecycleNotificationUrl]) {
      if (url !== undefined && !(await isValid(url))) {
        return graphError(400, 'ValidationError', 'Subscription validation request failed.');
      }
    }
    const id = randomUUID();
    const subscription = { ...wanted, id, directory, expirationDateTime: expiry };
    held.set(id, subscription);
    return { status: 201, body: shown(subscription) };
  }

  function renew(id: string, body: unknown): SimulatedAnswer {
    const subscription = live().find((it) => it.id === id);
    if (subscription === undefined) return graphError(404, 'ResourceNotFound', 'The object was not found.');
    const { expirationDateTime } = Object(body);
    const expiry = expiryOf(String(expirationDateTime));
    if (expiry === undefined) return graphError(400, 'ExtensionError', 'expirationDateTime is not valid');
    held.set(id, { ...subscription, expirationDateTime: expiry });
    return { status: 200, body: shown({ ...subscription, expirationDateTime: expiry }) };
  }

  function remove(id: string): SimulatedAnswer {
    return held.delete(id)
      ? { status: 204 }
      : graphError(404, 'ResourceNotFound', 'The object was not found.');
  }

  function expiryOf(text: string): string | undefined {
    const time = Date.parse(text);
    if (Number.isNaN(time) || time > clock() + LONGEST) return undefined;
    return new Date(Math.max(time, clock() + SHORTEST)).toISOString();
  }

  const list = (directory: string) => {
    const value = live().filter((it) => it.directory === directory);
    return { status: 200, body: { value: value.map(shown) } };
  };
  return { live, list, create, renew, remove, clear: () => held.clear() };
}

/** Graph does not show the clientState again. */
function shown({ directory: _, ...subscription }: HeldSubscription): Record<string, unknown> {
  return { ...subscription, clientState: null };
}

/** Graph sends a token and wants it back, decoded, as plain text. */
async function isValid(url: string): Promise<boolean> {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}`;
  try {
    const answer = await fetch(`${url}?validationToken=${encodeURIComponent(token)}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'manual',
    });
    const type = answer.headers.get('content-type') ?? '';
    return answer.status === 200 && type.startsWith('text/plain') && (await answer.text()) === token;
  } catch {
    return false;
  }
}
