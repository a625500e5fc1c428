/** Seconds. The first retry comes within 2, and none later than 15 minutes unless the other side asks for it. */
const FIRST = 2;
const LONGEST = 15 * 60;
/** What SQS allows a message to stay invisible, less than the 12 h that count from its receipt. */
const LIMIT = 11 * 60 * 60;

/** After so many attempts, about half a day, a message is given up: with a receipt and a reason, and an alarm. */
export const LAST_ATTEMPT = 100;

/**
 * Seconds until the next attempt after the `attempt`th failed: full jitter under a doubling ceiling
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), on top of the wait the other
 * side asked for, so that those who were told the same time do not come back together.
 */
export function backoff(attempt: number, retryAfter: number | undefined, random: () => number): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt - 1, 16));
  const asked = Math.ceil((retryAfter ?? 0) / 1000);
  return Math.min(LIMIT, asked + Math.ceil(random() * ceiling));
}
