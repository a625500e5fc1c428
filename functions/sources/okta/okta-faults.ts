import { type HeaderOf, retryAfterOf, type ServiceFaults } from '../../platform/http.ts';

export const OKTA_FAULTS: ServiceFaults = {
  service: 'Okta',
  unreachable: 'okta_unavailable',
  unavailable: 'okta_unavailable',
  throttled: 'okta_throttled',
};

/** Okta gives the end of the window in epoch seconds instead of a Retry-After. */
export function rateLimitReset(header: HeaderOf, now: number): number | undefined {
  const reset = Number(header('x-rate-limit-reset') ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) : retryAfterOf(header, now);
}
