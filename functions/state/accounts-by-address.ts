import type { AccountKey } from '../identity/access/account.ts';
import { type Item, queryItems } from './items/item.ts';
import { accountIn, keyHash } from './items/keys.ts';
import type { Table } from './table.ts';
import { INDEXES } from './table-definition.ts';

/** The accounts of a tenant whose current address it is, some moments late. The address is in ASCII lower case. */
export type AccountsByAddress = (tenant: string, address: string) => Promise<AccountKey[]>;

export function createAccountsByAddress(table: Table): AccountsByAddress {
  return async function accountsByAddress(tenant, address) {
    const items = await queryItems(table, {
      IndexName: INDEXES.accountsByAddress.name,
      KeyConditionExpression: 'addressKey = :key',
      ExpressionAttributeValues: { ':key': addressKey(tenant, address) },
    });
    return items.map(({ pk }) => accountIn(String(pk)));
  };
}

/** What a card has for being found by its current address. */
export function addressKeys({ tenant, source, account }: AccountKey, address: string): Item {
  return { addressKey: addressKey(tenant, address), addressAccount: `${source}#${account}` };
}

function addressKey(tenant: string, address: string): string {
  return `${tenant}#${keyHash(address)}`;
}
