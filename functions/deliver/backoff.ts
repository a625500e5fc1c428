/** Seconds. The first retry comes within 2, and the waits grow to half an hour. */
const FIRST = 2;
const LONGEST = 30 * 60;
/** What the other side may ask for while our own wait is shorter: a day off would be a leaver's day on. */
const LONGEST_ASKED = 15 * 60;

/** How long a message is tried, in milliseconds: SQS drops it after 14 days, and without a word. */
export const MESSAGE_LIFE = 13 * 86_400_000;

/** Far more than the tries of 13 days: what is received more often has ended the function each time. */
export const MAX_RECEIVE_COUNT = 1000;

/**
 * Seconds until the next attempt after the `attempt`th failed: full jitter under a doubling ceiling
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), on top of the wait the other
 * side asked for, so that those who were told the same time do not come back together.
 */
export function backoff(attempt: number, retryAfter: number | undefined, random: () => number): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt - 1, 16));
  const asked = Math.min(LONGEST_ASKED, Math.ceil((retryAfter ?? 0) / 1000));
  // Half of a long wait is certain, so that a day of silence costs no more than about a hundred tries.
  const floor = ceiling === LONGEST ? LONGEST / 2 : 0;
  return asked + floor + Math.ceil(random() * (ceiling - floor));
}
