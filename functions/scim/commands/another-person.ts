import { type Decision, decide } from '../../identity/access/decide.ts';
import type { Word } from '../../identity/access/word.ts';
import type { JsonObject } from '../../identity/json.ts';
import { lastSaid, presentAccount } from '../../identity/scim-account.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import type { ScimTenant } from '../ports.ts';
import type { Command } from './command.ts';

type Client = Pick<ScimTenant, 'client' | 'withoutRoles'>;

/**
 * Whether another id of the client's is another person, to whom nothing belongs that was said of the one before. It is
 * for somebody who is out, whichever source says so, and where another source has passed the user to a newcomer since.
 * Else it is the same person under another id.
 */
export function isAnotherPerson(scim: Client, record: UserRecord, after: JsonObject): boolean {
  const { client, withoutRoles } = scim;
  const [then, now] = [record.scim[client]?.resource.externalId, after.externalId];
  if (then === undefined || now === undefined || then === now) return false;
  if (lastSaid(record, client)?.word.gives === false) return true;
  const decision = decide(record, withoutRoles);
  // A hand in Clarus and a first look know of no person.
  const isOut = decision.takings.some(({ by }) => by !== 'clarus' && by !== 'first_look');
  return isOut || hasPassed(scim, record, decision);
}

/** Whether another source has given the user to a newcomer after all that the client said under the id it has had. */
function hasPassed({ client, withoutRoles }: Client, record: UserRecord, { holders }: Decision): boolean {
  const { accounts } = record;
  const mine = accounts.find((it) => it.source === client && it.account === presentAccount(record, client));
  const saidAt = Math.max(0, ...(mine?.words ?? []).map(({ at }) => at));
  return holders.some(({ source, standing: { access, since } }) => {
    if (source === client || access === 'out' || since < saidAt) return false;
    const said = accounts.filter((it) => it.source === source);
    return decide({ accounts: said }, withoutRoles).newcomer;
  });
}

/**
 * What a write that does not speak of access says of another person's, whom the client has been shown to be in: it sends
 * nothing for what is so. Their account begins with it; it is no statement, and gives back nothing that others took.
 */
export function inAsShown({ client }: Client, record: UserRecord, { eventId, at: seen }: Command): Word[] {
  const own = record.accounts.filter(({ source }) => source === client).flatMap(({ words }) => words);
  const at = Math.max(seen, ...own.map((word) => word.at + 1));
  return [{ id: eventId, at, seen, kind: 'read', gives: true, born: at }];
}
