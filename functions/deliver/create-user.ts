import type { Clarus } from '../clarus/clarus.ts';
import type { NewUser } from '../clarus/clarus-users.ts';
import { defaultRole } from '../clarus/default-role.ts';
import type { Change } from '../identity/change.ts';
import type { ClarusAttributes } from '../identity/clarus-attributes.ts';
import { isEmail } from '../identity/default-mapping.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';

/**
 * Creates the Clarus user of somebody who was given access and is not there, and returns its id; undefined
 * for somebody without an address, whom Clarus cannot have. When Clarus refuses because somebody else created
 * the user meanwhile, the user is looked up again. Throws BridgeError.
 */
export async function createUser(
  clarus: Clarus,
  tenant: Tenant,
  { subject }: Change,
  known: Partial<ClarusAttributes>,
): Promise<string | undefined> {
  const email = known.email ?? subject.login;
  if (email === undefined || !isEmail(email)) return undefined;
  const role_id = known.role_id ?? (await defaultRole(clarus, tenant));
  const user: NewUser = {
    ...known,
    email,
    name: known.name ?? subject.displayName ?? email,
    is_active: true,
    ...(role_id !== undefined && { role_id }),
  };
  const answer = await clarus.create(user);
  if (answer.kind === 'created') return answer.id;
  const found = await clarus.findUser(email);
  if (found === undefined) throw answer.error;
  return found.id;
}
