import * as z from 'zod/mini';
import { baseUrl } from './base-url.ts';
import { roleSettings } from './clarus-ids.ts';
import { credentialHashes } from './credential-hashes.ts';

/** Microsoft writes ids of directories, subscriptions and users in this form, in either case. */
export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const guid = z.string().check(
  z.regex(GUID, 'must be a GUID such as 11111111-2222-4333-8444-555555555555'),
  z.overwrite((text) => text.toLowerCase()),
);

/** What a tenant file says of Microsoft Entra ID. The API credentials and the clientState are in the secret. */
export const entraSettings = z.strictObject({
  directoryId: guid.check(
    z.describe('The directory (tenant) id: notifications must come from it, and users are read there.'),
  ),
  clientState: z.strictObject({ sha256: credentialHashes }),
  graphUrl: z._default(
    baseUrl.check(z.describe('Microsoft Graph; other than the default in a national cloud only.')),
    'https://graph.microsoft.com',
  ),
  loginUrl: z._default(
    baseUrl.check(z.describe('Where tokens are bought; other than the default in a national cloud only.')),
    'https://login.microsoftonline.com',
  ),
  roles: z.optional(roleSettings),
});
