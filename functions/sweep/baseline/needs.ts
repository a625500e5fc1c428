import type { Desired } from '../../identity/access/desired.ts';
import { sameAddress } from '../../identity/profile/addresses.ts';
import type { UserRecord } from '../../identity/user-record.ts';

/**
 * Whether Clarus has to change by what a comparison found: it may show somebody active who is to be out, or it is known
 * to have another role, name or e-mail. Access is given by nothing but news, and what Clarus does not show and the
 * bridge never set is left to the person's next change.
 */
export function needsClarus(record: UserRecord, { attributes }: Desired): boolean {
  const { applied, shown, refused } = record;
  if (attributes.is_active === false) {
    return applied.is_active !== false && shown?.active !== false;
  }
  const { role_id: role, name, email } = attributes;
  const roleNow = applied.role_id ?? (shown?.roleId === undefined ? undefined : Number(shown.roleId));
  const nameNow = applied.name ?? shown?.name;
  const emailNow = applied.email ?? shown?.email;
  return (
    (role !== undefined && roleNow !== undefined && role !== roleNow && role !== refused.role_id) ||
    (name !== undefined && nameNow !== undefined && name !== nameNow && name !== refused.name) ||
    (email !== undefined && isOther(emailNow, email) && email !== refused.email)
  );
}

function isOther(now: string | undefined, email: string): boolean {
  return now !== undefined && now !== '' && !sameAddress(now, email);
}
