import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { SOURCES } from '../identity/change.ts';
import type { UserStore } from '../identity/converge.ts';
import { newUserRecord, type UserRecord } from '../identity/user-record.ts';
import { findItem, type ItemKey } from './item.ts';
import { conditionally, type Table } from './table.ts';

const [text, number, flag] = [z.string(), z.number(), z.boolean()];

const values = z.object({
  email: text.exactOptional(),
  name: text.exactOptional(),
  role_id: number.exactOptional(),
  is_active: flag.exactOptional(),
  language: text.exactOptional(),
  timezone: text.exactOptional(),
  string1: text.exactOptional(),
  string2: text.exactOptional(),
  string3: text.exactOptional(),
  string4: text.exactOptional(),
  string5: text.exactOptional(),
});

function desired<Value extends z.ZodType>(value: Value) {
  return z.object({ value, at: number, eventId: text, origin: z.enum(SOURCES) }).exactOptional();
}

const desiredValues = z.object({
  email: desired(text),
  name: desired(text),
  role_id: desired(number),
  is_active: desired(flag),
  language: desired(text),
  timezone: desired(text),
  string1: desired(text),
  string2: desired(text),
  string3: desired(text),
  string4: desired(text),
  string5: desired(text),
});

const ownership = z.object({ subjectId: text, eventId: text, former: z.array(text) }).exactOptional();

const itemSchema = z.object({
  revision: z.int().positive(),
  owners: z.object({ okta: ownership, entra: ownership, scim: ownership }),
  desired: desiredValues,
  applied: values,
  refused: values,
  deleted: flag.default(false),
});

/** User records in DynamoDB: strongly consistent reads, writes on condition of the revision. */
export function createUserRecords({ client, name }: Table): UserStore {
  async function load(tenant: string, clarusUserId: string): Promise<UserRecord> {
    const what = `The record of Clarus user ${clarusUserId}`;
    const stored = await findItem({ client, name }, key(tenant, clarusUserId), itemSchema, what);
    return stored === undefined ? newUserRecord(tenant, clarusUserId) : { tenant, clarusUserId, ...stored };
  }

  function save({ tenant, clarusUserId, revision, ...record }: UserRecord): Promise<'saved' | 'conflict'> {
    const isNew = revision === 0;
    return conditionally(() =>
      client.send(
        new PutCommand({
          TableName: name,
          Item: { ...key(tenant, clarusUserId), ...record, revision: revision + 1 },
          ConditionExpression: isNew ? 'attribute_not_exists(pk)' : 'revision = :revision',
          ...(!isNew && { ExpressionAttributeValues: { ':revision': revision } }),
        }),
      ),
    );
  }

  return { load, save };
}

function key(tenant: string, clarusUserId: string): ItemKey {
  return { pk: `USER#${tenant}#${clarusUserId}`, sk: 'RECORD' };
}
