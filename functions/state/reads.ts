import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Source } from '../identity/change.ts';
import { findItem } from './item.ts';
import { subjectKey } from './subject-key.ts';
import { answered, type Table } from './table.ts';

/**
 * When a person was last read in the identity provider and Clarus brought to what was read, in epoch
 * milliseconds of the reading's begin: news from before that time has nothing more to tell.
 */
export interface ReadStore {
  last(tenant: string, source: Source, subjectId: string): Promise<number | undefined>;
  put(tenant: string, source: Source, subjectId: string, at: number): Promise<void>;
}

/** A day: news is never older, and without the item there is one read more. */
const KEEP_SECONDS = 86_400;

const itemSchema = z.object({ at: z.number() });

export function createReads({ client, name }: Table): ReadStore {
  async function last(tenant: string, source: Source, subjectId: string): Promise<number | undefined> {
    const Key = { pk: subjectKey(tenant, source, subjectId), sk: 'READ' };
    const what = `The time of reading ${source} user ${subjectId}`;
    return (await findItem({ client, name }, Key, itemSchema, what))?.at;
  }

  /** Without a condition: an older time that wins costs one read more. */
  async function put(tenant: string, source: Source, subjectId: string, at: number): Promise<void> {
    const expiresAt = Math.floor(at / 1000) + KEEP_SECONDS;
    const Item = { pk: subjectKey(tenant, source, subjectId), sk: 'READ', at, expiresAt };
    await answered(() => client.send(new PutCommand({ TableName: name, Item })));
  }

  return { last, put };
}
