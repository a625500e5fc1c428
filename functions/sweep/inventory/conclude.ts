import type { AccountKey } from '../../identity/access/account.ts';
import { standing } from '../../identity/access/standing.ts';
import type { Word } from '../../identity/access/word.ts';
import type { Announcement } from '../../identity/change.ts';
import type { CardStore } from '../../state/cards.ts';
import type { ReceiptStore } from '../../state/receipts.ts';

export interface ConcludePorts {
  cards: CardStore;
  receipts: ReceiptStore;
  announce(changes: readonly Announcement[]): Promise<void>;
  clock: () => number;
}

/** An account that is out: of a directory, which has a card, or of a SCIM client, which is in the record alone. */
export interface OutAccount extends AccountKey {
  /** Of a SCIM client. */
  words?: readonly Word[];
}

/**
 * Has the access of an account that is out ended in a Clarus user who is not known to be off. Nobody stated that of
 * this user, so it goes under the brake. Once for each taking and user: what waits or is held already, and what was
 * concluded before, is left to those who have it. Returns whether it was announced.
 */
export async function concludeTaking(
  { cards, receipts, announce, clock }: ConcludePorts,
  { tenant, source, account, words }: OutAccount,
  clarusUserId: string,
): Promise<boolean> {
  // The subject of a SCIM client's change is the Clarus user.
  const id = words === undefined ? account : clarusUserId;
  const key = { tenant, source, account: id };
  const card = await cards.find(key);
  if (card?.waiting !== undefined || card?.held !== undefined) return false;
  const { access, word } = standing(words ?? card?.words ?? []);
  if (access !== 'out' || word === undefined) return false;
  const at = Math.max(0, word.at);
  const eventId = `inventory:${clarusUserId}:${at}`;
  if ((await receipts.find(key, eventId)) !== undefined) return false;
  await announce([
    {
      tenant,
      source,
      eventId,
      eventType: 'inventory.found',
      occurredAt: at,
      receivedAt: clock(),
      subject: { id },
      foundBy: 'inventory',
      ...(words !== undefined && { account }),
      // What was stated is said again as of the same time, which adds nothing; what was read is read again.
      ...(word.kind === 'stated' && saidAgain(word)),
    },
  ]);
  return true;
}

function saidAgain({ register, gone }: Word): Pick<Announcement, 'user' | 'register' | 'gone'> {
  return {
    user: { active: false },
    ...(register !== undefined && { register }),
    ...(gone === true && { gone }),
  };
}
