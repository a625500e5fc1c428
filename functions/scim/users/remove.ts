import { isUserMissing } from '../../clarus/clarus-users.ts';
import type { JsonObject } from '../../identity/json.ts';
import { presentAccount } from '../../identity/scim-account.ts';
import type { ScimSide, UserRecord } from '../../identity/user-record.ts';
import type { CarryOut } from '../commands/carry-out.ts';
import type { Command } from '../commands/command.ts';
import type { Intent } from '../commands/intent.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { notFound } from '../protocol/error.ts';
import { checkVersion } from '../protocol/etag.ts';
import { wordsOf } from './edit.ts';
import { protectedUser } from './refusals.ts';
import { isClarusId, knownUser, userResource } from './resource.ts';

/** Deletes a user, also one whom an earlier attempt has deleted without Clarus having heard of it. */
export type RemoveUser = (scim: ScimTenant, id: string, command: Command, ifMatch?: string) => Promise<void>;

/** The tombstone comes before Clarus is asked: from then on there is nobody left to change. */
export function createRemoveUser(ports: Pick<ScimPorts, 'records'>, carryOut: CarryOut): RemoveUser {
  return async function remove(scim, id, command, ifMatch) {
    if (!isClarusId(id)) throw notFound('user');
    async function plan(record: UserRecord): Promise<Intent> {
      const side = record.scim[scim.client];
      if (side === undefined || (side.deleted && !isLeftIn(record))) throw notFound('user');
      const user = knownUser(scim, record);
      if (user !== undefined) checkVersion(ifMatch, () => userResource(scim, user, ''));
      return {
        side: user === undefined ? side : tombstone(side, command.at),
        account: presentAccount(record, scim.client),
        words: wordsOf(scim, { record }, command, false, undefined),
        saysAccess: true,
        profile: {},
      };
    }
    try {
      const end = await carryOut(scim, id, command, plan);
      if (end.kind === 'protected') throw protectedUser();
    } catch (error) {
      if (!isUserMissing(error)) throw error;
      await bury(ports, scim, id, command.at);
    }
  };
}

/** Whether a deletion has not got as far as Clarus. */
function isLeftIn({ applied }: UserRecord): boolean {
  return applied.is_active !== false;
}

/** Deletes a user for the client, whom Clarus has no more: nobody can log in as somebody who is not there. */
export async function bury(
  { records }: Pick<ScimPorts, 'records'>,
  { name, client }: ScimTenant,
  clarusUserId: string,
  at: number,
): Promise<void> {
  await records.update(name, clarusUserId, (record) => {
    const side = record.scim[client];
    if (side === undefined || side.deleted) return record;
    return { ...record, scim: { ...record.scim, [client]: tombstone(side, at) } };
  });
}

/** What is left of a user whom a client has deleted: by what it comes back, and nothing else of the person. */
function tombstone(side: ScimSide, at: number): ScimSide {
  const { adopted: _, memberOf: __, ...rest } = side;
  const { userName = '', externalId } = side.resource;
  const resource: JsonObject = { userName, ...(externalId !== undefined && { externalId }) };
  return { ...rest, resource, deleted: true, lastModified: Math.max(at, side.lastModified) };
}
