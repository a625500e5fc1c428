import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTERPRISE_USER, OKTA_USER, type ScimUser } from '../../../functions/identity/profile/scim-user.ts';
import type { DirectoryUser } from '../../../functions/sources/directory.ts';
import { asDirectoryUser, oktaUserSchema } from '../../../functions/sources/okta/okta-user.ts';
import { anOktaUser } from '../../support/okta-users.ts';
import { anOktaTenant } from '../../support/tenants.ts';

const { okta: everybody } = anOktaTenant();
const { okta: withLocks } = anOktaTenant({ locks: true });

function shown(but: Record<string, unknown>, okta = everybody): DirectoryUser {
  return asDirectoryUser(oktaUserSchema.parse(anOktaUser(but)), okta, undefined);
}

function read(but: Record<string, unknown>): ScimUser {
  return shown(but).user;
}

describe("what an Okta user's status says of access", () => {
  it.each<[string, string | null, boolean | undefined, boolean | undefined]>([
    ['ACTIVE', null, true, false],
    ['PROVISIONED', null, true, false],
    ['RECOVERY', null, true, false],
    ['PASSWORD_EXPIRED', null, true, false],
    ['LOCKED_OUT', null, true, true],
    ['SUSPENDED', null, false, undefined],
    ['DEPROVISIONED', null, false, undefined],
    ['STAGED', null, undefined, undefined],
    ['ACTIVE', 'DEPROVISIONED', false, undefined],
    ['ACTIVE', 'SUSPENDED', false, undefined],
    ['SUSPENDED', 'ACTIVE', true, false],
    ['STAGED', 'ACTIVE', true, false],
    ['STAGED', 'PROVISIONED', true, false],
    ['DEPROVISIONED', 'PROVISIONED', true, false],
    ['DEPROVISIONED', '', false, undefined],
    ['A_STATUS_TO_COME', null, undefined, undefined],
  ])('%s, on its way to %s: signs in %s, locked %s', (status, transitioningToStatus, signsIn, locked) => {
    const user = shown({ status, transitioningToStatus }, withLocks);

    expect([user.signsIn, user.user.active]).toEqual([signsIn, signsIn]);
    expect(user.locked).toBe(locked);
  });

  it('is nothing of locks where the tenant does not follow them', () => {
    for (const status of ['ACTIVE', 'LOCKED_OUT']) expect(shown({ status })).not.toHaveProperty('locked');
  });

  it.each<[string, Record<string, unknown>, number | undefined]>([
    ['what Okta says', {}, Date.UTC(2025, 0, 2, 8, 5)],
    ['unknown, of a user who has had but one', { statusChanged: null }, undefined],
    ['unknown, where it is nonsense', { statusChanged: 'yesterday' }, undefined],
    ['unknown, where it is a number', { statusChanged: 5 }, undefined],
    ['unknown, while it changes', { transitioningToStatus: 'DEPROVISIONED' }, undefined],
    [
      'known, when it is on its way to itself',
      { transitioningToStatus: 'ACTIVE' },
      Date.UTC(2025, 0, 2, 8, 5),
    ],
  ])('is since when: %s', (_, but, changedAt) => {
    expect(shown(but).changedAt).toBe(changedAt);
  });
});

describe('what an Okta user is known by', () => {
  it('is the e-mail address and the login, and when it was created', () => {
    expect(shown({})).toMatchObject({
      addresses: ['lea@acme.example', 'lea.ver@acme.example'],
      createdAt: Date.UTC(2025, 0, 2, 8),
    });
  });

  it.each([
    ['no e-mail address', { login: 'lver', email: null }, ['lver']],
    ['an empty one', { login: 'lver', email: '' }, ['lver']],
    ['nothing', {}, []],
  ])('is what is there: %s', (_, profile, addresses) => {
    expect(shown({ profile }).addresses).toEqual(addresses);
  });

  // Who sets it to a colleague's address would be taken for the colleague.
  it('is not the address that people set themselves to get back in', () => {
    const profile = { login: 'mal', email: 'mal@acme.example', secondEmail: 'boss@acme.example' };

    expect(shown({ profile }).addresses).toEqual(['mal@acme.example', 'mal']);
  });
});

describe("an Okta user's profile", () => {
  it('has SCIM names', () => {
    const profile = {
      login: 'lver',
      email: 'lea@acme.example',
      firstName: 'Lea',
      lastName: 'Ver',
      middleName: 'M',
      honorificPrefix: 'Dr',
      honorificSuffix: 'III',
      displayName: 'Lea V.',
      nickName: 'Le',
      title: 'Picker',
      userType: 'Employee',
      preferredLanguage: 'en-GB',
      locale: 'en_GB',
      timezone: 'Europe/London',
      employeeNumber: '4711',
      costCenter: '815',
      organization: 'Acme',
      division: 'Logistics',
      department: 'Picking',
      managerId: '42',
      manager: 'Max Manager',
    };

    expect(read({ profile })).toEqual({
      userName: 'lver',
      active: true,
      displayName: 'Lea V.',
      name: {
        givenName: 'Lea',
        familyName: 'Ver',
        middleName: 'M',
        honorificPrefix: 'Dr',
        honorificSuffix: 'III',
      },
      emails: [{ value: 'lea@acme.example', type: 'work', primary: true }],
      nickName: 'Le',
      title: 'Picker',
      userType: 'Employee',
      preferredLanguage: 'en-GB',
      locale: 'en_GB',
      timezone: 'Europe/London',
      [ENTERPRISE_USER]: {
        employeeNumber: '4711',
        costCenter: '815',
        organization: 'Acme',
        division: 'Logistics',
        department: 'Picking',
        manager: { value: '42', displayName: 'Max Manager' },
      },
    });
  });

  it('says nothing where Okta has null or an empty text', () => {
    const profile = {
      login: 'lver',
      email: '',
      firstName: null,
      lastName: '',
      department: null,
      manager: '',
    };

    expect(read({ profile })).toEqual({ userName: 'lver', active: true });
  });

  it('may be empty', () => {
    expect(read({ profile: {} })).toEqual({ active: true });
  });

  it("has the org's own attributes under their own names", () => {
    const profile = {
      login: 'lver',
      wmsRole: 'Picker',
      badge: 17,
      shiftLead: false,
      sites: ['LON', 'BHX'],
      mixed: ['LON', 5, null],
      nothing: null,
      deep: { a: 1 },
    };

    expect(read({ profile })[OKTA_USER]).toEqual({
      wmsRole: 'Picker',
      badge: 17,
      shiftLead: false,
      sites: ['LON', 'BHX'],
      mixed: ['LON'],
    });
  });

  it('is read without the attribute that has no text', () => {
    const parsed = oktaUserSchema.safeParse(anOktaUser({ profile: { firstName: 5, lastName: 'Ver' } }));

    expect(parsed.data?.profile).toMatchObject({ firstName: null, lastName: 'Ver' });
  });

  it('never brings a null, an empty text or an empty object along', () => {
    const aValue = fc.oneof(fc.constantFrom(null, '', 'x'), fc.string());
    const names = ['login', 'email', 'firstName', 'lastName', 'department', 'manager', 'managerId', 'own'];
    const aProfile = fc.record(Object.fromEntries(names.map((name) => [name, aValue])), { requiredKeys: [] });

    fc.assert(
      fc.property(aProfile, ({ own, ...profile }) => {
        const user = read({ profile: own ? { ...profile, own } : profile });

        expect(JSON.stringify(user)).not.toMatch(/:(null|""|\{\})/);
      }),
    );
  });
});
