import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Source } from '../identity/change.ts';
import { subjectKey } from './subject-key.ts';
import { answered, conditionally, malformedItem, type Table } from './table.ts';

/** The latest news that took access away from somebody. `at` is epoch milliseconds. */
export interface Departure {
  at: number;
  eventId: string;
}

/**
 * Departures of people who had no Clarus user at the time. Without them an older event that gives access and
 * comes late would create a user, or take one over, for somebody who is gone.
 */
export interface DepartureStore {
  find(tenant: string, source: Source, subjectId: string): Promise<Departure | undefined>;
  /** Keeps the later of the two. */
  note(tenant: string, source: Source, subjectId: string, departure: Departure): Promise<void>;
}

const itemSchema = z.object({ at: z.number(), eventId: z.string() });

export function createDepartures({ client, name }: Table): DepartureStore {
  async function find(tenant: string, source: Source, subjectId: string): Promise<Departure | undefined> {
    const Key = { pk: subjectKey(tenant, source, subjectId), sk: 'DEPARTURE' };
    const { Item } = await answered(() =>
      client.send(new GetCommand({ TableName: name, Key, ConsistentRead: true })),
    );
    if (Item === undefined) return undefined;
    const parsed = itemSchema.safeParse(Item);
    if (!parsed.success) throw malformedItem(`The departure of ${source} user ${subjectId}`);
    return parsed.data;
  }

  async function note(
    tenant: string,
    source: Source,
    subjectId: string,
    departure: Departure,
  ): Promise<void> {
    await conditionally(() =>
      client.send(
        new PutCommand({
          TableName: name,
          Item: { pk: subjectKey(tenant, source, subjectId), sk: 'DEPARTURE', ...departure },
          ConditionExpression: 'attribute_not_exists(pk) OR #at < :at',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':at': departure.at },
        }),
      ),
    );
  }

  return { find, note };
}
