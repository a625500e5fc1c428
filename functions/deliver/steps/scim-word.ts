import { isUserMissing } from '../../clarus/clarus-users.ts';
import { shortForm } from '../../identity/access/short-form.ts';
import type { Change } from '../../identity/change.ts';
import { isCarriedOut } from '../../identity/pending.ts';
import { OPEN_OUTCOMES } from '../../identity/receipt.ts';
import { presentAccount } from '../../identity/scim-account.ts';
import { openMark, type UserRecord } from '../../identity/user-record.ts';
import type { ReceiptStore } from '../../state/receipts.ts';
import { type Delivered, ended } from '../delivered.ts';
import type { TenantServices } from '../services.ts';
import { type BringPorts, bring } from './bring.ts';
import { statedWord } from './findings.ts';
import type { Joined } from './join.ts';
import { DUPLICATE, keyOf } from './note-change.ts';

export interface ScimWordPorts extends BringPorts {
  receipts: Pick<ReceiptStore, 'find'>;
}

/**
 * Carries out what a SCIM client has taken away and queued. Its command does so itself in the same moment: where that
 * has been confirmed there is nothing left to do.
 */
export async function deliverScimWord(
  ports: ScimWordPorts,
  services: TenantServices,
  change: Change,
  attempt: number,
): Promise<Delivered> {
  const joined = await joinScimWord(ports, change);
  if (joined === undefined) return carriedOut(ports, change, attempt);
  try {
    const delivered = await bring(ports, services, change, joined, attempt);
    return { ...delivered, wasWaiting: true };
  } catch (error) {
    if (!isUserMissing(error)) throw error;
    // The subject is the Clarus user: there is no other way to it.
    return ended('user_not_in_clarus', { clarusUserId: change.subject.id, wasWaiting: true });
  }
}

/**
 * Clarus has confirmed it by now: to the command itself, which has left its receipt, or to whatever was sent for the user
 * after that had failed. Then it waits no more, and the receipt is to say so.
 */
async function carriedOut({ receipts }: ScimWordPorts, change: Change, attempt: number): Promise<Delivered> {
  const receipt = await receipts.find(keyOf(change), change.eventId);
  const isSettled = receipt !== undefined && !OPEN_OUTCOMES.has(receipt.outcome);
  const wasWaiting = attempt > 1 || change.resent === true || !isSettled;
  if (isSettled) return ended('no_change', { reason: DUPLICATE, wasWaiting });
  const said = { attributes: ['is_active'], isActive: false, clarusUserId: change.subject.id } as const;
  return ended('no_change', { ...said, wasWaiting });
}

/** Puts the word into the record, since a SCIM account has no card; undefined where its command has been carried out. */
async function joinScimWord(
  ports: Pick<BringPorts, 'records' | 'clock'>,
  change: Change,
): Promise<Joined | undefined> {
  const { tenant, source, subject, eventId } = change;
  const { active } = change.user ?? {};
  let account = subject.id;
  let isOver = false;
  const record = await ports.records.update(tenant, subject.id, (stored) => {
    account = accountOf(stored, change);
    isOver = isCarriedOut(stored, { source, account }, eventId);
    return isOver ? stored : withWord(stored, account, change, ports.clock());
  });
  if (isOver) return undefined;
  const mark = openMark({ source, account }, eventId);
  const said = { source, account, active, isNews: true };
  return { record, mark, ...said, profile: {}, problems: new Map(), created: false };
}

/** The one that the command named, unless the client has given it another id since. */
function accountOf(record: UserRecord, { source, account }: Change): string {
  const isThere = record.accounts.some((it) => it.source === source && it.account === account);
  return account !== undefined && isThere ? account : presentAccount(record, source);
}

function withWord(record: UserRecord, account: string, change: Change, now: number): UserRecord {
  const { source, eventId } = change;
  const own = record.accounts.filter((it) => it.source === source);
  const known = own.find((it) => it.account === account);
  const word = statedWord(change, now);
  const isSaid = own.some(({ words }) => words.some(({ id }) => id === eventId));
  const words = word === undefined || isSaid ? [] : [word];
  const mine = { source, account, rev: 0, ...known, words: shortForm([...(known?.words ?? []), ...words]) };
  const mark = openMark({ source, account }, eventId);
  return {
    ...record,
    accounts: [...record.accounts.filter((it) => it !== known), mine],
    open: { ...record.open, [mark]: now },
  };
}
