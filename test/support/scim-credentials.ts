import { type Caller, callerOf } from '../../functions/scim/credentials/caller.ts';
import type { JsonWebKeys } from '../../functions/scim/credentials/json-web-keys.ts';
import { createSigningKeys } from '../../functions/scim/credentials/signing-keys.ts';
import { grantToken, type TokenAnswer } from '../../functions/scim/credentials/token-endpoint.ts';
import { requestOf } from '../../functions/scim/protocol/request.ts';
import type { Tenant } from '../../functions/tenants/tenant-schema.ts';
import type { SecretSource, TenantSecret } from '../../functions/tenants/tenant-secret.ts';
import { aClock, type HandClock } from './clock.ts';
import { anEvent } from './memory-scim.ts';
import { ACME_SECRET } from './secrets.ts';
import { NO_WEB_KEYS } from './web-keys.ts';

/** A secret of Acme with a key to sign with, and the one before it. */
export const SIGNING_SECRET = {
  ...ACME_SECRET,
  scim: {
    signingKeys: [
      { kid: '2', key: 'the-key-that-signs-1f0c7a8b9d2e3f4a5b6c' },
      { kid: '1', key: 'the-key-before-it-0a1b2c3d4e5f60718293' },
    ],
  },
} satisfies TenantSecret;

/** Secrets by tenant that tests change, with how often each was read. */
export interface CountedSecrets extends SecretSource {
  put(tenant: string, secret: TenantSecret | Error): void;
  reads: string[];
}

/** As the real source: kept until it is forgotten, and no failure is. */
export function countedSecrets(acme: TenantSecret | Error = SIGNING_SECRET): CountedSecrets {
  const stored = new Map<string, TenantSecret | Error>([['acme', acme]]);
  const kept = new Map<string, TenantSecret>();
  const reads: string[] = [];
  return {
    reads,
    put: (tenant, secret) => void stored.set(tenant, secret),
    async load(tenant) {
      const known = kept.get(tenant);
      if (known !== undefined) return known;
      reads.push(tenant);
      const secret = stored.get(tenant);
      if (secret === undefined || secret instanceof Error)
        throw secret ?? new Error(`no secret of ${tenant}`);
      const fresh = structuredClone(secret);
      kept.set(tenant, fresh);
      return fresh;
    },
    forget(tenant, stale) {
      if (kept.get(tenant) === stale) kept.delete(tenant);
    },
  };
}

/** The credentials of SCIM clients without what they open. */
export interface CredentialsBench {
  clock: HandClock;
  secrets: CountedSecrets;
  /** Who makes a request that presents this, of the tenant of that name. */
  caller(presented: string | undefined, name?: string): Promise<Caller>;
  /** Asks for a token with a form, or with a body as it is. */
  grant(
    form: Readonly<Record<string, string>> | string,
    but?: { headers?: Record<string, string>; method?: string; tenant?: string },
  ): Promise<TokenAnswer['answer'] & { client?: string }>;
  /** The token that a form gets. */
  token(form: Readonly<Record<string, string>>): Promise<string>;
}

export function credentialsBench(
  tenants: readonly Tenant[],
  {
    secrets = countedSecrets(),
    webKeys = NO_WEB_KEYS,
    clock = aClock(),
  }: Partial<{
    secrets: CountedSecrets;
    webKeys: JsonWebKeys;
    clock: HandClock;
  }> = {},
): CredentialsBench {
  const keys = createSigningKeys(secrets, clock);
  const tenantOf = (name: string) => tenants.find(({ tenant }) => tenant === name);
  let ids = 0;

  const grant: CredentialsBench['grant'] = async (
    form,
    { headers = {}, method = 'POST', tenant = 'acme' } = {},
  ) => {
    const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
    const event = { ...anEvent(method, ''), body, headers: { 'content-type': FORM, ...headers } };
    const address = { tenant, version: 'oauth', segments: ['token'], query: new URLSearchParams() };
    const request = requestOf(event, address, 'request', clock());
    const { answer, client } = await grantToken(
      { keys, webKeys, newId: () => `jti-${ids++}` },
      request,
      tenantOf(tenant),
    );
    return { ...answer, ...(client && { client: client.source }) };
  };

  return {
    clock,
    secrets,
    caller: (presented, name = 'acme') =>
      callerOf(
        { headers: { authorization: presented }, at: clock() },
        { tenant: name },
        tenantOf(name),
        keys,
      ),
    grant,
    async token(form) {
      const { body } = await grant(form);
      return String(body?.access_token);
    },
  };
}

const FORM = 'application/x-www-form-urlencoded';
