import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Source } from '../identity/change.ts';
import { findItem } from './item.ts';
import { subjectKey } from './subject-key.ts';
import { answered, type Table } from './table.ts';

/**
 * Which Clarus user a person of an identity provider is, or was. It outlives renames, and stays when the
 * Clarus user passes to somebody else: the user record says whose it is.
 */
export interface LinkStore {
  find(tenant: string, source: Source, subjectId: string): Promise<string | undefined>;
  put(tenant: string, source: Source, subjectId: string, clarusUserId: string): Promise<void>;
}

/** The index that lists the people of a tenant whom the bridge knows. */
export const LINKS_BY_TENANT = 'links-by-tenant';

/** The partition of that index. */
export function linkTenant(tenant: string, source: Source): string {
  return `${tenant}#${source}`;
}

const itemSchema = z.object({ clarusUserId: z.string() });

export function createLinks({ client, name }: Table): LinkStore {
  async function find(tenant: string, source: Source, subjectId: string): Promise<string | undefined> {
    const Key = { pk: subjectKey(tenant, source, subjectId), sk: 'LINK' };
    const what = `The link of ${source} user ${subjectId}`;
    return (await findItem({ client, name }, Key, itemSchema, what))?.clarusUserId;
  }

  async function put(tenant: string, source: Source, subjectId: string, clarusUserId: string): Promise<void> {
    const Item = {
      pk: subjectKey(tenant, source, subjectId),
      sk: 'LINK',
      clarusUserId,
      linkTenant: linkTenant(tenant, source),
      linkSubject: subjectId,
    };
    await answered(() => client.send(new PutCommand({ TableName: name, Item })));
  }

  return { find, put };
}
