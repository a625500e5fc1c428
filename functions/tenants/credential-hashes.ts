import * as z from 'zod/mini';

/** The credentials that a sender may present, as a tenant file holds them. */
export const credentialHashes = z
  .array(z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 hash in lower-case hexadecimal')))
  .check(
    z.minLength(1),
    z.maxLength(5),
    z.describe(
      'SHA-256 hashes of the accepted credentials, each a long random text. ' +
        'Two during a rotation: add the new one, deploy, change the sender, remove the old one, deploy.',
    ),
  );
