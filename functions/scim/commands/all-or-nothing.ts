import { type AttributeName, type ClarusAttributes, namesIn } from '../../identity/clarus-attributes.ts';
import type { UserPatcher } from '../../identity/converge.ts';

/**
 * A client is told that Clarus has all of what it wants or none: that is not sent one by one when Clarus refuses
 * it together. What else is outstanding is other people's, and told apart from it.
 */
export function allOrNothing(
  clarus: UserPatcher,
  wanted: Partial<ClarusAttributes>,
): UserPatcher & { taken: ReadonlySet<AttributeName> } {
  const taken = new Set<AttributeName>();
  return {
    taken,
    async patch(clarusUserId, attributes) {
      const answer = await clarus.patch(clarusUserId, attributes);
      if (answer.kind === 'applied') {
        for (const name of namesIn(attributes)) taken.add(name);
      } else if (namesIn(attributes).every((name) => attributes[name] === wanted[name])) throw answer.error;
      return answer;
    },
  };
}
