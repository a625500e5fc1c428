import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { SigningKey } from './signing-keys.ts';

/** An access token begins so: a secret scanner knows it by that, and the hashes in tenant files are of anything else. */
export const ISSUED = 'cib_';

/** Seconds that a token is good for: what Entra asks for at least. */
export const TOKEN_LIFE = 3600;

/** Seconds by which clocks of instances may differ. */
const SKEW = 60;

/** Longer than any token that was issued. */
const MOST = 1000;

const ISSUER = 'clarus-bridge';
const ALGORITHM = 'HS256';
// RFC 9068 section 2.1.
const TYPE = 'at+jwt';

const headerSchema = z.object({ alg: z.literal(ALGORITHM), typ: z.literal(TYPE), kid: z.string().max(32) });
const claimsSchema = z.object({
  iss: z.literal(ISSUER),
  aud: z.string(),
  sub: z.string(),
  credential: z.string(),
  iat: z.int(),
  exp: z.int(),
});

/** What an access token says. */
export interface TokenClaims {
  tenant: string;
  /** The source that the client is. */
  client: string;
  /** The name of the credential that it was issued for, with which it ends. */
  credential: string;
}

/** Issues an access token (a JWT, RFC 7519); `now` is epoch milliseconds. */
export async function issueToken(
  { kid, key }: SigningKey,
  { tenant, client, credential }: TokenClaims,
  id: string,
  now: number,
): Promise<string> {
  const at = Math.floor(now / 1000);
  const token = await new SignJWT({ credential })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
    .setIssuer(ISSUER)
    .setAudience(audienceOf(tenant))
    .setSubject(client)
    .setIssuedAt(at)
    .setExpirationTime(at + TOKEN_LIFE)
    .setJti(id)
    .sign(key);
  return `${ISSUED}${token}`;
}

/** What a token claims, whose signature is not looked at yet. */
export interface ClaimedToken extends Pick<TokenClaims, 'client' | 'credential'> {
  kid: string;
  jwt: string;
}

/**
 * What is presented, if it has the shape of a token of this tenant and the age of one that is good. Undefined for anything
 * else: nothing has to be read for that.
 */
export function claimedToken(presented: string, tenant: string, now: number): ClaimedToken | undefined {
  if (!presented.startsWith(ISSUED) || presented.length > MOST) return undefined;
  const jwt = presented.slice(ISSUED.length);
  const header = headerSchema.safeParse(decoded(() => decodeProtectedHeader(jwt))).data;
  const claims = claimsSchema.safeParse(decoded(() => decodeJwt(jwt))).data;
  if (header === undefined || claims === undefined || claims.aud !== audienceOf(tenant)) return undefined;
  const { iat, exp, sub, credential } = claims;
  const at = now / 1000;
  if (exp - iat !== TOKEN_LIFE || iat > at + SKEW || exp <= at) return undefined;
  return { kid: header.kid, jwt, client: sub, credential };
}

/** Whether the key's holder has signed it. */
export async function isSigned({ jwt }: ClaimedToken, { key }: SigningKey, now: number): Promise<boolean> {
  try {
    const currentDate = new Date(now);
    await jwtVerify(jwt, key, { algorithms: [ALGORITHM], currentDate, clockTolerance: SKEW });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

function audienceOf(tenant: string): string {
  return `${ISSUER}/scim/${tenant}`;
}

/** Undefined for what is no JWT. */
function decoded(decode: () => unknown): unknown {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
