import { BridgeError } from '../../identity/bridge-error.ts';
import type { ScimTenant } from '../ports.ts';
import { ScimError } from '../protocol/error.ts';

/** RFC 7644 section 3.3: a userName, and Clarus' login, is one user's. */
export function taken(): ScimError {
  return new ScimError(409, 'There is a user with this userName or address already.', {
    scimType: 'uniqueness',
  });
}

/** Whether there will be such a user is not known yet, and a 409 would be the last word for Okta. */
export function nameUnderWay(wait: number): ScimError {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(wait / 1000))) };
  return new ScimError(429, 'Another request about this userName or address is under way. Send it again.', {
    headers,
  });
}

/** For a Clarus user that the tenant file lets nobody change. */
export function protectedUser(): ScimError {
  return new ScimError(
    403,
    'This Clarus user is protected by the tenant file of the bridge, so nothing was changed. Change it in Clarus, or ' +
      'take it out of the provisioning.',
  );
}

/** Whether a request is refused for what is in it. A version that is not met is the client's own condition. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof BridgeError) return error.code === 'mapping_failed';
  return error instanceof ScimError && ![403, 404, 412].includes(error.status);
}

/**
 * An address that Clarus will not take because another user has it is a 409, and a 400 would hide that. `id` is
 * the user who was to have the address, if there is one. Any other error comes back as it is.
 */
export async function explained(
  scim: ScimTenant,
  id: string | undefined,
  email: string | undefined,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof BridgeError && error.code === 'clarus_refused') || email === undefined) return error;
  try {
    const others = (await scim.clarus.findUsers(email)).filter((user) => user.id !== id);
    return others.length > 0 ? taken() : error;
  } catch (unknown) {
    if (unknown instanceof BridgeError) return error;
    throw unknown;
  }
}
