import type { JsonWebKeys } from '../../functions/scim/credentials/json-web-keys.ts';

/** For who has no client with an identity provider of its own. */
export const NO_WEB_KEYS: JsonWebKeys = { at: async () => undefined, newest: async () => undefined };
