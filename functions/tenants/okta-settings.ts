import * as z from 'zod/mini';
import { baseUrl } from './base-url.ts';
import { roleSettings } from './clarus-ids.ts';
import { credentialHashes } from './credential-hashes.ts';

const oktaId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be an Okta id'));

/** What a tenant file says of Okta. */
export const oktaSettings = z.strictObject({
  orgUrl: baseUrl.check(z.describe('The org, such as https://acme.okta.com: event hooks must come from it.')),
  eventHook: z.strictObject({
    header: z._default(
      z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/, 'must be a header name')),
      'Authorization',
    ),
    sha256: credentialHashes,
  }),
  apps: z._default(
    z
      .array(oktaId)
      .check(z.describe('App instance ids (0oa…): assignment to one gives access, removal takes it away.')),
    [],
  ),
  groups: z._default(
    z
      .array(oktaId)
      .check(z.describe('Group ids (00g…): membership of one gives access, leaving it takes it away.')),
    [],
  ),
  locks: z._default(
    z
      .boolean()
      .check(z.describe('Whether a locked Okta account is deactivated in Clarus until it is unlocked.')),
    false,
  ),
  roles: z.optional(roleSettings),
});
