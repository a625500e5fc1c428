import { decodeJwt, decodeProtectedHeader, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import type { ScimClient } from '../../tenants/scim/clients.ts';
import type { JsonWebKeys } from './json-web-keys.ts';

/** A token of the client's own identity provider, which it shows in place of a secret (RFC 7523 section 3). */
export interface Assertion {
  clientId?: string;
  assertion: string;
}

/** Whose an assertion is. `no_keys`: the issuer does not publish its keys for now. */
export type AssertionOf = { kind: 'client'; client: ScimClient } | { kind: 'nobody' } | { kind: 'no_keys' };

type Federated = ScimClient & { federation: NonNullable<ScimClient['federation']> };

/** What keys that are published can check: nothing that is signed with a shared secret, and nothing unsigned. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256'];

/** Seconds by which an issuer's clock may differ. */
const SKEW = 60;
/** Seconds: Entra issues tokens of at most a day. */
const MOST_LIFE = 86_400 + SKEW;

const headerSchema = z.object({ alg: z.enum(ALGORITHMS), kid: z.string() });
const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  exp: z.number(),
});

/**
 * Whose an assertion is; `now` is epoch milliseconds. The issuer's keys are read only for one that says who it is of and
 * has the age of one that is good.
 */
export async function clientOfAssertion(
  { clientId, assertion }: Assertion,
  clients: readonly ScimClient[],
  keys: JsonWebKeys,
  now: number,
): Promise<AssertionOf> {
  const claims = claimed(assertion, now);
  const client = claims && clients.filter(isFederated).find((it) => isOf(it, claims, clientId));
  if (client === undefined) return { kind: 'nobody' };
  const { jwksUrl } = client.federation;
  const known = await keys.at(jwksUrl);
  if (known === undefined) return { kind: 'no_keys' };
  const end = await verified(assertion, client, known, now);
  if (end !== 'other_key') return end === 'good' ? { kind: 'client', client } : { kind: 'nobody' };
  const newest = await keys.newest(jwksUrl);
  const isGood = newest !== undefined && (await verified(assertion, client, newest, now)) === 'good';
  return isGood ? { kind: 'client', client } : { kind: 'nobody' };
}

function claimed(assertion: string, now: number): z.output<typeof claimsSchema> | undefined {
  let decoded: { header: unknown; claims: unknown };
  try {
    decoded = { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  } catch {
    return undefined;
  }
  const claims = claimsSchema.safeParse(decoded.claims).data;
  if (claims === undefined || !headerSchema.safeParse(decoded.header).success) return undefined;
  const at = now / 1000;
  const { iat, exp } = claims;
  const isGood = exp > at - SKEW && iat <= at + SKEW && exp - iat <= MOST_LIFE;
  return isGood ? claims : undefined;
}

function isFederated(client: ScimClient): client is Federated {
  return client.federation !== undefined;
}

function isOf(
  { federation }: Federated,
  { iss, sub, aud }: z.output<typeof claimsSchema>,
  clientId: string | undefined,
): boolean {
  return (
    iss === federation.issuer &&
    sub === federation.subject &&
    [aud].flat().includes(federation.audience) &&
    (clientId === undefined || clientId === federation.clientId)
  );
}

async function verified(
  assertion: string,
  { federation: { issuer, subject, audience } }: Federated,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<'good' | 'bad' | 'other_key'> {
  try {
    await jwtVerify(assertion, keys, {
      issuer,
      subject,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: SKEW,
      currentDate: new Date(now),
    });
    return 'good';
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return 'other_key';
    if (error instanceof errors.JOSEError) return 'bad';
    throw error;
  }
}
