import type { Clock } from '../platform/clock.ts';
import { retryAfterOf } from '../platform/http.ts';
import type { HttpSend } from '../platform/http-send.ts';

/** Milliseconds; whoever asks for more is asked again after this. */
const LONGEST = 5 * 60_000;

/**
 * Sends to Clarus, and nothing while it has asked to be left alone: a 429 or 503 with `Retry-After` is answered
 * again without asking, with the rest of the wait.
 */
export function heedRetryAfter(send: HttpSend, clock: Clock): HttpSend {
  let refusal = { status: 0, until: 0 };

  return async function heeding(url, request) {
    const rest = refusal.until - clock();
    if (rest > 0) return again(refusal.status, rest);
    const answer = await send(url, request);
    const { status, header } = answer;
    if (status === 429 || status === 503) {
      const now = clock();
      const wait = Math.min(retryAfterOf(header, now) ?? 0, LONGEST);
      refusal = { status, until: Math.max(refusal.until, now + wait) };
    }
    return answer;
  };
}

function again(status: number, wait: number): Awaited<ReturnType<HttpSend>> {
  const seconds = String(Math.ceil(wait / 1000));
  return { status, header: (name) => (name === 'retry-after' ? seconds : undefined), text: '' };
}
