import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Change } from '../identity/change.ts';
import { subjectKey } from './subject-key.ts';
import { answered, type Table } from './table.ts';

/** Whether an event has its receipt already, because it came before. */
export type IsSettled = (change: Change) => Promise<boolean>;

export function createIsSettled({ client, name }: Table): IsSettled {
  return async function isSettled({ tenant, source, subject, eventId }) {
    const Key = { pk: subjectKey(tenant, source, subject.id), sk: `RECEIPT#${eventId}` };
    const command = new GetCommand({
      TableName: name,
      Key,
      ProjectionExpression: 'pk',
      ConsistentRead: true,
    });
    return (await answered(() => client.send(command))).Item !== undefined;
  };
}
