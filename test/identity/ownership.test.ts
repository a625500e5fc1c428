import { describe, expect, it } from 'vitest';
import { type Change, isEnabling, type Source } from '../../functions/identity/change.ts';
import { merge } from '../../functions/identity/merge.ts';
import { claim as claimAs } from '../../functions/identity/ownership.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import { aChange } from '../support/changes.ts';

/** News that gives a person access or takes it away. */
function news(source: Source, id: string, active: boolean): Change {
  return aChange({ source, eventId: 'news', subject: { id }, user: { active } });
}

function claim(record: UserRecord, change: Change): ReturnType<typeof claimAs> {
  return claimAs(record, change, isEnabling(change));
}

function ownedBy(subjectId: string, former: readonly string[] = []): UserRecord {
  return {
    ...newUserRecord('demo', '42'),
    revision: 3,
    owners: { okta: { subjectId, eventId: 'claim', former } },
    desired: merge(
      {},
      { at: 1, eventId: 'e', origin: 'okta', attributes: { is_active: false, name: 'Lea' } },
    ),
    applied: { is_active: false, name: 'Lea' },
  };
}

describe('a Clarus user belongs to one person per source', () => {
  it.each([true, false])('the first to come owns it, also by a change that is enabling: %s', (enabling) => {
    const result = claim(newUserRecord('demo', '42'), news('okta', '00uLEA', enabling));

    expect(result).toMatchObject({
      kind: 'claimed',
      record: { owners: { okta: { subjectId: '00uLEA', eventId: 'news', former: [] } } },
    });
  });

  it.each([true, false])(
    'the owner stays the owner (enabling: %s) and the record stays the same one',
    (enabling) => {
      const record = ownedBy('00uLEA');

      expect(claim(record, news('okta', '00uLEA', enabling))).toEqual({ kind: 'owner', record });
    },
  );

  it('another source has an owner of its own', () => {
    const result = claim(ownedBy('00uLEA'), news('entra', 'guid-1', false));

    expect(result).toMatchObject({
      kind: 'claimed',
      record: { owners: { okta: { subjectId: '00uLEA' }, entra: { subjectId: 'guid-1' } } },
    });
  });

  it('a newcomer who is given access takes it over, with a clean slate', () => {
    const result = claim(ownedBy('00uLEA', ['00uOLD']), news('okta', '00uNEW', true));

    expect(result).toMatchObject({
      kind: 'taken_over',
      record: {
        owners: { okta: { subjectId: '00uNEW', eventId: 'news', former: ['00uLEA', '00uOLD'] } },
        desired: {},
        applied: { is_active: false, name: 'Lea' },
      },
    });
  });

  it('what another source said of the user stays when it is taken over', () => {
    const record = ownedBy('00uLEA');
    const fromScim = { at: 5, eventId: 's', origin: 'scim', attributes: { role_id: 3 } } as const;

    const result = claim(
      { ...record, desired: merge(record.desired, fromScim) },
      news('okta', '00uNEW', true),
    );

    expect(result).toMatchObject({ kind: 'taken_over' });
    expect(Object(result).record.desired).toEqual({
      role_id: { value: 3, at: 5, eventId: 's', origin: 'scim' },
    });
  });

  it.each([
    ['a stranger whose change takes access away', '00uNEW', false],
    ['a former owner whose change takes access away', '00uOLD', false],
    ['a former owner whose change gives access', '00uOLD', true],
  ])('%s changes nothing', (_, subjectId, enabling) => {
    expect(claim(ownedBy('00uLEA', ['00uOLD']), news('okta', subjectId, enabling))).toEqual({
      kind: 'former_owner',
    });
  });

  it('the event that took it over is still that event when it is delivered again', () => {
    const taken = claim(ownedBy('00uLEA'), news('okta', '00uNEW', true));
    if (taken.kind !== 'taken_over') throw new Error(taken.kind);

    const again = claim(taken.record, news('okta', '00uNEW', true));
    const later = claim(taken.record, { ...news('okta', '00uNEW', true), eventId: 'later' });

    expect([again.kind, later.kind]).toEqual(['taken_over', 'owner']);
  });

  it('remembers the last fifty owners', () => {
    let record = ownedBy('00u0');
    for (let i = 1; i <= 60; i++) {
      const result = claim(record, news('okta', `00u${i}`, true));
      if (result.kind === 'taken_over') record = result.record;
    }

    expect(record.owners.okta?.former).toHaveLength(50);
    expect(record.owners.okta?.former[0]).toBe('00u59');
  });
});
