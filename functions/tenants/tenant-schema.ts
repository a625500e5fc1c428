import * as z from 'zod/mini';
import type { SourceName } from '../identity/access/account.ts';
import { baseUrl } from './base-url.ts';
import { clarusUserId, role, roleId } from './clarus-ids.ts';
import { entraSettings } from './entra-settings.ts';
import { alertSettings, brakeSettings, protectSettings } from './guard-settings.ts';
import { oktaSettings } from './okta-settings.ts';
import type { ScimClient } from './scim/clients.ts';
import { scimSettings } from './scim/settings.ts';
import { tenantName } from './webhook-tenant.ts';

const clarusText = z.string().check(z.maxLength(255));

function attributeRule<Value extends z.ZodMiniType>(value: Value) {
  return z.nullish(
    z.strictObject({
      expression: z.optional(
        z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(2000),
            z.describe('JSONata over the SCIM User (RFC 7643 names). Absent: the default meaning.'),
          ),
      ),
      table: z.optional(
        z
          .record(z.string(), value)
          .check(
            z.describe(
              "The expression's values, each to what Clarus takes. Of several, the first listed wins.",
            ),
          ),
      ),
      otherwise: z.optional(value),
    }),
  );
}

const text = attributeRule(clarusText);

const mapping = z
  .strictObject({
    email: attributeRule(z.email()),
    name: text,
    role_id: attributeRule(roleId),
    is_active: attributeRule(z.boolean()),
    language: text,
    timezone: text,
    string1: text,
    string2: text,
    string3: text,
    string4: text,
    string5: text,
  })
  .check(
    z.describe(
      'How each Clarus attribute is made of a SCIM User; null leaves an attribute alone. ' +
        '"otherwise" stands for a value that the table lacks.',
    ),
  );

const clarus = z.strictObject({
  subdomain: z
    .string()
    .check(
      z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, 'must be the tenant name from the Clarus address'),
      z.describe('Sent as X-Clarus-Subdomain.'),
    ),
  baseUrl: z._default(baseUrl, 'https://clarus-api.com'),
  userId: z._default(
    z
      .enum(['user', 'subdomain_user'])
      .check(z.describe('Which of the two ids that GraphQL returns is the one PATCH /api/users/{id} takes.')),
    'user',
  ),
  scope: z.optional(
    z.string().check(z.minLength(1), z.describe('OAuth scopes to ask for, separated by spaces.')),
  ),
  apiUser: z.optional(
    clarusUserId.check(
      z.describe(
        "The id of the Clarus user that the bridge's own credentials belong to: it is protected, so that no source " +
          'can lock the bridge out.',
      ),
    ),
  ),
});

/** One tenant file: everything about a tenant that is not secret. */
export const tenantSchema = z.strictObject({
  $schema: z.optional(z.string()),
  tenant: tenantName,
  stages: z.optional(
    z
      .array(z.string().check(z.regex(/^[a-z][a-z0-9]{0,15}$/)))
      .check(z.minLength(1), z.describe('The stages this tenant is deployed to. Absent: every stage.')),
  ),
  clarus,
  okta: z.optional(oktaSettings),
  scim: z.optional(scimSettings),
  entra: z.optional(entraSettings),
  profile: z.optional(
    z
      .array(z.string())
      .check(
        z.minLength(1),
        z.describe(
          'Sources in the order in which their profiles count: each attribute comes from the first one that says it. ' +
            'Absent: as the sources stand in this file.',
        ),
      ),
  ),
  protect: z._default(protectSettings, { users: [], emails: [], roles: [] }),
  brake: z._default(brakeSettings, { users: 10, percent: 10, promotions: 10 }),
  alert: z.optional(alertSettings),
  drift: z._default(
    z
      .enum(['heal', 'report'])
      .check(
        z.describe(
          'What to do when somebody who is to be out is active in Clarus: switch them off, or report it.',
        ),
      ),
    'heal',
  ),
  unknownUser: z._default(
    z
      .enum(['report', 'create'])
      .check(z.describe('What to do when somebody Clarus does not know is given access.')),
    'report',
  ),
  defaultRole: z.optional(
    role.check(
      z.describe(
        'Role of created users and of newcomers whose mapping yields none: a Clarus role id or role name.',
      ),
    ),
  ),
  mapping: z._default(mapping, {}),
  receiptDays: z._default(
    z.int().check(z.gte(1), z.lte(3650), z.describe('How long receipts are kept.')),
    400,
  ),
});

/** A tenant file as it is meant. */
export type Tenant = z.output<typeof tenantSchema> & {
  /** The names of the sources, in the order of the file. */
  sources: readonly SourceName[];
  /** Whose profile counts first. */
  profile: readonly SourceName[];
  /** Who may come in by SCIM. */
  scimClients: readonly ScimClient[];
};
