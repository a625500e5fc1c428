import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTERPRISE_USER, OKTA_USER, type ScimUser } from '../../../functions/identity/scim-user.ts';
import { asScimUser, oktaUserSchema } from '../../../functions/sources/okta/okta-user.ts';
import { anOktaUser } from '../../support/okta-users.ts';
import { anOktaTenant } from '../../support/tenants.ts';

const { okta: everybody } = anOktaTenant();
const { okta: byApp } = anOktaTenant({ apps: ['0oaCLARUS'] });
const { okta: byGroup } = anOktaTenant({ groups: ['00gPICKERS'] });
const { okta: withLocks } = anOktaTenant({ locks: true });

function read(but: Record<string, unknown>, okta = everybody): ScimUser {
  return asScimUser(oktaUserSchema.parse(anOktaUser(but)), okta);
}

describe("what an Okta user's status says of access", () => {
  it.each<[string, string | null, boolean | undefined]>([
    ['ACTIVE', null, true],
    ['PROVISIONED', null, true],
    ['RECOVERY', null, true],
    ['PASSWORD_EXPIRED', null, true],
    ['LOCKED_OUT', null, true],
    ['SUSPENDED', null, false],
    ['DEPROVISIONED', null, false],
    ['STAGED', null, undefined],
    ['ACTIVE', 'DEPROVISIONED', false],
    ['ACTIVE', 'SUSPENDED', false],
    ['SUSPENDED', 'ACTIVE', true],
    ['STAGED', 'ACTIVE', true],
    ['STAGED', 'PROVISIONED', true],
    ['DEPROVISIONED', 'PROVISIONED', true],
    ['DEPROVISIONED', '', false],
    ['A_STATUS_TO_COME', null, undefined],
  ])('%s, on its way to %s: %s', (status, transitioningToStatus, expected) => {
    expect(read({ status, transitioningToStatus }).active).toBe(expected);
  });

  it.each([
    ['app', byApp],
    ['group', byGroup],
  ])('is only that somebody has none, where access comes by %s', (_, okta) => {
    expect(read({ status: 'ACTIVE' }, okta).active).toBeUndefined();
    expect(read({ status: 'PROVISIONED' }, okta).active).toBeUndefined();
    expect(read({ status: 'SUSPENDED' }, okta).active).toBe(false);
    expect(read({ status: 'DEPROVISIONED' }, okta).active).toBe(false);
    expect(read({ status: 'ACTIVE', transitioningToStatus: 'DEPROVISIONED' }, okta).active).toBe(false);
  });

  it('is that a locked account has none, where the tenant follows locks', () => {
    expect(read({ status: 'LOCKED_OUT' }, withLocks).active).toBe(false);
    expect(read({ status: 'ACTIVE' }, withLocks).active).toBe(true);
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
