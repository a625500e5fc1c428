import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { RecordStore } from '../identity/converge.ts';
import { newUserRecord, type UserRecord } from '../identity/user-record.ts';
import { getItem } from './items/item.ts';
import { recordAttributes, recordIn, recordKey } from './items/record.ts';
import { contention } from './records/contention.ts';
import { fitting } from './records/fitting.ts';
import { type Joined, joinRecord } from './records/join-record.ts';
import { listUsers } from './records/list-users.ts';
import { loadRecords } from './records/load-records.ts';
import { conditionally, type Table } from './table.ts';

/** One item for each Clarus user. Throws BridgeError `state_unavailable` and `state_malformed`. */
export interface UserRecordStore extends RecordStore {
  /** Puts the copy into the record if it is newer than the one there, and the event's mark into `open` at any rate. */
  join(tenant: string, clarusUserId: string, joined: Joined): Promise<UserRecord>;
  /**
   * Stores what `step` makes of the record, begun anew as long as somebody else was quicker; nothing where it returns
   * its argument. Returns the record as it is then.
   */
  update(tenant: string, clarusUserId: string, step: (record: UserRecord) => UserRecord): Promise<UserRecord>;
  /** Ids of a tenant's users after this one, in the order of numbers, some moments late. */
  list(tenant: string, after: string | undefined, count: number): Promise<string[]>;
  /** The records in the order of the ids, as `load` gives them; each id once. */
  loadMany(tenant: string, ids: readonly string[]): Promise<UserRecord[]>;
}

/** Each conflict means that another worker got further, so this is reached only by a broken table. */
const ROUNDS = 50;

export function createUserRecords(table: Table): UserRecordStore {
  async function load(tenant: string, clarusUserId: string): Promise<UserRecord> {
    const item = await getItem(table, recordKey(tenant, clarusUserId));
    return item === undefined ? newUserRecord(tenant, clarusUserId) : recordIn(item, tenant, clarusUserId);
  }

  function save(record: UserRecord): Promise<'saved' | 'conflict'> {
    const { tenant, clarusUserId, revision } = record;
    const isNew = revision === 0;
    const attributes = recordAttributes(fitting(record));
    return conditionally(() =>
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...recordKey(tenant, clarusUserId), ...attributes, revision: revision + 1 },
          ConditionExpression: isNew ? 'attribute_not_exists(pk)' : 'revision = :revision',
          ...(!isNew && { ExpressionAttributeValues: { ':revision': revision } }),
        }),
      ),
    );
  }

  async function update(
    tenant: string,
    clarusUserId: string,
    step: (record: UserRecord) => UserRecord,
  ): Promise<UserRecord> {
    for (let round = 0; round < ROUNDS; round++) {
      const record = await load(tenant, clarusUserId);
      const after = step(record);
      if (after === record) return record;
      if ((await save(after)) === 'saved') return { ...after, revision: after.revision + 1 };
    }
    throw contention(clarusUserId, ROUNDS);
  }

  return {
    load,
    save,
    update,
    join: (tenant, clarusUserId, joined) => joinRecord({ table, load }, tenant, clarusUserId, joined),
    list: (tenant, after, count) => listUsers(table, tenant, after, count),
    loadMany: (tenant, ids) => loadRecords(table, tenant, ids),
  };
}
