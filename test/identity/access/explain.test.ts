import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account, ProfileAttributes } from '../../../functions/identity/access/account.ts';
import { decide, HAND_LATER } from '../../../functions/identity/access/decide.ts';
import type { DecideSettings } from '../../../functions/identity/access/desired.ts';
import { type Explanation, explain, type Lift } from '../../../functions/identity/access/explain.ts';
import { newUserRecord, type UserRecord } from '../../../functions/identity/user-record.ts';
import { NOW } from '../../support/changes.ts';
import { anAccount, foundIn, foundOut, gave, took } from '../../support/words.ts';

const settings: DecideSettings = {
  sources: ['okta', 'scim'],
  profile: ['okta', 'scim'],
  roles: {},
  defaultRole: 7,
};
const operator: Lift = { kind: 'operator', command: 'npm run bridge -- lift --tenant demo --user 42' };
const LIFT = 'an operator runs `npm run bridge -- lift --tenant demo --user 42`';
const TIME = '2026-03-02T09:15:00.000Z';

function explained(
  accounts: readonly Account[],
  but: Partial<UserRecord> = {},
  more: Partial<DecideSettings> = {},
): Explanation {
  return explain({ ...newUserRecord('demo', '42'), accounts, ...but }, { ...settings, ...more });
}

function saying(account: Account, attributes: ProfileAttributes): Account {
  return { ...account, profile: { at: 1, eventId: 'e', attributes } };
}

const okta = (...words: Parameters<typeof anAccount>[2][]) => anAccount('okta', '00u1', ...words);

describe('who speaks', () => {
  const inAt = (id: string) => gave(NOW, { id });

  it.each<[string, Account[], string]>([
    ['by event', [okta(inAt('e1'))], `okta account 00u1 has access since ${TIME}, by event e1.`],
    ['out', [okta(took(NOW, { id: 'e1' }))], `okta account 00u1 has no access since ${TIME}, by event e1.`],
    [
      'by reading',
      [okta(foundIn(5, { seen: NOW }))],
      `okta account 00u1 has access since before the bridge, as read at ${TIME}.`,
    ],
    [
      'since ever',
      [okta(foundOut(NOW))],
      `okta account 00u1 has no access since before the bridge, as read at ${TIME}.`,
    ],
    [
      'by its lock',
      [okta(took(NOW, { id: 'e1', register: 'lock' }))],
      `okta account 00u1 has no access by its lock since ${TIME}, by event e1.`,
    ],
    [
      'by the mapping',
      [okta(took(NOW, { id: 'e1', register: 'mapped' }))],
      `okta account 00u1 has no access by the tenant's rule for is_active since ${TIME}, by event e1.`,
    ],
    [
      'by a group',
      [okta(gave(NOW, { id: 'e1', register: '00g9' }))],
      `okta account 00u1 has access by app or group 00g9 since ${TIME}, by event e1.`,
    ],
    [
      'with nothing but an unlocking',
      [okta(gave(NOW, { register: 'lock' }))],
      'okta account 00u1 says nothing of access but that nothing keeps it out.',
    ],
  ])('%s', (_, accounts, sentence) => {
    expect(explained(accounts).sentences[1]).toBe(sentence);
  });

  it('is told without a register where it is about signing in', () => {
    expect(explained([okta(took(5))]).voices[0]?.word).toStrictEqual({
      id: 'out@5',
      kind: 'stated',
      at: 5,
      seen: 5,
    });
  });

  it('is told with the word that began it', () => {
    const word = { id: 'out@5', kind: 'stated', at: 5, seen: 9, register: 'g1' };

    expect(
      explained([okta(took(5, { seen: 9, register: 'g1' }), took(8, { register: 'g1' }))]).voices,
    ).toEqual([{ source: 'okta', account: '00u1', access: 'out', since: 5, word }]);
  });
});

describe('who keeps a person out, and what ends it', () => {
  const hand = { at: NOW + HAND_LATER, active: false };
  const first = { at: 1, active: false };

  it.each<[string, Account[], Partial<UserRecord>, Lift[], string]>([
    [
      'a source',
      [okta(took(NOW))],
      {},
      [{ kind: 'account', source: 'okta', account: '00u1' }, operator],
      `okta keeps the user out by account 00u1. It ends when okta account 00u1 gives access back, or ${LIFT}.`,
    ],
    [
      'one that has left the tenant file',
      [okta(foundIn(1)), anAccount('ad', 'x', took(NOW))],
      {},
      [{ kind: 'statement' }, operator],
      'ad, which has left the tenant file, keeps the user out by account x. It ends when a source of the tenant file ' +
        `states that the person has access, or ${LIFT}.`,
    ],
    [
      'a hand in Clarus',
      [okta(gave(1))],
      { hand },
      [{ kind: 'statement' }, { kind: 'switched_on' }, operator],
      `The user was found switched off in Clarus at ${TIME}. It ends when a source of the tenant file states that the ` +
        `person has access, or somebody switches the user on in Clarus, or ${LIFT}.`,
    ],
    [
      'how Clarus stood',
      [okta(foundIn(1))],
      { first },
      [{ kind: 'statement' }, { kind: 'switched_on' }, operator],
      'The user was off in Clarus when first met. It ends when a source of the tenant file states that the person has ' +
        `access, or somebody switches the user on in Clarus, or ${LIFT}.`,
    ],
  ])('%s', (_, accounts, but, lifts, sentence) => {
    const { access, takings, sentences } = explained(accounts, but);

    expect(access).toBe('out');
    expect(takings.map((taking) => taking.lifts)).toEqual([lifts]);
    expect(sentences[0]).toBe('Clarus user 42 has no access.');
    expect(sentences[2]).toBe(sentence);
  });

  it('every one of them', () => {
    const { takings } = explained([okta(took(1)), anAccount('scim', 's', took(2))], { hand });

    expect(takings.map(({ by }) => by)).toEqual(['okta', 'scim', 'clarus']);
  });

  it.each<[string, Partial<UserRecord>, Lift[]]>([
    ['Clarus shows off', { shown: { at: 1, active: false } }, [{ kind: 'statement' }, operator]],
    ['Clarus confirmed off', { applied: { is_active: false } }, [{ kind: 'statement' }, operator]],
    ['Clarus shows on by now', { applied: { is_active: false }, shown: { at: 1, active: true } }, []],
    ['nobody knows', {}, []],
  ])('where nobody does and nobody gave access: %s', (_, but, lifts) => {
    const { access, sentences, ...rest } = explained([okta(foundIn(1))], but);

    expect(access).toBe('unsaid');
    expect(rest.lifts).toEqual(lifts);
    expect(sentences[0]).toBe(
      'Clarus user 42 is left as it is: nobody has taken access, and nobody has given it.',
    );
    expect(sentences.slice(2)).toEqual(
      lifts.length === 0
        ? []
        : [
            'Clarus user 42 is off in Clarus. Access comes back when a source of the tenant file states that the person ' +
              `has access, or ${LIFT}.`,
          ],
    );
  });

  it('nobody, of who has access', () => {
    const { lifts, sentences, takings } = explained([okta(gave(NOW))], { applied: { is_active: false } });

    expect({ lifts, takings }).toEqual({ lifts: [], takings: [] });
    expect(sentences).toHaveLength(2);
    expect(sentences[0]).toBe('Clarus user 42 has access.');
  });
});

describe('where attributes come from', () => {
  it('by source, by default and emptied', () => {
    const accounts = [
      okta(took(1)),
      saying(anAccount('okta', '00u2', gave(5)), { name: 'Lea', language: 'de' }),
      saying(anAccount('scim', 's', gave(5)), { email: 'lea@acme.example' }),
    ];

    const { origins, sentences } = explained(accounts, { applied: { string1: 'x' } });

    expect(origins).toEqual([
      { name: 'is_active', from: 'who_has_access' },
      { name: 'email', from: 'scim' },
      { name: 'name', from: 'okta' },
      { name: 'role_id', from: 'default_role' },
      { name: 'language', from: 'okta' },
      { name: 'string1', from: 'earlier_person' },
    ]);
    expect(sentences.slice(3)).toEqual([
      'email: from scim.',
      'name, language: from okta.',
      'role_id: the default role, since no source names one.',
      "string1: emptied, since it was an earlier person's.",
    ]);
    expect(sentences.join(' ')).not.toMatch(/Lea|lea@|\bde\b/);
  });

  it('and which roles are refused', () => {
    const { refusedRoles, sentences } = explained(
      [saying(okta(gave(1)), { role_id: 3 })],
      {},
      { roles: { okta: [4] } },
    );

    expect(refusedRoles).toEqual([{ source: 'okta', role: 3 }]);
    expect(sentences.at(-1)).toBe('okta names role 3, which it may not give.');
  });
});

it('a lock-out is always explained with what ends it, and an operator can end it', () => {
  const someWord = fc.record(
    {
      at: fc.integer({ min: 0, max: 9 }),
      gives: fc.boolean(),
      kind: fc.constantFrom('stated', 'read'),
      register: fc.constantFrom('lock', 'mapped', 'g1'),
    },
    { requiredKeys: ['at', 'gives', 'kind'] },
  );
  const someAccount = fc.record({
    source: fc.constantFrom('okta', 'scim', 'ad'),
    account: fc.constantFrom('a', 'b'),
    words: fc
      .array(someWord, { maxLength: 5 })
      .map((words) => words.map((it, n) => ({ id: `e${n}`, seen: it.at, ...it }))),
  });
  const someRecord = fc.record(
    {
      accounts: fc.uniqueArray(someAccount, {
        maxLength: 4,
        selector: ({ source, account }) => `${source} ${account}`,
      }),
      first: fc.record({ at: fc.constant(0), active: fc.boolean() }),
      hand: fc.record({ at: fc.integer({ min: 0, max: HAND_LATER + 9 }), active: fc.boolean() }),
      liftedAt: fc.integer({ min: 0, max: 9 }),
    },
    { requiredKeys: ['accounts'] },
  );

  fc.assert(
    fc.property(someRecord, fc.boolean(), ({ accounts, ...more }, shared) => {
      const all = { ...settings, ...(shared && { idOf: { scim: 'okta' }, byMembership: ['okta'] }) };
      const record = {
        ...newUserRecord('demo', '42'),
        ...more,
        accounts: accounts.map((it) => ({ ...it, rev: 0 })),
      };

      const { access, lifts, takings } = explain({ ...record, applied: { is_active: false } }, all);

      const ends = [...takings.flatMap((taking) => taking.lifts), ...lifts];
      expect(access !== 'in').toBe(ends.length > 0);
      expect(takings.every((taking) => taking.lifts.length > 1)).toBe(true);
      expect(decide({ ...record, liftedAt: 10 }, all).access).toBe('in');
    }),
  );
});
