import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Change } from '../identity/change.ts';
import { heldKey } from './held-key.ts';
import { findItem, type ItemKey } from './item.ts';
import { answered, conditionally, type Table } from './table.ts';

/** Counts the people who lose access within an hour, and keeps the changes of those above the limit. */
export interface BrakeStore {
  /** Whether this person is among the first `limit` since the hour began, which the first one begins. */
  take(tenant: string, subjectId: string, limit: number, now: number): Promise<boolean>;
  hold(change: Change): Promise<void>;
}

const HOUR = 3_600_000;
/** Each conflict means that another worker got further. */
const ROUNDS = 100;

const windowSchema = z.object({ since: z.number(), subjects: z.array(z.string()), revision: z.number() });

export function createBrake({ client, name }: Table): BrakeStore {
  async function take(tenant: string, subjectId: string, limit: number, now: number): Promise<boolean> {
    for (let round = 0; round < ROUNDS; round++) {
      const { since, subjects, revision } = await window(tenant, now);
      if (subjects.includes(subjectId)) return true;
      if (subjects.length >= limit) return false;
      const saved = await conditionally(() =>
        client.send(
          new PutCommand({
            TableName: name,
            Item: {
              ...windowKey(tenant),
              since,
              subjects: [...subjects, subjectId],
              revision: revision + 1,
            },
            ConditionExpression: revision === 0 ? 'attribute_not_exists(pk)' : 'revision = :revision',
            ...(revision > 0 && { ExpressionAttributeValues: { ':revision': revision } }),
          }),
        ),
      );
      if (saved === 'saved') return true;
    }
    return false;
  }

  async function window(tenant: string, now: number): Promise<z.output<typeof windowSchema>> {
    const what = `The brake of tenant ${tenant}`;
    const last = await findItem({ client, name }, windowKey(tenant), windowSchema, what);
    if (last !== undefined && now - last.since < HOUR) return last;
    return { since: now, subjects: [], revision: last?.revision ?? 0 };
  }

  async function hold(change: Change): Promise<void> {
    const Item = { ...heldKey(change), message: JSON.stringify({ kind: 'change', ...change }) };
    await answered(() => client.send(new PutCommand({ TableName: name, Item })));
  }

  return { take, hold };
}

function windowKey(tenant: string): ItemKey {
  return { pk: `BRAKE#${tenant}`, sk: 'WINDOW' };
}
