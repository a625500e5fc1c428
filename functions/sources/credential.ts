import { createHash, timingSafeEqual } from 'node:crypto';

/** Compared with when there is nothing to compare with, so that an unknown tenant takes as long as a known one. */
const NOBODY = ['0'.repeat(64)];

/**
 * Whether the presented credential is one of those whose SHA-256 hashes (hexadecimal) are given. Takes the
 * same time whatever is presented and whichever hash it is: hashes are compared, all of them, in constant time. An empty
 * text is no credential, whatever hashes are given.
 */
export function isAccepted(presented: string | undefined, hashes: readonly string[] | undefined): boolean {
  const actual = digestOf(presented);
  let accepted = false;
  for (const hash of hashes ?? NOBODY) {
    if (timingSafeEqual(actual, Buffer.from(hash, 'hex'))) accepted = true;
  }
  return accepted && presented !== undefined && presented !== '' && hashes !== undefined;
}

/** The SHA-256 hash of a credential, hexadecimal, as a tenant file has it. */
export function hashOf(credential: string | undefined): string {
  return digestOf(credential).toString('hex');
}

function digestOf(credential = ''): Buffer {
  return createHash('sha256').update(credential).digest();
}
