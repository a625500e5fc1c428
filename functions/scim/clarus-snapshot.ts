import type { ClarusListing, FoundUser } from '../clarus/clarus-directory.ts';
import type { Clock } from '../platform/clock.ts';
import { kept } from '../platform/kept.ts';
import type { ClarusSnapshot } from './ports.ts';
import { badRequest } from './protocol/error.ts';

/**
 * How long what GraphQL said is good for: an import asks for page after page. What the bridge itself wrote is
 * never out of date, because that comes from the state.
 */
const KEPT = 30_000;
/** Longer than a call lives: what was begun by an earlier one has been held still meanwhile. */
const PATIENCE = 30_000;
const PAGE = 100;
/** At about 100 ms a page this is what fits into API Gateway's 29 s. */
const MAX_PAGES = 100;

export function createClarusSnapshot(clarus: ClarusListing, clock: Clock): ClarusSnapshot {
  const users = keptAWhile(clock, async () => {
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
  return { users, roles: keptAWhile(clock, () => clarus.listRoles()) };
}

/** Read for everybody, so that a call which is answered in its stead leaves the next one no failure of its own. */
function keptAWhile<Value extends {}>(clock: Clock, read: () => Promise<Value>): () => Promise<Value> {
  return kept({ clock, read, lifeOf: () => KEPT, patience: PATIENCE }).get;
}
