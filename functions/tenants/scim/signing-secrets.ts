import * as z from 'zod';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { TenantSecret } from '../tenant-secret.ts';

/** What a key is made of that the bridge signs access tokens and cursors with. */
export interface SigningSecret {
  kid: string;
  key: string;
}

// By itself: a mistake here must not keep events from Clarus.
const schema = z.looseObject({
  signingKeys: z
    .array(z.looseObject({ kid: z.string().regex(/^[\w.-]{1,32}$/), key: z.string().min(32) }))
    .min(1)
    .max(5),
});

/**
 * What a tenant's secret has to sign with, the newest first. One that says nothing of it gives what was taken before there
 * were keys for it, Clarus' client secret: whoever knows that can make tokens, so set a key. Throws BridgeError
 * `secret_incomplete`.
 */
export function signingSecretsIn({ clarus, scim }: TenantSecret): [SigningSecret, ...SigningSecret[]] {
  if (scim === undefined) return [{ kid: 'clarus', key: clarus.clientSecret }];
  const [first, ...others] = schema.safeParse(scim).data?.signingKeys ?? [];
  if (first !== undefined) return [first, ...others];
  throw new BridgeError(
    'secret_incomplete',
    "The entry scim of the tenant's secret holds no keys to sign with. Clients that get tokens from the bridge cannot come " +
      'in until it does: {"signingKeys":[{"kid":"1","key":"…"}]}, each key a random text of at least 32 characters.',
    { retryable: true },
  );
}
