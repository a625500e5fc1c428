import { decide, type Taking } from '../../identity/access/decide.ts';
import { shortForm } from '../../identity/access/short-form.ts';
import { standing } from '../../identity/access/standing.ts';
import type { Card } from '../../identity/card.ts';
import type { AccountsByAddress } from '../../state/accounts-by-address.ts';
import type { TenantServices } from '../services.ts';
import type { Joined, JoinPorts } from './join.ts';
import type { Noted } from './note-change.ts';

export interface OtherDirectoryPorts extends JoinPorts {
  accountsByAddress: AccountsByAddress;
}

/**
 * The cards of another directory that have the person's address now and lead to no Clarus user, since there was none
 * when they were heard of. What they say counts as soon as there is one. Nothing is asked where a tenant has one
 * directory only.
 */
async function ofOtherDirectories(
  { cards, accountsByAddress }: OtherDirectoryPorts,
  { tenant }: TenantServices,
  { card, current }: Pick<Noted, 'card' | 'current'>,
): Promise<Card[]> {
  if (tenant.okta === undefined || tenant.entra === undefined) return [];
  const keys = (await Promise.all(current.map((it) => accountsByAddress(card.tenant, it)))).flat();
  const others = new Map(
    keys.filter(({ source }) => source !== card.source).map((key) => [`${key.source} ${key.account}`, key]),
  );
  const found = await Promise.all([...others.values()].map((key) => cards.find(key)));
  return found.flatMap((it) =>
    it !== undefined && it.link === undefined && it.words.length > 0 ? [it] : [],
  );
}

/** Who keeps a person out for whom a Clarus user is about to be created. */
export async function keptOutBy(
  ports: OtherDirectoryPorts,
  services: TenantServices,
  noted: Noted,
): Promise<Taking | undefined> {
  const others = await ofOtherDirectories(ports, services, noted);
  return decide({ accounts: [noted.card, ...others] }, services.withoutRoles).takings[0];
}

/** Links and joins what other directories say of a person, before access is given to them. */
export async function joinOtherDirectories(
  ports: OtherDirectoryPorts,
  services: TenantServices,
  noted: Noted,
  joined: Joined,
): Promise<Joined> {
  const { record, mark, created } = joined;
  const isOn = record.applied.is_active === true && !created;
  if (isOn || standing(noted.card.words).access === 'out') return joined;
  let now = record;
  for (const card of await ofOtherDirectories(ports, services, noted)) {
    const { source, account, rev, words, link } = await ports.cards.link(card, record.clarusUserId);
    if (link !== record.clarusUserId) continue;
    now = await ports.records.join(record.tenant, record.clarusUserId, {
      account: { source, account, rev, words: shortForm(words) },
      mark,
      now: ports.clock(),
    });
  }
  // What the user was created with is stored with what follows.
  return { ...joined, record: { ...now, applied: { ...now.applied, ...record.applied } } };
}
