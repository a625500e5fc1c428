import { BridgeError, type ErrorCode } from '../../identity/bridge-error.ts';
import type { UserPatcher } from '../../identity/converge.ts';
import {
  type AttributeName,
  type ClarusAttributes,
  namesIn,
} from '../../identity/profile/clarus-attributes.ts';

/** Errors by which Clarus tells that it has what it had. */
const UNTOUCHED = new Set<ErrorCode>(['clarus_refused', 'clarus_throttled', 'clarus_user_missing']);

/** What became of a command's requests. */
export interface Tally extends UserPatcher {
  /** What Clarus has confirmed. */
  readonly taken: Readonly<Partial<ClarusAttributes>>;
  /** What the request was about that may have landed although it failed. */
  readonly doubtful: readonly AttributeName[];
}

/**
 * A client is told that Clarus has all of what it wants or none: what is its own is not sent one by one when Clarus
 * refuses it together. What else is outstanding is other people's, and told apart from it.
 */
export function allOrNothing(clarus: UserPatcher, own: ReadonlySet<AttributeName>): Tally {
  const taken: Partial<ClarusAttributes> = {};
  const doubtful: AttributeName[] = [];

  async function patch(
    clarusUserId: string,
    attributes: Partial<ClarusAttributes>,
  ): ReturnType<UserPatcher['patch']> {
    const names = namesIn(attributes);
    try {
      const answer = await clarus.patch(clarusUserId, attributes);
      if (answer.kind === 'applied') Object.assign(taken, attributes);
      else if (names.every((name) => own.has(name))) throw answer.error;
      return answer;
    } catch (error) {
      if (!(error instanceof BridgeError && UNTOUCHED.has(error.code))) doubtful.push(...names);
      throw error;
    }
  }

  return { taken, doubtful, patch };
}
