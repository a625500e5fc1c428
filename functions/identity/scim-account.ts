import { createHash } from 'node:crypto';
import type { SourceName } from './access/account.ts';
import { inOrder, type Word } from './access/word.ts';
import { SAFE_ID } from './change.ts';
import type { JsonObject } from './json.ts';
import type { UserRecord } from './user-record.ts';

/**
 * The account of a SCIM client's user: the client's own id of the person, as it is or as a hash where it may not stand
 * in a key; of somebody without one, the id of the Clarus user.
 */
export function scimAccount({ externalId }: JsonObject, clarusUserId: string): string {
  if (typeof externalId !== 'string' || externalId === '') return clarusUserId;
  return SAFE_ID.test(externalId) ? externalId : createHash('sha256').update(externalId).digest('base64url');
}

/** The account that a client's next word is about. */
export function presentAccount({ scim, clarusUserId }: UserRecord, client: SourceName): string {
  return scimAccount(scim[client]?.resource ?? {}, clarusUserId);
}

/** What a client last said of whether the person may sign in, and which account it said it of. */
export function lastSaid(
  { accounts }: Pick<UserRecord, 'accounts'>,
  client: SourceName,
): { account: string; word: Word } | undefined {
  return accounts
    .filter(({ source }) => source === client)
    .flatMap(({ account, words }) => words.map((word) => ({ account, word })))
    .filter(({ word }) => word.kind === 'stated' && word.register === undefined)
    .sort((a, b) => inOrder(a.word, b.word))
    .at(-1);
}
