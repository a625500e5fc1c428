import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { BridgeError, type ErrorCode } from '../identity/bridge-error.ts';
import { AWS_LIMITS } from '../platform/aws-limits.ts';
import type { Clock } from '../platform/clock.ts';
import { type Kept, kept } from '../platform/kept.ts';

// What a form and a header can carry.
const text = z.string().regex(/^[\x20-\x7e]+$/);

// Loose: an entry for a feature that this version does not know must not break the ones it knows.
const secretSchema = z.looseObject({
  clarus: z.looseObject({ clientId: text, clientSecret: text }),
  okta: z
    .looseObject({
      apiToken: text.optional(),
      // A service app (OAuth 2.0 client credentials with private_key_jwt) in place of the token.
      clientId: text.optional(),
      privateKey: z.looseObject({ kty: z.literal('RSA'), kid: text.optional() }).optional(),
    })
    .optional(),
  // clientState is what Graph shows with each notification; a subscription takes at most 128 characters.
  entra: z
    .looseObject({ clientId: text, clientSecret: text, clientState: text.min(16).max(128).optional() })
    .optional(),
  // What the bridge signs with is read where that is done.
  scim: z.unknown().optional(),
});

/** A tenant's vendor credentials. Never logged, never stored anywhere else. */
export type TenantSecret = z.output<typeof secretSchema>;

export interface SecretSource {
  /** The tenant's secret, from memory while it is fresh. Throws BridgeError `secret_*`. */
  load(tenant: string): Promise<TenantSecret>;
  /** Forgets `stale`, so that the next load reads it anew; a newer one already there stays. */
  forget(tenant: string, stale: TenantSecret): void;
}

interface SecretPorts {
  client: Pick<SecretsManagerClient, 'send'>;
  clock: Clock;
  /** Milliseconds a secret is kept: the longest a rotation goes unseen that breaks nothing. */
  timeToLive?: number;
}

/** Milliseconds; as long as an attempt at reading one may take. */
const PATIENCE = AWS_LIMITS.requestHandler.requestTimeout;

/** The secret of a tenant, by AWS Secrets Manager's name for it. */
export function secretName(tenant: string): string {
  return `clarus-bridge/${tenant}`;
}

/** Secrets by tenant out of AWS Secrets Manager: kept for a while, and read once however many ask at once. */
export function createSecretSource({ client, clock, timeToLive = 5 * 60_000 }: SecretPorts): SecretSource {
  const known = new Map<string, Kept<TenantSecret>>();

  function load(tenant: string): Promise<TenantSecret> {
    const secret =
      known.get(tenant) ??
      kept({ clock, read: () => read(client, tenant), lifeOf: () => timeToLive, patience: PATIENCE });
    known.set(tenant, secret);
    return secret.get();
  }

  function forget(tenant: string, stale: TenantSecret): void {
    known.get(tenant)?.forget(stale);
  }

  return { load, forget };
}

async function read(client: SecretPorts['client'], tenant: string): Promise<TenantSecret> {
  let content: string | undefined;
  try {
    content = (await client.send(new GetSecretValueCommand({ SecretId: secretName(tenant) }))).SecretString;
  } catch (cause) {
    const { name } = Object(cause);
    if (name === 'ResourceNotFoundException')
      throw unusable(tenant, 'secret_missing', 'does not exist or has no value');
    throw new BridgeError(
      'secret_unavailable',
      `AWS Secrets Manager did not give ${secretName(tenant)} (${String(name)}). It is tried again later.`,
      { retryable: true, cause },
    );
  }
  return parse(tenant, content);
}

function parse(tenant: string, content: string | undefined): TenantSecret {
  let json: unknown;
  try {
    json = JSON.parse(content ?? '');
  } catch {
    // No cause: a syntax error quotes the text around it, and the text is the secret.
    throw unusable(tenant, 'secret_malformed', 'does not hold JSON');
  }
  const parsed = secretSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const missing = [
    ...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || '(the whole object)')),
  ];
  throw unusable(tenant, 'secret_incomplete', `lacks a text at ${missing.join(', ')}`);
}

function unusable(tenant: string, code: ErrorCode, what: string): BridgeError {
  return new BridgeError(
    code,
    `The secret ${secretName(tenant)} ${what}. Events of this tenant wait and are tried again until it is set: ` +
      `aws secretsmanager put-secret-value --secret-id ${secretName(tenant)} --secret-string file://secret.json ` +
      'with {"clarus":{"clientId":"…","clientSecret":"…"}} in the file.',
    { retryable: true },
  );
}
