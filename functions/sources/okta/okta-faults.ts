import type { ServiceFaults } from '../../platform/http.ts';
import { retryAfterOf } from '../../platform/http.ts';

export const OKTA_FAULTS: ServiceFaults = {
  service: 'Okta',
  unreachable: 'okta_unavailable',
  unavailable: 'okta_unavailable',
  throttled: 'okta_throttled',
};

/** Okta gives the end of the window in epoch seconds instead of a Retry-After. */
export function rateLimitReset(headers: Headers, now: number): number | undefined {
  const reset = Number(headers.get('x-rate-limit-reset') ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) : retryAfterOf(headers, now);
}
