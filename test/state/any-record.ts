import fc from 'fast-check';
import type { Account, Profile } from '../../functions/identity/access/account.ts';
import type { Word } from '../../functions/identity/access/word.ts';
import {
  ATTRIBUTE_NAMES,
  ATTRIBUTE_TYPES,
  type AttributeName,
  type AttributeValue,
} from '../../functions/identity/profile/clarus-attributes.ts';
import type { ScimSide, UserRecord } from '../../functions/identity/user-record.ts';

const anId = fc.stringMatching(/^[\w.:@-]{1,40}$/);
const aName = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
const aText = fc.string({ unit: 'binary', maxLength: 30 });
const aTime = fc.integer({ min: 0, max: 8.64e15 });

export const anyWord: fc.Arbitrary<Word> = fc.record(
  {
    id: anId,
    // A giving that was read counts from some minutes before.
    at: fc.integer({ min: -300_000, max: 8.64e15 }),
    seen: aTime,
    kind: fc.constantFrom('stated', 'read'),
    gives: fc.boolean(),
    register: anId,
    changed: fc.constant(true),
    born: aTime,
    news: fc.constant(true),
    gone: fc.constant(true),
    gap: aTime,
  },
  { requiredKeys: ['id', 'at', 'seen', 'kind', 'gives'] },
);

const someValue: Record<'boolean' | 'number' | 'string', fc.Arbitrary<AttributeValue>> = {
  boolean: fc.boolean(),
  number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  string: aText,
};

function values(names: readonly AttributeName[]) {
  const members = names.map((name) => [name, someValue[ATTRIBUTE_TYPES[name]]]);
  return fc.record(Object.fromEntries(members), { requiredKeys: [] });
}

const aProfile: fc.Arbitrary<Profile> = fc.record({
  at: aTime,
  eventId: anId,
  attributes: values(ATTRIBUTE_NAMES.filter((name) => name !== 'is_active')),
});

const anAccount: fc.Arbitrary<Account> = fc.record(
  {
    source: aName,
    account: anId,
    rev: fc.nat(),
    words: fc.array(anyWord, { maxLength: 5 }),
    profile: aProfile,
  },
  { requiredKeys: ['source', 'account', 'rev', 'words'] },
);

const aSide: fc.Arbitrary<ScimSide> = fc.record(
  {
    resource: fc.dictionary(aName, fc.oneof(aText, fc.integer(), fc.constant(null), fc.array(aText))),
    created: aTime,
    lastModified: aTime,
    deleted: fc.boolean(),
    adopted: fc.boolean(),
    memberOf: fc.array(anId, { maxLength: 3 }),
  },
  { requiredKeys: ['resource', 'created', 'lastModified', 'deleted'] },
);

/** What a record can hold, but for whose it is. */
export const anyContent: fc.Arbitrary<Omit<UserRecord, 'tenant' | 'clarusUserId' | 'revision'>> = fc.record(
  {
    accounts: fc.uniqueArray(anAccount, { maxLength: 3, selector: ({ account }) => account }),
    scim: fc.dictionary(aName, aSide, { maxKeys: 2 }),
    applied: values(ATTRIBUTE_NAMES),
    refused: values(ATTRIBUTE_NAMES),
    open: fc.dictionary(anId, aTime, { maxKeys: 3 }),
    first: fc.record({ at: aTime, active: fc.boolean() }, { requiredKeys: ['at'] }),
    shown: fc.record(
      { at: aTime, email: aText, name: aText, active: fc.boolean(), roleId: anId },
      { requiredKeys: ['at'] },
    ),
    hand: fc.record({ at: aTime, active: fc.boolean() }),
    liftedAt: aTime,
    pending: fc.record({ eventId: anId, client: aName, until: aTime, after: aSide }),
    lookAt: aTime,
  },
  { requiredKeys: ['accounts', 'scim', 'applied', 'refused', 'open'] },
);
