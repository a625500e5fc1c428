/** The one limiter of the package that is used: its root would bring those of fifteen databases. */
declare module 'rate-limiter-flexible/lib/RateLimiterMemory.js' {
  import type { RateLimiterMemory } from 'rate-limiter-flexible';

  const memory: typeof RateLimiterMemory;
  export = memory;
}
