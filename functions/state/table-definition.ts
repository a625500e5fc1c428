/** The names of the table's keys, both texts. */
export const KEYS = { partition: 'pk', sort: 'sk' } as const;

/** Where an item says when its life ends, in whole seconds. */
export const TIME_TO_LIVE = 'expiresAt';

/** An index has only the items that have both of its keys, which are texts. */
export interface TableIndex {
  name: string;
  partition: string;
  sort: string;
  /** Whether it holds whole items and not only their keys. */
  whole: boolean;
}

/** The indexes. They are read some moments late: what must be read right after a write is an item of its own. */
export const INDEXES = {
  receiptsByTenant: {
    name: 'receipts-by-tenant',
    partition: 'receiptTenant',
    sort: 'receiptTime',
    whole: true,
  },
  receiptsByUser: { name: 'receipts-by-user', partition: 'receiptUser', sort: 'receiptTime', whole: true },
  waiting: { name: 'waiting', partition: 'waitingTenant', sort: 'waitingSince', whole: true },
  held: { name: 'held', partition: 'heldTenant', sort: 'heldSince', whole: true },
  accountsByAddress: {
    name: 'accounts-by-address',
    partition: 'addressKey',
    sort: 'addressAccount',
    whole: false,
  },
  users: { name: 'users', partition: 'userBucket', sort: 'userSort', whole: false },
} as const satisfies Record<string, TableIndex>;

/** The table's name by the stage of the deployment. */
export function tableName(stage: string): string {
  return `clarus-bridge-${stage}`;
}
