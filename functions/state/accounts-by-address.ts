import type { AccountKey } from '../identity/account.ts';

/** The accounts of a tenant whose current address it is, some moments late. The address is in ASCII lower case. */
export type AccountsByAddress = (tenant: string, address: string) => Promise<AccountKey[]>;
