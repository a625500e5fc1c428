import type { AttributeName, ClarusAttributes } from '../../identity/clarus-attributes.ts';
import { update } from '../../identity/converge.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import type { StoredScimUser } from '../../state/scim-user.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { asScimUser } from '../users/resource.ts';
import { type Decision, withoutDecision } from './decision.ts';

/** Each means that the user was stored while this looked; the look that is queued sees to the rest. */
const ROUNDS = 5;

/** Takes decisions out of a user's record, the last of them last, and returns what was stored. */
export type Undo = (
  scim: ScimTenant,
  clarusUserId: string,
  decisions: readonly Decision[],
  untouched: readonly AttributeName[],
) => Promise<UserRecord>;

/**
 * Whoever writes the user at the same time looks at the record after that, and this looks at the user after the
 * record: whichever is second sees the other.
 */
export function createUndo({ users, scimUsers }: Pick<ScimPorts, 'users' | 'scimUsers'>): Undo {
  return async function undo(scim, clarusUserId, decisions, untouched) {
    let stored = await scimUsers.find(scim.name, clarusUserId);
    for (let round = 1; ; round++) {
      const shown = stored && (await shownOf(scim, stored));
      const record = await update(users, scim.name, clarusUserId, (newest) =>
        decisions.reduceRight(
          (it, decision) => withoutDecision(it, decision, shown ?? decision.found, new Set(untouched)),
          newest,
        ),
      );
      const now = await scimUsers.find(scim.name, clarusUserId);
      if (now?.version === stored?.version || round === ROUNDS) return record;
      stored = now;
    }
  };
}

async function shownOf(
  { map }: ScimTenant,
  { attributes, deleted }: StoredScimUser,
): Promise<Partial<ClarusAttributes>> {
  const mapped = await map(asScimUser(attributes));
  return deleted ? { ...mapped.attributes, is_active: false } : mapped.attributes;
}
