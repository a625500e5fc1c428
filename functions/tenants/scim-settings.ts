import * as z from 'zod/mini';
import { roleSettings } from './clarus-ids.ts';
import { hashesOf } from './credential-hashes.ts';

/** What a tenant file says of SCIM clients. */
export const scimSettings = z.strictObject({
  sha256: hashesOf.check(
    z.describe(
      'SHA-256 hashes of the accepted bearer tokens, each a long random text. ' +
        'Two during a rotation: add the new one, deploy, change the client, remove the old one, deploy.',
    ),
  ),
  oauth: z.optional(
    z
      .strictObject({
        clientId: z.string().check(z.regex(/^[\w.~-]{1,128}$/, 'must be letters, digits, dots, dashes')),
        sha256: hashesOf.check(z.describe('SHA-256 hashes of the accepted client secrets.')),
      })
      .check(z.describe('OAuth client credentials that the bridge issues access tokens of an hour for.')),
  ),
  groups: z._default(
    z.boolean().check(z.describe('Whether Clarus roles are shown as Groups and membership sets the role.')),
    true,
  ),
  strict: z._default(
    z.boolean().check(z.describe('Whether what Okta and Entra do beyond RFC 7644 is refused.')),
    false,
  ),
  roles: z.optional(roleSettings),
  idOf: z.optional(
    z
      .enum(['okta', 'entra'])
      .check(
        z.describe(
          'The directory whose user ids this client sends as externalId, so that a person with a new id is known to ' +
            "be somebody else: a leaver's deactivation does not bind whoever has the Clarus user next.",
        ),
      ),
  ),
});
