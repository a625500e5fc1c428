import { afterAll, beforeAll, describe } from 'vitest';
import { createAccountsByAddress } from '../../functions/state/accounts-by-address.ts';
import { createBeginnings } from '../../functions/state/beginnings.ts';
import { createBrake } from '../../functions/state/brake.ts';
import { createCards } from '../../functions/state/cards.ts';
import { createCursors } from '../../functions/state/cursors.ts';
import { createOpenItems } from '../../functions/state/open-items.ts';
import { createReceipts } from '../../functions/state/receipts.ts';
import { createScimClients } from '../../functions/state/scim/clients.ts';
import { createScimGroups } from '../../functions/state/scim-groups.ts';
import { createScimNames } from '../../functions/state/scim-names.ts';
import { createScimPointers } from '../../functions/state/scim-pointers.ts';
import { createSubscriptions } from '../../functions/state/subscriptions.ts';
import type { Table } from '../../functions/state/table.ts';
import { createUserRecords } from '../../functions/state/user-records.ts';
import { startTable, type TableBench } from '../support/dynamodb.ts';
import { memoryScimState, type ScimStores } from '../support/memory-scim-state.ts';
import { memoryState, type Stores } from '../support/memory-state.ts';

export type AllStores = Stores & ScimStores;

/** The stores on a table, as the functions make them. */
export function storesOn(table: Table): AllStores {
  return {
    cards: createCards(table),
    openItems: createOpenItems(table),
    accountsByAddress: createAccountsByAddress(table),
    records: createUserRecords(table),
    receipts: createReceipts(table),
    brake: createBrake(table),
    beginnings: createBeginnings(table),
    cursors: createCursors(table),
    subscriptions: createSubscriptions(table),
    names: createScimNames(table),
    pointers: createScimPointers(table),
    scimGroups: createScimGroups(table),
    clients: createScimClients(table),
  };
}

/** One suite, run against DynamoDB and against what stands for it in tests. `stores` is to be called within a test. */
export function describeStores(what: string, suite: (stores: () => AllStores) => void): void {
  describe(`${what}, in DynamoDB`, () => {
    let bench: TableBench;
    let stores: AllStores;
    beforeAll(async () => {
      bench = await startTable();
      stores = storesOn(bench.table);
    });
    afterAll(() => bench.stop());
    suite(() => stores);
  });
  describe(`${what}, in memory`, () => {
    const stores = { ...memoryState(), ...memoryScimState() };
    suite(() => stores);
  });
}
