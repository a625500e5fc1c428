import type { ClarusListing, FoundUser } from '../../clarus/clarus-directory.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ClarusSnapshot } from '../ports.ts';
import { badRequest } from '../protocol/error.ts';

/**
 * How long what GraphQL said is good for: an import asks for page after page. What the bridge itself wrote is
 * never out of date, because that comes from the state.
 */
const KEPT = 30_000;
const PAGE = 100;
/** At about 100 ms a page this is what fits into API Gateway's 29 s. */
const MAX_PAGES = 100;

export function createClarusSnapshot(clarus: ClarusListing, clock: Clock): ClarusSnapshot {
  const users = kept(clock, async () => {
    const all: FoundUser[] = [];
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer: Awaited<ReturnType<ClarusListing['listUsers']>> = await clarus.listUsers(PAGE, after);
      all.push(...answer.users);
      if (answer.next === undefined) return all;
      after = answer.next;
    }
    throw badRequest(
      'tooMany',
      `Clarus has more than ${PAGE * MAX_PAGES} users: use a filter by userName, externalId or e-mail, or cursor paging.`,
    );
  });
  return { users, roles: kept(clock, () => clarus.listRoles()) };
}

/** Reads once however many ask, and again when what was read has become too old. */
function kept<Value>(clock: Clock, read: () => Promise<Value>): () => Promise<Value> {
  let last: { value: Promise<Value>; until: number } | undefined;
  return function get() {
    if (last !== undefined && clock() < last.until) return last.value;
    const entry = { value: read(), until: clock() + KEPT };
    last = entry;
    entry.value.catch(() => {
      if (last === entry) last = undefined;
    });
    return entry.value;
  };
}
