import { BridgeError, type ErrorCode } from '../identity/bridge-error.ts';
import type { Clock } from './clock.ts';
import { type HeaderOf, type HttpAnswer, type HttpRequest, type HttpSend, NoAnswer } from './http-send.ts';

export type { HeaderOf, HttpAnswer, HttpRequest, HttpSend };

/** The outside world as an API client sees it. */
export interface HttpPorts {
  send: HttpSend;
  clock: Clock;
  /** Milliseconds one request may take, answer body included. */
  timeout: number;
}

/** Answers of something in between that stopped waiting: behind it the request may still take effect. */
const MAY_STILL_LAND = new Set([408, 502, 504]);

/** What a service's faults are called. */
export interface ServiceFaults {
  service: string;
  unreachable: ErrorCode;
  unavailable: ErrorCode;
  throttled: ErrorCode;
}

/**
 * One HTTP exchange. Returns any answer but one that asks to come again later: 408, 425, 429 and 5xx throw
 * a retryable BridgeError with the wait the service asked for (`waitOf` reads it); so does no answer at all, then
 * with `outcomeUnknown` unless no connection was there, since the request may have taken effect, as it may after
 * 408, 502 and 504. Redirects are never followed: credentials go only where the configuration says.
 */
export async function exchange(
  { send, clock, timeout }: HttpPorts,
  faults: ServiceFaults,
  url: string,
  request: HttpRequest = {},
  waitOf: (header: HeaderOf, now: number) => number | undefined = retryAfterOf,
): Promise<HttpAnswer> {
  let answer: HttpAnswer;
  try {
    answer = await send(url, { ...request, timeout });
  } catch (cause) {
    throw unanswered(faults, timeout, cause);
  }
  if (!isTransient(answer.status)) return answer;

  const throttled = answer.status === 429;
  const retryAfter = waitOf(answer.header, clock());
  throw new BridgeError(
    throttled ? faults.throttled : faults.unavailable,
    `${faults.service} answered ${answer.status}${throttled ? ' (too many requests)' : ''}. It is tried again later.`,
    {
      retryable: true,
      status: answer.status,
      outcomeUnknown: MAY_STILL_LAND.has(answer.status),
      ...(retryAfter !== undefined && { retryAfter }),
    },
  );
}

/** The answer's JSON, or undefined when it is none: what then follows is the caller's to say. */
export function jsonOf({ text }: HttpAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The wait in a standard Retry-After header, in milliseconds. */
export function retryAfterOf(header: HeaderOf, now: number): number | undefined {
  return readRetryAfter(header('retry-after'), now);
}

/**
 * Milliseconds to wait by a Retry-After header (RFC 9110 section 10.2.3): whole seconds or an HTTP date.
 * Undefined for a missing or unreadable one; never negative.
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  // Date.parse takes far more than HTTP dates, "-1" among it; they all begin with the day's name.
  const date = /^[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

function unanswered({ service, unreachable }: ServiceFaults, timeout: number, cause: unknown): BridgeError {
  const { sent = true, timedOut = false } = cause instanceof NoAnswer ? cause.failed : {};
  const inTime = timedOut ? ` within ${timeout} ms` : '';
  return new BridgeError(
    unreachable,
    sent
      ? `${service} did not${inTime} answer; the request may or may not have taken effect. It is tried again.`
      : `${service} could not be reached${inTime}, so the request was not sent. It is tried again.`,
    { retryable: true, outcomeUnknown: sent, cause },
  );
}
