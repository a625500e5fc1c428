import * as z from 'zod/mini';
import { roleSettings } from './clarus-ids.ts';

const hashes = z
  .array(z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 hash in lower-case hexadecimal')))
  .check(z.minLength(1), z.maxLength(5));

/** What a tenant file says of SCIM clients. */
export const scimSettings = z.strictObject({
  sha256: hashes.check(
    z.describe(
      'SHA-256 hashes of the accepted bearer tokens, each a long random text. ' +
        'Two during a rotation: add the new one, deploy, change the client, remove the old one, deploy.',
    ),
  ),
  oauth: z.optional(
    z
      .strictObject({
        clientId: z.string().check(z.regex(/^[\w.~-]{1,128}$/, 'must be letters, digits, dots, dashes')),
        sha256: hashes.check(z.describe('SHA-256 hashes of the accepted client secrets.')),
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
  adopt: z._default(
    z
      .enum(['match', 'conflict'])
      .check(
        z.describe(
          'What a creation is about whose address is that of a Clarus user whom the client has never written, and whose ' +
            'userName is another one: that user, or a 409.',
        ),
      ),
    'match',
  ),
  emailDomain: z.optional(
    z
      .string()
      .check(
        z.regex(
          /^(?=.{1,190}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$/,
          'must be a domain name, such as "acme.example"',
        ),
        z.describe(
          'For clients that know people by names and not by addresses: who has no e-mail logs in to Clarus as ' +
            '<userName>@ this domain.',
        ),
      ),
  ),
  roleResources: z._default(
    z
      .boolean()
      .check(
        z.describe(
          "Whether Clarus' roles are served as Okta's Role resources at /Roles. The id of one in a user's roles is then the " +
            'role in Clarus, unless mapping.role_id says otherwise.',
        ),
      ),
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
