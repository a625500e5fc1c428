import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Source } from '../identity/change.ts';
import { LINKS_BY_TENANT, linkTenant } from './links.ts';
import { answered, type Table } from './table.ts';

/** The provider's ids of all people of a tenant that are linked to a Clarus user. */
export type KnownSubjects = (tenant: string, source: Source) => Promise<string[]>;

export function createKnownSubjects({ client, name }: Table): KnownSubjects {
  return async function knownSubjects(tenant, source) {
    const subjects: string[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await answered(() =>
        client.send(
          new QueryCommand({
            TableName: name,
            IndexName: LINKS_BY_TENANT,
            KeyConditionExpression: 'linkTenant = :tenant',
            ExpressionAttributeValues: { ':tenant': linkTenant(tenant, source) },
            ExclusiveStartKey,
          }),
        ),
      );
      for (const { linkSubject } of page.Items ?? []) subjects.push(String(linkSubject));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return subjects;
  };
}
