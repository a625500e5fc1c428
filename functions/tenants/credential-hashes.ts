import * as z from 'zod/mini';

/** What `printf %s "$secret" | sha256sum` gives when the command that was to make the secret has failed. */
const HASH_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const credentialHash = z.string().check(
  z.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 hash in lower-case hexadecimal'),
  z.refine(
    (hash) => hash !== HASH_OF_NOTHING,
    'is the hash of the empty text, so no credential was made. Make one and put its hash here',
  ),
);

/** The hashes of one credential and of those that take its place during a rotation. */
export const hashesOf = z.array(credentialHash).check(z.minLength(1), z.maxLength(5));

/** The credentials that a sender may present, as a tenant file holds them. */
export const credentialHashes = hashesOf.check(
  z.describe(
    'SHA-256 hashes of the accepted credentials, each a long random text. ' +
      'Two during a rotation: add the new one, deploy, change the sender, remove the old one, deploy.',
  ),
);
