import type { JsonObject } from '../../identity/json.ts';
import { BODY_LIMIT, CURSOR_TIMEOUT, DEFAULT_PAGE, MAX_PAGE } from '../protocol/limits.ts';
import { SERVICE_PROVIDER_CONFIG } from './meta-schemas.ts';

/** RFC 7643 section 5, with RFC 9865's `pagination`. It says what is so and nothing else. */
export function serviceProviderConfig(baseUrl: string): JsonObject {
  return {
    schemas: [SERVICE_PROVIDER_CONFIG],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: BODY_LIMIT },
    filter: { supported: true, maxResults: MAX_PAGE },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: DEFAULT_PAGE,
      maxPageSize: MAX_PAGE,
      cursorTimeout: CURSOR_TIMEOUT,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A long-lived token, or one of an hour by OAuth 2.0 client credentials.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}
