import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createScimNames } from '../../functions/state/scim-names.ts';
import { table } from '../../functions/state/table.ts';
import { tableName } from '../../functions/state/table-definition.ts';
import type { ClarusUser } from '../../local/simulators/clarus/users.ts';
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts';
import { aTenantFile, sha256, type TenantFile } from './tenants.ts';

export const SCIM_TOKEN = 'scim-token-of-acme-3f9a1d7e5b';
export const PREVIOUS_SCIM_TOKEN = 'scim-token-of-acme-before-8c1e';
export const OTHER_TOKEN = 'scim-token-of-other-77aa01';
export const OAUTH_CLIENT = { id: 'entra-acme', secret: 'oauth-secret-of-acme-9d2c' };

/** What Acme's tenant file says of SCIM. */
export const SCIM_SETTINGS = {
  sha256: [sha256(SCIM_TOKEN), sha256(PREVIOUS_SCIM_TOKEN)],
  oauth: { clientId: OAUTH_CLIENT.id, sha256: [sha256(OAUTH_CLIENT.secret)] },
};

/** An answer as a SCIM client gets it. */
export interface ScimReply {
  status: number;
  headers: Headers;
  // What is expected of it is each test's to say.
  body: ReturnType<typeof Object>;
}

export interface ScimBench {
  stack: Stack;
  /** A request of the tenant's client; `path` is what follows the base URL. */
  call(
    method: string,
    path: string,
    body?: unknown,
    but?: { tenant?: string; token?: string | null; headers?: Record<string, string> },
  ): Promise<ScimReply>;
  /** The same with a body as it stands, byte for byte. */
  send(method: string, path: string, body: Buffer, headers: Record<string, string>): Promise<ScimReply>;
  /** The Clarus user of that number. */
  clarusUser(id: number | string): ClarusUser | undefined;
  /** What Clarus was asked since the last `forget`, without logins: `PATCH /api/users/42`. */
  clarusCalls(): string[];
  forget(): void;
  /** Puts a claim of a userName there, as a request leaves it that died. */
  holdName(userName: string, clarusUserId: string | undefined, until?: number): Promise<void>;
  stop(): Promise<void>;
}

export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A PATCH body. */
export function operations(...Operations: unknown[]): unknown {
  return { schemas: [PATCH_SCHEMA], Operations };
}

/** The whole bridge with tenants `acme`, whose file `but` changes, and `other`. */
export async function aScimBench(
  but: Partial<TenantFile> = {},
  options: StackOptions = {},
): Promise<ScimBench> {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  const directory = mkdtempSync(join(tmpdir(), 'scim-tenants-'));
  const acme = aTenantFile({ scim: SCIM_SETTINGS, defaultRole: 4, ...but });
  const other = aTenantFile({
    tenant: 'other',
    clarus: { subdomain: 'other' },
    scim: { sha256: [sha256(OTHER_TOKEN)], groups: false, strict: true },
  });
  for (const file of [acme, other])
    writeFileSync(join(directory, `${file.tenant}.json`), JSON.stringify(file));
  const stack = await startStack({ tenants: directory, ...options });
  let since = 0;

  const call: ScimBench['call'] = async (
    method,
    path,
    body,
    { tenant = 'acme', token = SCIM_TOKEN, headers } = {},
  ) =>
    replyOf(
      await fetch(`${stack.url}/scim/${tenant}/v2${path}`, {
        method,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/scim+json; charset=utf-8' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );

  const send: ScimBench['send'] = async (method, path, body, headers) =>
    replyOf(
      await fetch(`${stack.url}/scim/acme/v2${path}`, {
        method,
        headers: { authorization: `Bearer ${SCIM_TOKEN}`, ...headers },
        body: Uint8Array.from(body),
      }),
    );

  return {
    stack,
    call,
    send,
    clarusUser: (id) => stack.clarus.users().find((user) => user.id === Number(id)),
    clarusCalls: () =>
      stack.clarus
        .requests()
        .slice(since)
        .filter(({ path }) => path !== '/oauth/token')
        .map(({ method, path }) => `${method} ${path}`),
    forget: () => {
      since = stack.clarus.requests().length;
    },
    holdName: async (userName, clarusUserId, until = 0) => {
      const names = createScimNames(table(stack.dynamodb, tableName('local')));
      const claim = { token: 'left', until, ...(clarusUserId !== undefined && { clarusUserId }) };
      expect(await names.put('acme', 'scim', userName, claim, undefined)).toBe('saved');
    },
    stop: async () => {
      await stack.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

async function replyOf(response: Response): Promise<ScimReply> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

let people = 0;

/** A new person's User as Okta and Entra create it. */
export function aPerson(but: Record<string, unknown> = {}): Record<string, unknown> & { userName: string } {
  people++;
  const userName = `person${people}@acme.example`;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    name: { givenName: 'Per', familyName: `Son${people}` },
    emails: [{ primary: true, value: userName, type: 'work' }],
    displayName: `Per Son${people}`,
    locale: 'en-US',
    externalId: `ext-${people}`,
    groups: [],
    password: 'a-random-placeholder',
    active: true,
    ...but,
  };
}
