import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { type HttpPorts, jsonOf } from '../../platform/http.ts';
import { NoAnswer } from '../../platform/http-send.ts';
import { type Kept, kept } from '../../platform/kept.ts';

/** The keys that an issuer publishes (a JWK Set, RFC 7517), by the address where. */
export interface JsonWebKeys {
  /** The keys at an address; those of an earlier reading where it does not answer, undefined without one. */
  at(url: string): Promise<JWTVerifyGetKey | undefined>;
  /** The same, read anew unless that was just done: for a key id that is not among them. */
  newest(url: string): Promise<JWTVerifyGetKey | undefined>;
}

/** Milliseconds that keys are good for: issuers change them without notice, and publish new ones before they use them. */
const GOOD = 60 * 60_000;
/** Milliseconds between two readings, whatever is shown to us. */
const PATIENCE = 60_000;

interface Reading {
  at: number;
  succeeded: boolean;
  keys?: JWTVerifyGetKey;
}

export function createJsonWebKeys({ send, clock, timeout }: HttpPorts): JsonWebKeys {
  const known = new Map<string, Kept<Reading>>();

  function keptAt(url: string): Kept<Reading> {
    let before: JWTVerifyGetKey | undefined;
    async function read(): Promise<Reading> {
      const [at, fresh] = [clock(), await published(url)];
      before = fresh ?? before;
      return { at, succeeded: fresh !== undefined, ...(before && { keys: before }) };
    }
    const lifeOf = ({ succeeded }: Reading) => (succeeded ? GOOD : PATIENCE);
    const reading = known.get(url) ?? kept({ clock, read, lifeOf, patience: timeout });
    known.set(url, reading);
    return reading;
  }

  async function published(url: string): Promise<JWTVerifyGetKey | undefined> {
    try {
      const answer = await send(url, { timeout });
      // It looks at the shape itself.
      return answer.status === 200 ? createLocalJWKSet(Object(jsonOf(answer))) : undefined;
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  async function at(url: string): Promise<JWTVerifyGetKey | undefined> {
    return (await keptAt(url).get()).keys;
  }

  async function newest(url: string): Promise<JWTVerifyGetKey | undefined> {
    const keys = keptAt(url);
    const last = await keys.get();
    if (clock() - last.at < PATIENCE) return last.keys;
    keys.forget(last);
    return (await keys.get()).keys;
  }

  return { at, newest };
}
