import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { ClarusUser } from '../../local/simulators/clarus/users.ts';
import { type OktaEventHookOptions, oktaEventHook } from '../../local/simulators/okta/event-hook.ts';
import type { OktaUserInput } from '../../local/simulators/okta/okta-user.ts';
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts';
import type { TenantFile } from '../support/tenants.ts';

/** The bridge on one machine, with the words that the integration tests are written in. */
export interface Bridge {
  stack: Stack;
  /** Calls the event hook as Okta does, for the tenant of that name. */
  hook(events: readonly OktaNews[], tenant?: string): Promise<number>;
  /** Has Okta know these people and nobody else, with a status. */
  inOkta(people: readonly number[], status?: OktaUserInput['status']): void;
  /** The Clarus user of that number. */
  user(number: number): ClarusUser | undefined;
  /** The attributes of each PATCH that Clarus carried out for that user, in order. */
  patches(number: number): unknown[];
  outcomes(eventId: string, tenant?: string): Promise<string[]>;
  deadLetters(): Promise<{ queue: string; code?: string; reason?: string }[]>;
}

/** An event about the person of a number: Okta id `00u<number>`, login `p<number>@acme.example`. */
export interface OktaNews {
  id: string;
  type: string;
  person: number;
  /** Milliseconds before the test file began. */
  ago?: number;
  login?: string;
  but?: Record<string, unknown>;
}

const ORG = 'https://acme.okta.example';
const CREDENTIAL = 'a-long-random-text-that-only-okta-knows';

const BEGIN = Date.now();

/** How often the pieces of the stack are looked at while something is waited for. */
export const SOON = { timeout: 20_000, interval: 25 };

/**
 * Starts the bridge for tenants `acme` and `other` with 60 people. Retries come at once, because randomness
 * is nought: nothing waits but for what a test asks for.
 */
export async function aBridge(options: StackOptions = {}, file: Partial<TenantFile> = {}): Promise<Bridge> {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const stack = await startStack({ tenants: tenantsDirectory(file), concurrency: 4, ...options });
  stack.clarus.setUsers(everybody());

  return {
    stack,
    async hook(events, tenant = 'acme') {
      const bodies = events.map((news) => asLogEvent(news));
      const envelope = { ...oktaEventHook(someHook('user.lifecycle.deactivate')), data: { events: bodies } };
      const response = await fetch(`${stack.url}/webhooks/okta/${tenant}`, {
        method: 'POST',
        headers: { authorization: CREDENTIAL, 'content-type': 'application/json' },
        body: JSON.stringify(envelope),
      });
      return response.status;
    },
    inOkta(people, status = 'ACTIVE') {
      stack.okta.setUsers(
        people.map((person) => {
          const login = `p${person}@acme.example`;
          return { id: `00u${person}`, status, profile: { login, email: login } };
        }),
      );
    },
    user: (number) => stack.clarus.users().find(({ id }) => id === number),
    patches: (number) =>
      stack.clarus
        .requests()
        .filter(
          ({ method, path, status }) =>
            method === 'PATCH' && path === `/api/users/${number}` && status === 200,
        )
        .map(({ body }) => Object(body).data.attributes),
    async outcomes(eventId, tenant = 'acme') {
      const receipts = await stack.receipts(tenant);
      return receipts.filter((receipt) => receipt.eventId === eventId).map(({ outcome }) => outcome);
    },
    deadLetters: async () => (await stack.viewQueues()).deadLetters,
  };
}

export function everybody(): { id: number; email: string; name: string }[] {
  return Array.from({ length: 60 }, (_, i) => ({
    id: i + 1,
    email: `p${i + 1}@acme.example`,
    name: `Person ${i + 1}`,
  }));
}

function asLogEvent({
  id,
  type,
  person,
  ago = 0,
  login = `p${person}@acme.example`,
  but,
}: OktaNews): unknown {
  const { data } = Object(oktaEventHook({ ...someHook(type), published: new Date(BEGIN - ago) }));
  const [event] = data.events;
  const user = { id: `00u${person}`, type: 'User', alternateId: login, displayName: `Person ${person}` };
  return { ...event, uuid: id, target: [...event.target.slice(0, -1), user], ...but };
}

function someHook(eventTypes: string): OktaEventHookOptions {
  const profile = { login: 'p@acme.example', email: 'p@acme.example', firstName: 'P', lastName: 'P' };
  return {
    orgUrl: ORG,
    user: { id: '00u0', profile },
    eventTypes,
    appId: '0oaCLARUS',
    groupId: '00gPICKERS',
  };
}

function tenantsDirectory(but: Partial<TenantFile>): string {
  const directory = mkdtempSync(join(tmpdir(), 'tenants-'));
  mkdirSync(directory, { recursive: true });
  const sha256 = [createHash('sha256').update(CREDENTIAL).digest('hex')];
  for (const tenant of ['acme', 'other']) {
    const file: TenantFile = {
      tenant,
      clarus: { subdomain: tenant },
      okta: { orgUrl: ORG, eventHook: { sha256 }, apps: ['0oaCLARUS'], groups: ['00gPICKERS'], locks: true },
      ...but,
    };
    writeFileSync(join(directory, `${tenant}.json`), JSON.stringify(file));
  }
  return directory;
}
