import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asDesired, join, type MappedChange, merge } from '../../functions/identity/merge.ts';
import type { DesiredAttributes } from '../../functions/identity/user-record.ts';
import { someMappedChange } from '../support/changes.ts';

function mergeAll(changes: readonly MappedChange[]): DesiredAttributes {
  return changes.reduce(merge, {});
}

const someState = fc.array(someMappedChange, { maxLength: 6 }).map(mergeAll);

describe('merge obeys the laws of a join', () => {
  it('is commutative: the order of changes does not matter', () => {
    fc.assert(
      fc.property(
        fc.array(someMappedChange, { maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (changes, order) => {
          const shuffled = changes
            .map((change) => ({ change, place: order.next().value ?? 0 }))
            .sort((a, b) => a.place - b.place)
            .map(({ change }) => change);
          expect(mergeAll(shuffled)).toEqual(mergeAll(changes));
        },
      ),
    );
  });

  it('is associative: states may be joined in any grouping', () => {
    fc.assert(
      fc.property(someState, someState, someState, (a, b, c) => {
        expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
      }),
    );
  });

  it('is idempotent: a duplicate decides nothing, and is known by the state coming back itself', () => {
    fc.assert(
      fc.property(fc.array(someMappedChange, { maxLength: 8 }), (changes) => {
        const state = mergeAll(changes);
        for (const change of changes) expect(merge(state, change)).toBe(state);
      }),
    );
  });

  it('never goes back: joining keeps or raises the time of every attribute', () => {
    fc.assert(
      fc.property(someState, someMappedChange, (state, change) => {
        const merged = merge(state, change);
        for (const [name, { at }] of Object.entries(state)) {
          expect(Object(merged)[name].at).toBeGreaterThanOrEqual(at);
        }
      }),
    );
  });
});

describe('merge decides attribute by attribute', () => {
  const base = { at: 2, eventId: 'm', origin: 'okta' } as const;

  it.each([
    ['the later change wins', { at: 1, eventId: 'z' }, { at: 2, eventId: 'a' }],
    ['at the same instant the greater event id wins', { at: 1, eventId: 'a' }, { at: 1, eventId: 'b' }],
    [
      'then the greater source',
      { at: 1, eventId: 'a', origin: 'entra' },
      { at: 1, eventId: 'a', origin: 'okta' },
    ],
  ] as const)('%s', (_, loser, winner) => {
    // Prepare
    const lost = { ...base, ...loser, attributes: { name: 'Old' } };
    const won = { ...base, ...winner, attributes: { name: 'New' } };

    // Act
    const oneWay = mergeAll([lost, won]);
    const otherWay = mergeAll([won, lost]);

    // Assess
    expect(oneWay.name?.value).toBe('New');
    expect(otherWay).toEqual(oneWay);
  });

  it('takes access away when two changes of one instant disagree, whatever their event ids', () => {
    const enable = { ...base, eventId: 'z', attributes: { is_active: true } };
    const disable = { ...base, eventId: 'a', attributes: { is_active: false } };

    expect(mergeAll([disable, enable]).is_active?.value).toBe(false);
    expect(mergeAll([enable, disable]).is_active?.value).toBe(false);
  });

  it('settles even one event that was mapped in two ways', () => {
    const one = { ...base, attributes: { name: 'A' } };
    const two = { ...base, attributes: { name: 'B' } };

    expect(mergeAll([one, two])).toEqual(mergeAll([two, one]));
  });

  it('leaves alone what the change does not speak of, and keeps time, event and origin with the value', () => {
    const state = mergeAll([{ ...base, attributes: { name: 'Lea', is_active: true } }]);

    const merged = merge(state, { at: 9, eventId: 'n', origin: 'scim', attributes: { is_active: false } });

    expect(merged).toEqual({
      name: { value: 'Lea', at: 2, eventId: 'm', origin: 'okta' },
      is_active: { value: false, at: 9, eventId: 'n', origin: 'scim' },
    });
    expect(state.is_active?.value).toBe(true);
  });

  it('an older activation never undoes a newer deactivation', () => {
    const state = mergeAll([{ ...base, at: 10, attributes: { is_active: false } }]);

    expect(merge(state, { ...base, at: 9, eventId: 'z', attributes: { is_active: true } })).toBe(state);
  });

  it('an attribute that is present but undefined says nothing', () => {
    // A mapping writes attributes by name; undefined must not become a desired value.
    expect(asDesired({ ...base, attributes: JSON.parse('{}') })).toEqual({});
  });
});
