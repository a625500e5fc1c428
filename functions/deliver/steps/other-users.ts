import { shownOf } from '../../clarus/inventory.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { Change } from '../../identity/change.ts';
import { sameAddress } from '../../identity/profile/addresses.ts';
import { openMark, type UserRecord } from '../../identity/user-record.ts';
import type { Delivered } from '../delivered.ts';
import type { TenantServices } from '../services.ts';
import { type BringPorts, bring } from './bring.ts';
import { hasInsider } from './find-user.ts';
import type { Joined } from './join.ts';
import type { Noted } from './note-change.ts';

/**
 * A revocation also goes to another Clarus user with the person's current address: Clarus' administrators move
 * addresses from one user to another. Against somebody who is in and linked there it does nothing, and waits.
 * Nothing is asked where the linked user is known to have the address, since Clarus gives it to one user only; but
 * where the inventory has just found another user with it, that is no longer so.
 */
export async function bringOthers(
  ports: BringPorts,
  services: TenantServices,
  change: Change,
  { current, profile }: Noted,
  joined: Joined,
  delivered: Delivered,
): Promise<Delivered> {
  const [address] = current;
  const { record, card } = joined;
  if (address === undefined || card === undefined) return delivered;
  if (isKnownTo(record, address) && change.foundBy !== 'inventory') return delivered;
  const at = ports.clock();
  const users = await services.clarus.findUsers(address);
  let end = delivered;
  for (const user of users) {
    if (user.id === record.clarusUserId) continue;
    if (hasInsider(await ports.records.load(change.tenant, user.id)))
      throw twoUsers(record.clarusUserId, user.id);
    const { source, account, rev, words } = card;
    const mark = openMark(card, change.eventId);
    const copy = { source, account, rev, words, ...(profile && { profile }) };
    const there = await ports.records.join(change.tenant, user.id, {
      account: copy,
      mark,
      now: at,
      shown: shownOf(user, at),
    });
    const { undone } = await bring(ports, services, change, { ...joined, record: there, mark }, 1);
    if (undone !== undefined) end = { ...end, undone };
  }
  return end;
}

/** Whether the user had the address when Clarus was asked last, and has been given no other one since. */
function isKnownTo({ shown, applied }: UserRecord, address: string): boolean {
  const known = [shown?.email, applied.email].filter((it) => it !== undefined);
  return known.length > 0 && known.every((it) => sameAddress(it, address));
}

function twoUsers(linked: string, other: string): BridgeError {
  return new BridgeError(
    'two_users',
    `The person's Clarus user ${linked} has lost access. Their address now is that of Clarus user ${other}, which ` +
      'belongs to somebody who has access. If that is the same person, unlink the account; else correct the address. ' +
      'It is tried again until then.',
    { retryable: false },
  );
}
