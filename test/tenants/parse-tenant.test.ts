import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { parseTenant } from '../../functions/tenants/parse-tenant.ts';
import { tenantSchema } from '../../functions/tenants/tenant-schema.ts';
import { failureOf } from '../support/failure.ts';
import { anEntraFile, anOktaFile, aTenant, aTenantFile, sha256 } from '../support/tenants.ts';

describe('a tenant file', () => {
  it('for the demonstration is valid', () => {
    const content: unknown = JSON.parse(readFileSync('infra/tenants/demo.json', 'utf8'));

    expect(parseTenant(content, 'demo.json')).toMatchObject({ tenant: 'demo', stages: ['dev'] });
  });

  it('of the least has every default', () => {
    expect(parseTenant({ tenant: 'acme', clarus: { subdomain: 'acme' } }, 'acme.json')).toEqual({
      tenant: 'acme',
      clarus: { subdomain: 'acme', baseUrl: 'https://clarus-api.com', userId: 'user' },
      sources: [],
      profile: [],
      scimClients: [],
      protect: { users: [], emails: [], roles: [] },
      brake: { users: 10, percent: 10, promotions: 10 },
      drift: 'heal',
      unknownUser: 'report',
      mapping: {},
      receiptDays: 400,
    });
  });

  it('with Okta has defaults there too', () => {
    expect(aTenant().okta).toMatchObject({
      eventHook: { header: 'Authorization' },
      apps: [],
      groups: [],
      locks: false,
    });
  });

  it.each([
    ['https://clarus.example/', 'https://clarus.example'],
    ['https://clarus.example///', 'https://clarus.example'],
    ['https://proxy.example/clarus/', 'https://proxy.example/clarus'],
  ])('may write a URL with a slash at its end: %s', (baseUrl, expected) => {
    expect(aTenant({ clarus: { subdomain: 'acme', baseUrl } }).clarus.baseUrl).toBe(expected);
  });

  it('has its sources in its own order, which is that of profiles unless it says otherwise', () => {
    const scim = { sha256: ['a'.repeat(64)] };
    const file = {
      entra: anEntraFile(),
      tenant: 'acme',
      scim,
      clarus: { subdomain: 'acme' },
      okta: anOktaFile(),
    };

    const plain = parseTenant(file, 'acme.json');
    const profiled = parseTenant({ ...file, profile: ['scim', 'okta'] }, 'acme.json');

    expect(plain).toMatchObject({ sources: ['entra', 'scim', 'okta'], profile: ['entra', 'scim', 'okta'] });
    expect(profiled).toMatchObject({ sources: ['entra', 'scim', 'okta'], profile: ['scim', 'okta'] });
  });

  it("writes Clarus users' ids as numbers or as texts", () => {
    const { clarus, protect } = aTenant({
      clarus: { subdomain: 'acme', apiUser: 7 },
      protect: { users: [8, '9'] },
    });

    expect([clarus.apiUser, ...protect.users]).toEqual(['7', '8', '9']);
  });

  it('of version 0.1.0 with every setting there was means what it meant', () => {
    const okta = { ...anOktaFile({ apps: ['0oaCLARUS'], groups: ['00gCLARUS'], locks: true }) };
    const old = {
      $schema: './tenant.schema.json',
      tenant: 'acme',
      stages: ['prod'],
      clarus: {
        subdomain: 'acme',
        baseUrl: 'https://clarus.example',
        userId: 'subdomain_user',
        scope: 'users',
      },
      okta: { ...okta, eventHook: { ...okta.eventHook, header: 'X-Key' } },
      scim: {
        sha256: ['a'.repeat(64)],
        oauth: { clientId: 'okta', sha256: ['b'.repeat(64)] },
        groups: false,
        strict: true,
      },
      entra: anEntraFile({
        graphUrl: 'https://graph.microsoft.us',
        loginUrl: 'https://login.microsoftonline.us',
      }),
      brake: { users: 5, percent: 1 },
      unknownUser: 'create',
      defaultRole: 'Picker',
      mapping: {
        role_id: { expression: 'roles.value', table: { Picker: 3 }, otherwise: 3 },
        is_active: { expression: 'active and userType != "Guest"' },
        email: null,
      },
      receiptDays: 30,
    };

    expect(parseTenant(old, 'acme.json')).toMatchObject(old);
  });

  it('may leave an attribute alone', () => {
    expect(aTenant({ mapping: { name: null } }).mapping).toEqual({ name: null });
  });
});

describe('a mistake in a tenant file is refused with its place and a hint', () => {
  const clarus = { subdomain: 'acme' };
  const okta = anOktaFile();
  const hash = 'a'.repeat(64);

  it.each<[string, unknown, string]>([
    ['no object', 'acme', '(file): '],
    ['nothing', undefined, '(file): '],
    ['a list', [aTenantFile()], '(file): '],
    ['no tenant', { clarus }, 'tenant: '],
    ['capitals in the name', { tenant: 'Acme', clarus }, 'tenant: must be lower-case letters'],
    ['a name that begins with a dash', { tenant: '-acme', clarus }, 'tenant: must be lower-case letters'],
    ['a name with a slash', { tenant: 'a/b', clarus }, 'tenant: must be lower-case letters'],
    ['a name with a line end', { tenant: 'acme\n', clarus }, 'tenant: must be lower-case letters'],
    ['a name too long', { tenant: 'a'.repeat(64), clarus }, 'tenant: must be lower-case letters'],
    ['no Clarus', { tenant: 'acme' }, 'clarus: '],
    ['no subdomain', aTenantFile({ clarus: Object({}) }), 'clarus.subdomain: '],
    [
      'an address for a subdomain',
      aTenantFile({ clarus: { subdomain: 'acme.clarus.example' } }),
      'clarus.subdomain: must be the tenant name from the Clarus address',
    ],
    [
      'a header in the subdomain',
      aTenantFile({ clarus: { subdomain: 'acme\r\nx-a: b' } }),
      'clarus.subdomain: must be the tenant name',
    ],
    [
      'plain http',
      aTenantFile({ clarus: { ...clarus, baseUrl: 'http://clarus.example' } }),
      'clarus.baseUrl: must be an https URL',
    ],
    [
      'a password in the URL',
      aTenantFile({ clarus: { ...clarus, baseUrl: 'https://me:secret@clarus.example' } }),
      'clarus.baseUrl: must be an https URL without credentials',
    ],
    [
      'the hash of the empty text',
      aTenantFile({ okta: anOktaFile({ eventHook: { sha256: [sha256('')] } }) }),
      'okta.eventHook.sha256.0: is the hash of the empty text, so no credential was made.',
    ],
    [
      'the hash of the empty text for SCIM',
      aTenantFile({ scim: { sha256: [sha256('x'), sha256('')] } }),
      'scim.sha256.1: is the hash of the empty text, so no credential was made.',
    ],
    ['no URL', aTenantFile({ clarus: { ...clarus, baseUrl: 'clarus' } }), 'clarus.baseUrl: must be an https'],
    [
      'a query in the URL',
      aTenantFile({ clarus: { ...clarus, baseUrl: 'https://clarus.example/?a=b' } }),
      'clarus.baseUrl: ',
    ],
    [
      'a fragment in the URL',
      aTenantFile({ clarus: { ...clarus, baseUrl: 'https://clarus.example/#api' } }),
      'clarus.baseUrl: ',
    ],
    [
      'another kind of user id',
      aTenantFile({ clarus: Object({ ...clarus, userId: 'users' }) }),
      'clarus.userId: ',
    ],
    [
      'a word that is not known',
      aTenantFile(Object({ mappings: {} })),
      'mappings: unknown key. Known here: $schema, tenant, stages, clarus, okta, ',
    ],
    [
      'a word that is not known to Clarus',
      aTenantFile({ clarus: Object({ ...clarus, subDomain: 'acme' }) }),
      'clarus.subDomain: unknown key. Known here: subdomain, baseUrl, userId, scope',
    ],
    [
      'the secret',
      aTenantFile({ clarus: Object({ ...clarus, clientSecret: 'hunter2' }) }),
      'clarus.clientSecret: unknown key. Known here: subdomain',
    ],
    [
      'an attribute that Clarus does not have',
      aTenantFile({ mapping: Object({ string6: { expression: 'title' } }) }),
      'mapping.string6: unknown key. Known here: email, name, role_id, is_active',
    ],
    [
      'a rule with a word that is not known',
      aTenantFile({ mapping: { role_id: Object({ expresion: 'title' }) } }),
      'mapping.role_id.expresion: unknown key. Known here: expression, table, otherwise',
    ],
    [
      'a text for a role id',
      aTenantFile({ mapping: { role_id: { table: Object({ Picker: 'Picker' }) } } }),
      'mapping.role_id.table.Picker: ',
    ],
    [
      'an empty expression',
      aTenantFile({ mapping: { name: { expression: '' } } }),
      'mapping.name.expression: ',
    ],
    [
      'an address that is none',
      aTenantFile({ mapping: { email: { otherwise: 'x' } } }),
      'mapping.email.otherwise: ',
    ],
    [
      'a text too long',
      aTenantFile({ mapping: { name: { otherwise: 'x'.repeat(256) } } }),
      'mapping.name.otherwise: ',
    ],
    [
      'a credential in place of its hash',
      aTenantFile({ okta: { ...okta, eventHook: { sha256: ['my credential'] } } }),
      'okta.eventHook.sha256.0: must be a SHA-256 hash in lower-case hexadecimal',
    ],
    [
      'a hash in capitals',
      aTenantFile({ okta: { ...okta, eventHook: { sha256: [hash.toUpperCase()] } } }),
      'okta.eventHook.sha256.0: must be a SHA-256 hash in lower-case hexadecimal',
    ],
    [
      'no hash at all',
      aTenantFile({ okta: { ...okta, eventHook: { sha256: [] } } }),
      'okta.eventHook.sha256: ',
    ],
    [
      'six hashes',
      aTenantFile({ okta: { ...okta, eventHook: { sha256: Array.from({ length: 6 }, () => hash) } } }),
      'okta.eventHook.sha256: ',
    ],
    [
      'a header that is none',
      aTenantFile({ okta: { ...okta, eventHook: { sha256: [hash], header: 'X Key' } } }),
      'okta.eventHook.header: must be a header name',
    ],
    ['no org', aTenantFile({ okta: Object({ eventHook: okta.eventHook }) }), 'okta.orgUrl: '],
    [
      'an org over plain http',
      aTenantFile({ okta: { ...okta, orgUrl: 'http://acme.okta.example' } }),
      'okta.orgUrl: must be an https URL',
    ],
    ['no event hook', aTenantFile({ okta: Object({ orgUrl: okta.orgUrl }) }), 'okta.eventHook: '],
    [
      "an app's name",
      aTenantFile({ okta: { ...okta, apps: ['Clarus WMS'] } }),
      'okta.apps.0: must be an Okta id',
    ],
    [
      "a group's name",
      aTenantFile({ okta: { ...okta, groups: ['All pickers'] } }),
      'okta.groups.0: must be an Okta id',
    ],
    ['a word for yes', aTenantFile({ okta: { ...okta, locks: Object('yes') } }), 'okta.locks: '],
    ['a stage that is none', aTenantFile({ stages: ['Prod!'] }), 'stages.0: '],
    ['no stage at all', aTenantFile({ stages: [] }), 'stages: '],
    ['another way with unknown users', aTenantFile(Object({ unknownUser: 'ignore' })), 'unknownUser: '],
    ['a role that is none', aTenantFile({ defaultRole: 0 }), 'defaultRole: '],
    [
      'an API user by address',
      aTenantFile({ clarus: { ...clarus, apiUser: 'bridge@acme.example' } }),
      'clarus.apiUser: must be the id of a Clarus user, a positive whole number',
    ],
    [
      'a role that is none among those of a source',
      aTenantFile({ okta: anOktaFile({ roles: { allowed: [0] } }) }),
      'okta.roles.allowed.0: must be the id of a Clarus role',
    ],
    [
      'roles without a list',
      aTenantFile({ okta: anOktaFile({ roles: Object({ allow: [3] }) }) }),
      'okta.roles.allow: unknown key. Known here: allowed',
    ],
    ['a profile of nobody', aTenantFile({ profile: [] }), 'profile: '],
    [
      'a protected address that is none',
      aTenantFile({ protect: { emails: ['root'] } }),
      'protect.emails.0: ',
    ],
    ['no promotions at all', aTenantFile({ brake: { promotions: -1 } }), 'brake.promotions: '],
    ['an alert of nobody', aTenantFile({ alert: { takingsPerHour: 0 } }), 'alert.takingsPerHour: '],
    ['another way with drift', aTenantFile(Object({ drift: 'ignore' })), 'drift: '],
    [
      'the ids of a source that has none like them',
      aTenantFile({ scim: { sha256: [hash], idOf: Object('scim') } }),
      'scim.idOf: ',
    ],
    ['receipts for no time', aTenantFile({ receiptDays: 0 }), 'receiptDays: '],
    ['receipts for ever', aTenantFile({ receiptDays: 100_000 }), 'receiptDays: '],
  ])('%s', async (_, content, told) => {
    const failure = await failureOf(() => parseTenant(content, 'acme.json'));

    expect(failure).toMatchObject({ code: 'tenant_invalid', retryable: false });
    expect(failure.message).toMatch(/^acme\.json is not a valid tenant file/);
    const lines = failure.message.split('\n').filter((line) => line.startsWith(`  ${told}`));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/: Invalid input$/);
  });

  it('together with all the others', async () => {
    const content = { tenant: 'Acme', clarus: { subdomain: '', a: 1, b: 2 }, receiptDays: 'many' };

    const failure = await failureOf(() => parseTenant(content, 'acme.json'));

    const places = failure.message.split('\n').slice(1);
    expect(places.map((line) => line.trim().split(':')[0])).toEqual([
      'tenant',
      'clarus.subdomain',
      'clarus.a',
      'clarus.b',
      'receiptDays',
    ]);
  });

  it('without quoting what stands there, which may be a secret in the wrong place', async () => {
    const content = aTenantFile({
      okta: anOktaFile({ eventHook: { sha256: ['hunter2'] } }),
      clarus: Object({ subdomain: 'hun ter2', password: 'hunter2', baseUrl: 'http://x:hunter2@y' }),
    });

    const failure = await failureOf(() => parseTenant(content, 'acme.json'));

    expect(failure.message).not.toMatch(/hun ?ter2/);
  });
});

describe('whatever a file holds', () => {
  const aWord = fc.oneof(
    fc.constantFrom('tenant', 'clarus', 'okta', 'mapping', 'name', 'table', 'eventHook', 'constructor'),
    fc.string(),
  );
  const { content: anything } = fc.letrec((tie) => ({
    content: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('acme', null, 1, true, 'https://acme.example'),
      fc.array(tie('content'), { maxLength: 3 }),
      fc.dictionary(aWord, tie('content'), { maxKeys: 5 }),
    ),
  }));

  it('it is a tenant or a typed error', () => {
    fc.assert(
      fc.property(anything, (content) => {
        try {
          expect(parseTenant(content, 'acme.json')).toHaveProperty('tenant');
        } catch (error) {
          expect(error).toBeInstanceOf(BridgeError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('as any one part of a valid file, too', () => {
    const parts = Object.keys(tenantSchema.shape);

    fc.assert(
      fc.property(fc.constantFrom(...parts), anything, (part, content) => {
        try {
          parseTenant({ ...aTenantFile(), [part]: content }, 'acme.json');
        } catch (error) {
          expect(error).toBeInstanceOf(BridgeError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
