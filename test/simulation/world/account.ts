/** A directory's account as it really is: what the oracle looks at. Times are by the world's own clock. */
export interface Account {
  source: string;
  id: string;
  /** Who it belongs to. */
  person: string;
  /** Every time its access became another one; the first entry is how it began. */
  moves: { at: number; isIn: boolean }[];
  /** What the person is reached by and Clarus knows them by, as of now. */
  email: string | undefined;
  login: string;
  /** Addresses it ever had, with when it got them. */
  addresses: { address: string; at: number }[];
  /** Deleted for good. */
  isGone: boolean;
}

/** Before the bridge. */
export const BEFORE = 0;

export function isIn({ moves }: Pick<Account, 'moves'>): boolean | undefined {
  return moves.at(-1)?.isIn;
}

/** Since when the account stands as it does. */
export function since({ moves }: Pick<Account, 'moves'>): number {
  return moves.at(-1)?.at ?? BEFORE;
}

/** Puts down how the account stands now, if that is new. */
export function moved(account: Account, stands: boolean | undefined, at: number): void {
  if (stands !== undefined && stands !== isIn(account)) account.moves.push({ at, isIn: stands });
}

/** Has the account known by another address from now on. */
export function addressed(account: Account, addresses: readonly (string | undefined)[], at: number): void {
  for (const address of addresses) {
    if (address?.includes('@')) account.addresses.push({ address, at });
  }
}
