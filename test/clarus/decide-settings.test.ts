import { describe, expect, it } from 'vitest';
import { roleIds, settingsWithoutRoles, settingsWithRoles } from '../../functions/clarus/decide-settings.ts';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { failureOf } from '../support/failure.ts';
import { anEntraFile, anOktaFile, anOktaTenant, aTenant, type TenantFile } from '../support/tenants.ts';

const ROLES: Record<string, number> = { Admin: 1, Supervisor: 2, Picker: 3 };
const SCIM = { sha256: ['a'.repeat(64)] };

interface Roles {
  findRole(name: string): Promise<number>;
  /** The names asked for. */
  asked: string[];
  down: boolean;
}

/** Clarus' roles, with what was asked. */
function someRoles(): Roles {
  const roles: Roles = {
    asked: [],
    down: false,
    async findRole(name) {
      roles.asked.push(name);
      const id = ROLES[name];
      if (roles.down || id === undefined)
        throw new BridgeError('clarus_unavailable', 'down', { retryable: true });
      return id;
    },
  };
  return roles;
}

const tenant = aTenant({
  okta: anOktaFile({ roles: { allowed: ['Supervisor', 7, 'Picker'] } }),
  entra: anEntraFile(),
  scim: { sha256: ['a'.repeat(64)], idOf: 'okta', roles: { allowed: [] } },
  profile: ['entra', 'okta'],
  defaultRole: 'Picker',
});

const SOURCES = { sources: ['okta', 'entra', 'scim'], profile: ['entra', 'okta'], idOf: { scim: 'okta' } };

describe('what decides about access and roles', () => {
  it('has the roles of the tenant file by id, in their order', async () => {
    expect(await settingsWithRoles(tenant, someRoles())()).toEqual({
      ...SOURCES,
      defaultRole: 3,
      roles: { okta: [2, 7, 3], scim: [] },
    });
  });

  it.each<[string, Partial<TenantFile>]>([
    ['by an expression of any role', { mapping: { role_id: { expression: 'externalId' } } }],
    ['as a resource', { scim: { ...SCIM, roleResources: true } }],
  ])('withholds Admin from a SCIM client that says the role %s', async (_name, file) => {
    // Act
    const { withheld, roles } = await settingsWithRoles(aTenant({ scim: SCIM, ...file }), someRoles())();

    // Assess
    expect([withheld, roles]).toEqual([{ scim: [1] }, {}]);
  });

  it.each<[string, Partial<TenantFile>]>([
    ['that says no role', {}],
    [
      'whose roles are named in the mapping',
      { mapping: { role_id: { expression: 'title', table: { Boss: 1 } } } },
    ],
    ['whose roles are listed', { scim: { ...SCIM, roleResources: true, roles: { allowed: [1] } } }],
    ['whose role is left alone', { scim: { ...SCIM, roleResources: true }, mapping: { role_id: null } }],
  ])('withholds nothing from a SCIM client %s, and asks for no role', async (_name, file) => {
    // Prepare
    const roles = someRoles();

    // Act
    const { withheld } = await settingsWithRoles(aTenant({ scim: SCIM, ...file }), roles)();

    // Assess
    expect([withheld, roles.asked]).toEqual([undefined, []]);
  });

  it('withholds Admin from those of several SCIM clients whose roles nobody has named', async () => {
    // Prepare
    const clients = {
      okta: { sha256: ['b'.repeat(64)], roleResources: true },
      listed: { sha256: ['c'.repeat(64)], roleResources: true, roles: { allowed: [1] } },
      entra: { sha256: ['d'.repeat(64)] },
    };
    const tenant = aTenant({ scim: { ...SCIM, roleResources: true, clients } });

    // Act
    const { withheld } = await settingsWithRoles(tenant, someRoles())();

    // Assess
    expect(withheld).toEqual({ scim: [1], 'scim-okta': [1] });
  });

  it('withholds nothing where Clarus has no Admin, and is not known while Clarus does not tell', async () => {
    // Prepare
    const free = aTenant({ scim: { ...SCIM, roleResources: true } });
    const none = {
      findRole: () => Promise.reject(new BridgeError('role_unknown', 'no', { retryable: false })),
    };
    const down = { ...someRoles(), down: true };

    // Act & assess
    expect((await settingsWithRoles(free, none)()).withheld).toBeUndefined();
    down.findRole = () => Promise.reject(new BridgeError('clarus_unavailable', 'down', { retryable: true }));
    expect(await failureOf(settingsWithRoles(free, down))).toMatchObject({ code: 'clarus_unavailable' });
  });

  it('needs no Clarus where no role is named', async () => {
    // Prepare
    const roles = someRoles();
    const plain = aTenant({ defaultRole: 4, okta: anOktaFile({ roles: { allowed: [4] } }) });

    // Act
    const settings = await settingsWithRoles(plain, roles)();

    // Assess
    expect(settings).toEqual({ sources: ['okta'], profile: ['okta'], defaultRole: 4, roles: { okta: [4] } });
    expect(roles.asked).toEqual([]);
  });

  it('limits nobody where the tenant file does not', async () => {
    const settings = await settingsWithRoles(aTenant(), someRoles())();

    expect(settings).toEqual({ sources: ['okta'], profile: ['okta'], roles: {} });
  });

  it.each([{ apps: ['0oaCLARUS'] }, { groups: ['00gCLARUS'] }])(
    'knows that Okta gives access by membership alone: %j',
    async (okta) => {
      const settings = await settingsWithRoles(anOktaTenant(okta), someRoles())();

      expect(settings.byMembership).toEqual(['okta']);
    },
  );

  it('has no source, and no default, give a role that protects', async () => {
    const settings = await settingsWithRoles(
      aTenant({ defaultRole: 2, protect: { roles: ['Supervisor', 9] } }),
      someRoles(),
    )();

    expect(settings).toEqual({ sources: ['okta'], profile: ['okta'], roles: {}, protectedRoles: [2, 9] });
  });

  it('is looked up once, and again after a failure', async () => {
    // Prepare
    const roles = someRoles();
    const settings = settingsWithRoles(tenant, roles);
    roles.down = true;
    const failure = await failureOf(() => settings());
    roles.down = false;
    roles.asked.length = 0;

    // Act
    const all = await Promise.all([settings(), settings()]);
    all.push(await settings());

    // Assess
    expect(failure.code).toBe('clarus_unavailable');
    expect(roles.asked.sort()).toEqual(['Picker', 'Picker', 'Supervisor']);
    expect(new Set(all).size).toBe(1);
  });

  it('gives no role and no default one for as long as the names cannot be looked up', () => {
    expect(settingsWithoutRoles(tenant)).toEqual({ ...SOURCES, roles: { okta: [], entra: [], scim: [] } });
  });
});

it('roles are found by id or name', async () => {
  expect(await roleIds(someRoles(), ['Picker', 9])).toEqual([3, 9]);
});
