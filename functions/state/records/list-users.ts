import { sideBySide } from '../../platform/side-by-side.ts';
import { type Item, queryItems } from '../items/item.ts';
import { padded } from '../items/keys.ts';
import { BUCKETS, bucketKey } from '../items/record.ts';
import type { Table } from '../table.ts';
import { INDEXES } from '../table-definition.ts';

/** What has been read of a bucket, in the order of sort keys. */
interface Bucket {
  number: number;
  users: { id: string; sort: string }[];
  /** Nothing is left in it. */
  done: boolean;
}

/**
 * Ids of a tenant's users after this one, in the order of numbers: the first pages of all buckets, merged, and further
 * ones of those buckets that have been read to their end too early.
 */
export async function listUsers(
  table: Table,
  tenant: string,
  after: string | undefined,
  count: number,
): Promise<string[]> {
  if (count < 1) return [];
  // A bucket holds a sixteenth of the users, more or less.
  const page = Math.ceil(count / BUCKETS) + 8;
  const start = after === undefined ? '' : padded(after);
  const buckets = Array.from(
    { length: BUCKETS },
    (_, number): Bucket => ({ number, users: [], done: false }),
  );
  for (;;) {
    const users = buckets.flatMap((bucket) => bucket.users).sort((a, b) => (a.sort < b.sort ? -1 : 1));
    const last = users[count - 1]?.sort;
    const short = buckets.filter((it) => !it.done && !isBeyond(it, last));
    if (short.length === 0) return users.slice(0, count).map(({ id }) => id);
    await sideBySide(short, readOn);
  }

  async function readOn(bucket: Bucket): Promise<void> {
    const items = await queryItems(
      table,
      {
        IndexName: INDEXES.users.name,
        KeyConditionExpression: 'userBucket = :bucket AND userSort > :after',
        ExpressionAttributeValues: {
          ':bucket': bucketKey(tenant, bucket.number),
          ':after': bucket.users.at(-1)?.sort ?? start,
        },
        Limit: page,
      },
      page,
    );
    bucket.users.push(...items.map(userIn));
    bucket.done = items.length < page;
  }
}

/** Whether what is left of a bucket comes after the last one that is asked for. */
function isBeyond({ users }: Bucket, last: string | undefined): boolean {
  const read = users.at(-1)?.sort;
  return last !== undefined && read !== undefined && read >= last;
}

function userIn({ pk, userSort }: Item): { id: string; sort: string } {
  const [, , id = ''] = String(pk).split('#');
  return { id, sort: String(userSort) };
}
