import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../identity/access/account.ts';
import { firstLook, type Shown, type UserRecord } from '../../identity/user-record.ts';

/**
 * The record with an account as a comparison met it, and how Clarus stood when first met; the record itself when it
 * knows all of that. No mark goes with it: nothing is sent, so what was applied is to be believed as before.
 */
export function withAccount(record: UserRecord, met: Account, shown: Shown | undefined): UserRecord {
  const known = record.accounts.find(
    ({ source, account }) => source === met.source && account === met.account,
  );
  const account = merged(known, met);
  const isNew = record.first === undefined && shown !== undefined;
  if (account === known && !isNew) return record;
  const others = record.accounts.filter((it) => it !== known);
  return {
    ...record,
    accounts: [...others, account],
    ...(isNew && { first: firstLook(shown) }),
    ...(shown !== undefined && (record.shown?.at ?? 0) < shown.at && { shown }),
  };
}

/** A copy of a younger card stays. The words are compared, since every note makes a card younger. */
function merged(known: Account | undefined, met: Account): Account {
  if (known === undefined) return met;
  const { profile: knownProfile, ...rest } = known;
  const { profile: metProfile, ...copy } = met;
  const isOlder = met.rev < known.rev || isDeepStrictEqual(known.words, met.words);
  const isSame =
    metProfile === undefined ||
    (knownProfile !== undefined &&
      (metProfile.at < knownProfile.at || isDeepStrictEqual(knownProfile.attributes, metProfile.attributes)));
  if (isOlder && isSame) return known;
  const profile = isSame ? knownProfile : metProfile;
  return { ...(isOlder ? rest : copy), ...(profile && { profile }) };
}
