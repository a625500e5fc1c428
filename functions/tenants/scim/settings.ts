import * as z from 'zod/mini';
import { roleSettings } from '../clarus-ids.ts';
import { hashesOf } from '../credential-hashes.ts';
import { federationSettings } from './federation.ts';

/** What the name of a client may be: with `scim-` before it, it is the name of a source. */
const CLIENT_NAME = /^[a-z][a-z0-9-]{0,24}$/;

const clientId = z.string().check(z.regex(/^[\w.~-]{1,128}$/, 'must be letters, digits, dots, dashes'));

/** What a tenant file says of one SCIM client. */
const clientSettings = {
  sha256: z.optional(
    hashesOf.check(
      z.describe(
        'SHA-256 hashes of the accepted bearer tokens, each a long random text. ' +
          'Two during a rotation: add the new one, deploy, change the client, remove the old one, deploy.',
      ),
    ),
  ),
  oauth: z.optional(
    z
      .strictObject({
        clientId,
        sha256: hashesOf.check(z.describe('SHA-256 hashes of the accepted client secrets.')),
      })
      .check(z.describe('OAuth client credentials that the bridge issues access tokens of an hour for.')),
  ),
  federation: z.optional(federationSettings(clientId)),
  expires: z.optional(
    z.pipe(
      z.iso
        .date('must be a date such as 2027-03-01')
        .check(z.describe('The day (UTC) from which none of its credentials is accepted any more.')),
      z.transform((date) => Date.parse(date)),
    ),
  ),
  scope: z._default(
    z
      .array(z.enum(['users', 'groups']))
      .check(z.minLength(1), z.describe('What the client may do anything with. Absent: users and groups.')),
    ['users', 'groups'],
  ),
  readOnly: z._default(
    z.boolean().check(z.describe('Whether the client may look and change nothing, deactivations included.')),
    false,
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
};

const client = z.strictObject(clientSettings);

/** What a tenant file says of SCIM clients: of the one without a name, and of those with one. */
export const scimSettings = z.strictObject({
  ...clientSettings,
  clients: z.optional(
    z
      .record(
        z
          .string()
          .check(z.regex(CLIENT_NAME, 'must be a name of lower-case letters, digits and dashes, at most 25')),
        client,
      )
      .check(
        z.describe(
          'Clients by name, such as okta and entra, each with credentials and settings of its own. What one of them says ' +
            'is kept under the source scim-<name>, for good: do not rename it.',
        ),
      ),
  ),
});

export type ScimSettings = z.output<typeof scimSettings>;
export type ScimClientSettings = z.output<typeof client>;
