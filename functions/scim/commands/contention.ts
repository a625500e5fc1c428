import { ScimError } from '../protocol/error.ts';

/** How often a writer begins anew: each conflict means that another writer got further. */
export const ROUNDS = 20;

export function contended(): ScimError {
  const headers = { 'retry-after': '1' };
  return new ScimError(503, 'Others are changing this user all the time. Try again.', { headers });
}
