import type { Clarus } from '../../clarus/clarus.ts';
import type { AccountKey } from '../../identity/access/account.ts';
import { standing } from '../../identity/access/standing.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { Change } from '../../identity/change.ts';
import { OVER } from '../../identity/converge.ts';
import { foldAddress } from '../../identity/profile/addresses.ts';
import type { TenantServices } from '../services.ts';
import type { FindUserPorts, FoundClarusUser } from './find-user.ts';
import type { NoteChangePorts, Noted } from './note-change.ts';

export type AwaitRenamePorts = FindUserPorts &
  Pick<NoteChangePorts, 'cards' | 'directories' | 'secrets' | 'readAgain'>;

/**
 * Somebody new with the address of somebody who is in: one person with two accounts, or a newcomer, and the news that the
 * other one was renamed is still under way. The directory tells which. Whoever was renamed keeps their Clarus user,
 * whatever the order in which the news comes. Throws a retryable BridgeError until Clarus has their new address.
 */
export async function awaitRename(
  ports: AwaitRenamePorts,
  services: TenantServices,
  change: Change,
  { card }: Noted,
  found: FoundClarusUser,
): Promise<void> {
  const isNew = found.kind === 'user' && card.link === undefined && found.formerly !== true;
  if (!isNew || found.shown?.email === undefined || standing(card.words).access !== 'in') return;
  const { clarusUserId, shown } = found;
  const address = foldAddress(found.shown.email);
  const { accounts, open } = await ports.records.load(card.tenant, clarusUserId);
  const others = accounts.filter((it) => it.account !== card.account && standing(it.words).access === 'in');
  for (const { source, account } of others) {
    const moved = await movedTo(ports, services, { tenant: card.tenant, source, account }, address);
    if (moved === undefined) continue;
    if (moved === 'unheard') {
      const { tenant, eventId, eventType, occurredAt, receivedAt } = change;
      const news = { tenant, source, eventId, eventType, occurredAt, receivedAt, subject: { id: account } };
      await ports.readAgain(news, 0);
      throw renaming(clarusUserId);
    }
    const isUnderWay = Object.values(open).some((since) => shown.at - since < OVER);
    if (isUnderWay || !(await leadsTo(services.clarus, address, clarusUserId))) throw renaming(clarusUserId);
  }
}

/** Whether the directory shows another address of somebody who had this one, and whether the bridge has heard of it. */
async function movedTo(
  { cards, directories, secrets }: AwaitRenamePorts,
  { tenant }: TenantServices,
  key: AccountKey,
  address: string,
): Promise<'heard' | 'unheard' | undefined> {
  const directory = directories[key.source];
  const known = directory && (await cards.find(key));
  if (directory === undefined || !known?.addresses.some((it) => it.address === address)) return undefined;
  const answer = await directory.readUser(tenant, secrets, key.account);
  const [current, ...more] = answer.kind === 'found' ? answer.addresses.map(foldAddress) : [];
  if (current === undefined || [current, ...more].includes(address)) return undefined;
  return current === known.addresses[0]?.address ? 'heard' : 'unheard';
}

async function leadsTo(
  { findUsers }: Pick<Clarus, 'findUsers'>,
  address: string,
  id: string,
): Promise<boolean> {
  return (await findUsers(address)).some((user) => user.id === id);
}

function renaming(id: string): BridgeError {
  return new BridgeError(
    'two_users',
    `Clarus user ${id} has this person's address and belongs to somebody who has another one in the directory by now. ` +
      'That is brought to Clarus first; it is tried again until then.',
    { retryable: true },
  );
}
