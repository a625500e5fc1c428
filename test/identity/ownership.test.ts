import { describe, expect, it } from 'vitest';
import { merge } from '../../functions/identity/merge.ts';
import { claim } from '../../functions/identity/ownership.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';

function ownedBy(subjectId: string, former: readonly string[] = []): UserRecord {
  return {
    ...newUserRecord('demo', '42'),
    revision: 3,
    owners: { okta: { subjectId, former } },
    desired: merge(
      {},
      { at: 1, eventId: 'e', origin: 'okta', attributes: { is_active: false, name: 'Lea' } },
    ),
    applied: { is_active: false, name: 'Lea' },
  };
}

describe('a Clarus user belongs to one person per source', () => {
  it.each([true, false])('the first to come owns it, also by a change that is enabling: %s', (enabling) => {
    const result = claim(newUserRecord('demo', '42'), 'okta', '00uLEA', enabling);

    expect(result).toMatchObject({
      kind: 'claimed',
      record: { owners: { okta: { subjectId: '00uLEA', former: [] } } },
    });
  });

  it.each([true, false])(
    'the owner stays the owner (enabling: %s) and the record stays the same one',
    (enabling) => {
      const record = ownedBy('00uLEA');

      expect(claim(record, 'okta', '00uLEA', enabling)).toEqual({ kind: 'owner', record });
    },
  );

  it('another source has an owner of its own', () => {
    const result = claim(ownedBy('00uLEA'), 'entra', 'guid-1', false);

    expect(result).toMatchObject({
      kind: 'claimed',
      record: { owners: { okta: { subjectId: '00uLEA' }, entra: { subjectId: 'guid-1' } } },
    });
  });

  it('a newcomer who is given access takes it over, with a clean slate', () => {
    const result = claim(ownedBy('00uLEA', ['00uOLD']), 'okta', '00uNEW', true);

    expect(result).toMatchObject({
      kind: 'taken_over',
      record: {
        owners: { okta: { subjectId: '00uNEW', former: ['00uLEA', '00uOLD'] } },
        desired: {},
        applied: { is_active: false, name: 'Lea' },
      },
    });
  });

  it('what another source said of the user stays when it is taken over', () => {
    const record = ownedBy('00uLEA');
    const fromScim = { at: 5, eventId: 's', origin: 'scim', attributes: { role_id: 3 } } as const;

    const result = claim({ ...record, desired: merge(record.desired, fromScim) }, 'okta', '00uNEW', true);

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
    expect(claim(ownedBy('00uLEA', ['00uOLD']), 'okta', subjectId, enabling)).toEqual({
      kind: 'former_owner',
    });
  });

  it('remembers the last fifty owners', () => {
    let record = ownedBy('00u0');
    for (let i = 1; i <= 60; i++) {
      const result = claim(record, 'okta', `00u${i}`, true);
      if (result.kind === 'taken_over') record = result.record;
    }

    expect(record.owners.okta?.former).toHaveLength(50);
    expect(record.owners.okta?.former[0]).toBe('00u59');
  });
});
