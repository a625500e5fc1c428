import { BridgeError } from '../../identity/bridge-error.ts';
import type { ScimTenant } from '../ports.ts';
import { ScimError } from '../protocol/error.ts';

/** RFC 7644 section 3.3: a userName, and Clarus' login, is one user's. */
export function taken(): ScimError {
  return new ScimError(409, 'There is a user with this userName or address already.', {
    scimType: 'uniqueness',
  });
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
