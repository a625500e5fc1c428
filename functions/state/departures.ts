import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Source } from '../identity/change.ts';
import { findItem } from './item.ts';
import { subjectKey } from './subject-key.ts';
import { conditionally, type Table } from './table.ts';

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
  function find(tenant: string, source: Source, subjectId: string): Promise<Departure | undefined> {
    const Key = { pk: subjectKey(tenant, source, subjectId), sk: 'DEPARTURE' };
    return findItem({ client, name }, Key, itemSchema, `The departure of ${source} user ${subjectId}`);
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
