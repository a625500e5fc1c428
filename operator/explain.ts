import { settingsWithoutRoles } from '../functions/clarus/decide-settings.ts';
import type { AccountKey } from '../functions/identity/access/account.ts';
import type { DecideSettings } from '../functions/identity/access/desired.ts';
import { type Explanation, explain } from '../functions/identity/access/explain.ts';
import { protectedBy } from '../functions/identity/access/guard.ts';
import type { Card } from '../functions/identity/card.ts';
import type { UserRecord } from '../functions/identity/user-record.ts';
import type { Tenant } from '../functions/tenants/tenant-schema.ts';
import type { OperatorPorts } from './ports.ts';

/** Why a Clarus user is as it is, and what of it is not done. */
export interface UserExplanation {
  explanation: Explanation;
  record: Pick<UserRecord, 'shown' | 'applied' | 'liftedAt'>;
  /** What of the tenant file protects the user; a role only where the file names it by its id. */
  protection: 'user' | 'email' | 'role' | undefined;
  /** The user's accounts with something that waits or is held. */
  open: readonly Card[];
}

/** Why somebody has access or not, by all that is known; undefined for a user the bridge has not met. */
export async function explainUser(
  { records, cards }: Pick<OperatorPorts, 'records' | 'cards'>,
  tenant: Tenant,
  clarusUserId: string,
): Promise<UserExplanation | undefined> {
  const record = await records.load(tenant.tenant, clarusUserId);
  if (record.revision === 0) return undefined;
  const found = await Promise.all(subjectsIn(record).map((key) => cards.find(key)));
  return {
    explanation: explain(record, settingsById(tenant)),
    record,
    protection: protectedBy(record, guardsById(tenant)),
    open: found.flatMap((card) => (card?.waiting === undefined && card?.held === undefined ? [] : [card])),
  };
}

/** Whose changes may wait: of a SCIM client's account the subject is the Clarus user, whatever its own id. */
function subjectsIn({ tenant, clarusUserId, accounts }: UserRecord): AccountKey[] {
  const clients = new Set(accounts.flatMap(({ source, rev }) => (rev === 0 ? [source] : [])));
  const directories = accounts.filter(({ source }) => !clients.has(source));
  return [
    ...directories.map(({ source, account }) => ({ tenant, source, account })),
    ...[...clients].map((source) => ({ tenant, source, account: clarusUserId })),
  ];
}

/** An operator has no Clarus at hand in which to look up roles by name: who names some there may give any here. */
function settingsById(tenant: Tenant): DecideSettings {
  const { defaultRole, okta, scim, entra } = tenant;
  const roles = Object.entries({ okta, scim, entra }).flatMap(([source, settings]) => {
    const allowed = settings?.roles?.allowed;
    return allowed?.every((role) => typeof role === 'number') ? [[source, allowed] as const] : [];
  });
  return {
    ...settingsWithoutRoles(tenant),
    ...(typeof defaultRole === 'number' && { defaultRole }),
    roles: Object.fromEntries(roles),
    protectedRoles: guardsById(tenant).roles,
  };
}

function guardsById({ clarus: { apiUser }, protect }: Tenant) {
  return {
    users: apiUser === undefined ? protect.users : [...protect.users, apiUser],
    emails: protect.emails,
    roles: protect.roles.filter((role) => typeof role === 'number'),
  };
}
