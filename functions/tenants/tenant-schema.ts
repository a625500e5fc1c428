import * as z from 'zod';
import { isSecureUrl } from '../platform/secure-url.ts';

/** A tenant's name as it stands in URLs, keys and the secret's name. */
export const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

const baseUrl = z
  .string()
  .refine(isSecureUrl, 'must be an https URL without credentials in it (http only for 127.0.0.1)')
  .overwrite((text) => text.replace(/\/+$/, ''));

const credentialHashes = z
  .array(z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 hash in lower-case hexadecimal'))
  .min(1)
  .max(5)
  .describe(
    'SHA-256 hashes of the accepted credentials, each a long random text. ' +
      'Two during a rotation: add the new one, deploy, change the sender, remove the old one, deploy.',
  );

const clarusText = z.string().max(255);
const roleId = z.int().positive();

function attributeRule<Value extends z.ZodType>(value: Value) {
  return z
    .strictObject({
      expression: z
        .string()
        .min(1)
        .max(2000)
        .optional()
        .describe('JSONata over the SCIM User (RFC 7643 names). Absent: the default meaning.'),
      table: z
        .record(z.string(), value)
        .optional()
        .describe("The expression's values, each to what Clarus takes. Of several, the first listed wins."),
      otherwise: value.optional().describe('For a value that the table lacks.'),
    })
    .nullable()
    .optional();
}

const mapping = z
  .strictObject({
    email: attributeRule(z.email()),
    name: attributeRule(clarusText),
    role_id: attributeRule(roleId),
    is_active: attributeRule(z.boolean()),
    language: attributeRule(clarusText),
    timezone: attributeRule(clarusText),
    string1: attributeRule(clarusText),
    string2: attributeRule(clarusText),
    string3: attributeRule(clarusText),
    string4: attributeRule(clarusText),
    string5: attributeRule(clarusText),
  })
  .describe('How each Clarus attribute is made of a SCIM User; null leaves an attribute alone.');

const clarus = z.strictObject({
  subdomain: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, 'must be the tenant name from the Clarus address')
    .describe('Sent as X-Clarus-Subdomain.'),
  baseUrl: baseUrl.default('https://clarus-api.com'),
  userId: z
    .enum(['user', 'subdomain_user'])
    .default('user')
    .describe('Which of the two ids that GraphQL returns is the one PATCH /api/users/{id} takes.'),
  scope: z.string().min(1).optional().describe('OAuth scopes to ask for, separated by spaces.'),
});

const oktaId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be an Okta id');

const okta = z.strictObject({
  orgUrl: baseUrl.describe('The org, such as https://acme.okta.com: event hooks must come from it.'),
  eventHook: z.strictObject({
    header: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be a header name')
      .default('Authorization'),
    sha256: credentialHashes,
  }),
  apps: z
    .array(oktaId)
    .default([])
    .describe('App instance ids (0oa…): assignment to one gives access, removal takes it away.'),
  groups: z
    .array(oktaId)
    .default([])
    .describe('Group ids (00g…): membership of one gives access, leaving it takes it away.'),
  locks: z
    .boolean()
    .default(false)
    .describe('Whether a locked Okta account is deactivated in Clarus until it is unlocked.'),
});

/** One tenant file: everything about a tenant that is not secret. */
export const tenantSchema = z.strictObject({
  $schema: z.string().optional(),
  tenant: z.string().regex(TENANT_ID, 'must be lower-case letters, digits and dashes, at most 63'),
  stages: z
    .array(z.string().regex(/^[a-z][a-z0-9]{0,15}$/))
    .min(1)
    .optional()
    .describe('The stages this tenant is deployed to. Absent: every stage.'),
  clarus,
  okta: okta.optional(),
  unknownUser: z
    .enum(['report', 'create'])
    .default('report')
    .describe('What to do when somebody Clarus does not know is given access.'),
  defaultRole: z
    .union([roleId, z.string().min(1).max(255)])
    .optional()
    .describe('Role of created users whose mapping yields none: a Clarus role id or role name.'),
  mapping: mapping.default({}),
  receiptDays: z.int().min(1).max(3650).default(400).describe('How long receipts are kept.'),
});

export type Tenant = z.output<typeof tenantSchema>;
