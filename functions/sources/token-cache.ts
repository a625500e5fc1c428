import type { Granted } from '../platform/client-credentials.ts';
import type { HttpPorts } from '../platform/http.ts';
import { type Kept, kept } from '../platform/kept.ts';

export interface TokenCache {
  /**
   * The token of a tenant for these credentials: kept until shortly before it ends, bought once at a time. `grant`
   * buys for these credentials whenever it is called.
   */
  get(tenant: string, credentials: string, grant: () => Promise<Granted>): Promise<Granted>;
  /** Forgets a token that was refused, so that the next `get` buys; one bought since then stays. */
  forget(tenant: string, refused: Granted): void;
}

/** A token is replaced this long before it ends, so that none ends between here and the API. */
const MARGIN = 5 * 60_000;
/** For a token of which nobody says how long it lives. */
const ASSUMED_LIFE = 10 * 60_000;

/** Tokens of the identity providers' APIs by tenant; other credentials than before buy anew. */
export function createTokenCache({ clock, timeout }: Pick<HttpPorts, 'clock' | 'timeout'>): TokenCache {
  const known = new Map<string, { credentials: string; tokens: Kept<Granted> }>();

  function tokensOf(tenant: string, credentials: string, grant: () => Promise<Granted>): Kept<Granted> {
    const last = known.get(tenant);
    if (last?.credentials === credentials) return last.tokens;
    const tokens = kept({ clock, read: grant, lifeOf, patience: timeout });
    known.set(tenant, { credentials, tokens });
    return tokens;
  }

  return {
    get: (tenant, credentials, grant) => tokensOf(tenant, credentials, grant).get(),
    forget: (tenant, refused) => known.get(tenant)?.tokens.forget(refused),
  };
}

function lifeOf({ life = ASSUMED_LIFE }: Granted): number {
  return Math.max(life - MARGIN, life / 2);
}
