import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import { takesAccess } from './change/taking.ts';
import { ScimError } from './protocol/error.ts';
import type { ScimRequest } from './protocol/request.ts';

/**
 * Requests a second that a tenant may make at the most, of all instances together: twenty times what Microsoft asks a
 * service to take, so that it holds nobody back but a program gone wrong.
 */
const TENANT_RATE = 500;

/** Seconds over which they are counted, so that a burst is none. */
const WINDOW = 10;

/**
 * Lets a tenant's requests in, as many as are its share of one of so many instances, and throws ScimError 429 for more.
 * They are counted in memory: an instance serves one request at a time, so that the share which a tenant has of its
 * time is what matters to the others, and no call of AWS is spent on it.
 *
 * What takes access away is counted for itself: an import in a hurry must not hold a revocation up. `core` is the URN
 * of the core schema of users.
 */
export function createAdmit(instances: number, core: string): (request: ScimRequest) => Promise<void> {
  const points = Math.ceil((TENANT_RATE / instances) * WINDOW);
  const limiter = new RateLimiterMemory({ points, duration: WINDOW });

  /** Milliseconds until the share is a new one; 0 where something of it is left. */
  async function waitFor(key: string): Promise<number> {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(key);
    return consumedPoints > points ? msBeforeNext : 0;
  }

  return async function admit(request) {
    const wait = await waitFor('all');
    if (wait === 0 || (takes(request, core) && (await waitFor('taking')) === 0)) return;
    const seconds = Math.max(1, Math.ceil(wait / 1000));
    throw new ScimError(
      429,
      `This is more than ${TENANT_RATE} requests a second. Nothing was done: send it again.`,
      {
        headers: { 'retry-after': String(seconds) },
      },
    );
  };
}

/** Whether the request says that access ends, whatever is wrong with it otherwise. */
function takes(request: ScimRequest, core: string): boolean {
  if (request.method === 'DELETE') return true;
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  try {
    return takesAccess(request.json(), core);
  } catch (error) {
    if (error instanceof ScimError) return false;
    throw error;
  }
}
