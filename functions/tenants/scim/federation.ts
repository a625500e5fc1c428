import * as z from 'zod/mini';
import { baseUrl } from '../base-url.ts';

const claim = z.string().check(z.minLength(1), z.maxLength(500));

/**
 * Workload identity federation: the client shows a token of its own identity provider (RFC 7523 section 2.2) and holds
 * no secret of ours. The values are those that Entra shows where the client is set up.
 */
export function federationSettings<ClientId extends z.ZodMiniType>(clientId: ClientId) {
  return z
    .strictObject({
      clientId,
      issuer: claim.check(z.describe('iss: https://login.microsoftonline.com/<directory>/v2.0')),
      jwksUrl: baseUrl.check(
        z.describe(
          'Where the issuer publishes its keys: https://login.microsoftonline.com/<directory>/discovery/v2.0/keys',
        ),
      ),
      subject: claim.check(z.describe("sub: the object id of the provisioning service's workload identity.")),
      audience: claim.check(
        z.describe(
          'aud, as it stands in the token: api://<app id>, or the app id alone in some directories.',
        ),
      ),
    })
    .check(
      z.describe('Tokens of another identity provider that the bridge issues access tokens of an hour for.'),
    );
}
