import { standing } from '../../identity/access/standing.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { SweepServices } from '../services.ts';
import { type Comparison, type MeetPorts, thinChange } from './meet.ts';

const PAGE = 100;
const WIDTH = 10;

/**
 * Has those read whom the bridge knows and a whole comparison did not show: purged accounts are in no list. None of
 * them is taken for gone by that alone, and the brake counts them. It goes through the Clarus users, a hundred at a
 * time, and looks at the cards of those who are in: the addresses of whoever was met have been noted since. So nothing
 * has to be remembered of a directory of any size. Returns after which user to go on, undefined at the end.
 */
export async function announceAbsent(
  ports: MeetPorts,
  { tenant: { tenant } }: SweepServices,
  comparison: Comparison,
  after: string | undefined,
): Promise<{ after: string | undefined; absent: number }> {
  const { records, cards, clock, announce } = ports;
  const { source, startedAt } = comparison;
  const ids = await records.list(tenant, after, PAGE);
  if (ids.length === 0) return { after: undefined, absent: 0 };
  const accounts = (await records.loadMany(tenant, ids))
    .flatMap((record) => record.accounts)
    .filter((it) => it.source === source && standing(it.words).access !== 'out');
  const found = await sideBySide(accounts, ({ account }) => cards.find({ tenant, source, account }), WIDTH);
  const absent = accounts.filter((_, index) => {
    const card = found[index];
    return card !== undefined && (card.addresses[0]?.at ?? 0) < startedAt;
  });
  const now = clock();
  const changes = absent.map(({ account }) => thinChange(comparison, tenant, account, now));
  if (changes.length > 0) await announce(changes);
  return { after: ids.at(-1), absent: changes.length };
}
