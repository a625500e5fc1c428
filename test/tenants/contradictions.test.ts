import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure.ts';
import { anEntraFile, anOktaFile, aTenant, type TenantFile } from '../support/tenants.ts';

const scim = { sha256: ['a'.repeat(64)] };
const clarus = { subdomain: 'acme', apiUser: 7 };

describe('settings that do not go together are refused with what to change', () => {
  it.each<[string, Partial<TenantFile>, string]>([
    [
      'a profile of a source that is not there',
      { profile: ['okta', 'hunter2'] },
      'profile.1: is no source of this file. It has okta.',
    ],
    [
      'a profile without any source',
      { okta: undefined, profile: ['okta'] },
      'profile.0: is no source of this file. It has none',
    ],
    [
      'a source that comes twice',
      { profile: ['okta', 'okta'] },
      'profile.1: the same as profile.0. Remove one',
    ],
    [
      'ids of a directory that is not there',
      { scim: { ...scim, idOf: 'entra' } },
      'scim.idOf: this file does not connect "entra". Add entra to the file, or remove scim.idOf.',
    ],
    [
      "a source's role twice",
      { okta: anOktaFile({ roles: { allowed: ['Supervisor', 3, 'SUPERVISOR'] } }) },
      'okta.roles.allowed.2: the same as okta.roles.allowed.0.',
    ],
    [
      'a role by its number twice',
      { entra: anEntraFile({ roles: { allowed: [3, '3', 3] } }) },
      'entra.roles.allowed.2: the same as entra.roles.allowed.0.',
    ],
    [
      'a protected role twice',
      { protect: { roles: [1, 1] } },
      'protect.roles.1: the same as protect.roles.0.',
    ],
    [
      'a protected role that a source gives',
      { scim: { ...scim, roles: { allowed: ['Picker', 'Admin'] } }, protect: { roles: ['admin'] } },
      'protect.roles.0: scim.roles.allowed gives this role too, and whoever is given it could not lose access',
    ],
    [
      'a protected role that is the default one',
      { defaultRole: 3, protect: { roles: [1, 3] } },
      'protect.roles.1: defaultRole gives this role too',
    ],
    [
      'a protected role that the mapping gives',
      { mapping: { role_id: { expression: 'title', table: { Boss: 1 } } }, protect: { roles: [1] } },
      'protect.roles.0: mapping.role_id.table gives this role too',
    ],
    [
      'a protected role for all others',
      {
        mapping: { role_id: { expression: 'title', table: { Boss: 1 }, otherwise: 2 } },
        protect: { roles: [2] },
      },
      'protect.roles.0: mapping.role_id.otherwise gives this role too',
    ],
    [
      'the API user among the protected',
      { clarus, protect: { users: [3, '7'] } },
      'protect.users.1: is clarus.apiUser, which is protected without being listed. Remove it here.',
    ],
    [
      'a protected user twice',
      { protect: { users: [3, '3'] } },
      'protect.users.1: the same as protect.users.0.',
    ],
    [
      'a protected address twice',
      { protect: { emails: ['root@acme.example', 'Root@acme.example'] } },
      'protect.emails.1: the same as protect.emails.0.',
    ],
  ])('%s', async (_, but, told) => {
    const failure = await failureOf(() => aTenant(but));

    expect(failure).toMatchObject({ code: 'tenant_invalid', retryable: false });
    expect(failure.message).toMatch(/^acme\.json is not a valid tenant file/);
    expect(failure.message.split('\n').slice(1)).toEqual([expect.stringContaining(`  ${told}`)]);
    expect(failure.message).not.toMatch(/hunter2|@acme/);
  });
});

it('settings that do go together are taken', () => {
  const tenant = aTenant({
    clarus,
    scim: { ...scim, idOf: 'okta', roles: { allowed: [] } },
    okta: anOktaFile({ roles: { allowed: ['Supervisor', 3] } }),
    profile: ['scim'],
    protect: { users: [1], emails: ['root@acme.example'], roles: ['Administrator', 1] },
    defaultRole: 3,
    mapping: { role_id: null },
  });

  expect(tenant).toMatchObject({ sources: ['okta', 'scim'], scim: { idOf: 'okta' }, profile: ['scim'] });
});
