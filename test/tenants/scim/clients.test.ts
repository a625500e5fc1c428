import { describe, expect, it } from 'vitest';
import { failureOf } from '../../support/failure.ts';
import { anEntraFile, anOktaFile, aTenant, sha256, type TenantFile } from '../../support/tenants.ts';

const TOKEN = sha256('a-token');
const FEDERATION = {
  clientId: 'clarus-acme',
  issuer: 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0',
  jwksUrl: 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/discovery/v2.0/keys',
  subject: '22222222-3333-4444-8555-666666666666',
  audience: 'api://33333333-4444-4555-8666-777777777777',
};

describe('the SCIM clients of a tenant file', () => {
  it('are one of the name scim where the file says no more than before', () => {
    // Act
    const { scimClients, sources } = aTenant({ scim: { sha256: [TOKEN], idOf: 'okta' } });

    // Assess
    expect(sources).toEqual(['okta', 'scim']);
    expect(scimClients).toEqual([
      {
        source: 'scim',
        path: 'scim',
        sha256: [TOKEN],
        scope: ['users', 'groups'],
        readOnly: false,
        groups: true,
        strict: false,
        adopt: 'match',
        roleResources: false,
        idOf: 'okta',
      },
    ]);
  });

  it('are sources of their own, after the one without a name and in the order of the file', () => {
    // Act
    const { scimClients, sources, profile } = aTenant({
      scim: {
        clients: { entra: { federation: FEDERATION, scope: ['users'] }, okta: { sha256: [sha256('b')] } },
        sha256: [TOKEN],
      },
      entra: anEntraFile(),
    });

    // Assess
    expect(sources).toEqual(['okta', 'scim', 'scim-entra', 'scim-okta', 'entra']);
    expect(profile).toEqual(sources);
    expect(scimClients.map(({ source, path, scope }) => [source, path, scope])).toEqual([
      ['scim', 'scim', ['users', 'groups']],
      ['scim-entra', 'scim.clients.entra', ['users']],
      ['scim-okta', 'scim.clients.okta', ['users', 'groups']],
    ]);
  });

  it('may all have a name, and then there is none without', () => {
    expect(aTenant({ scim: { clients: { okta: { sha256: [TOKEN] } } } }).sources).toEqual([
      'okta',
      'scim-okta',
    ]);
  });

  it('are none where there is no SCIM', () => {
    expect(aTenant().scimClients).toEqual([]);
  });

  it('end at the beginning of a day', () => {
    // Act
    const [client] = aTenant({ scim: { sha256: [TOKEN], expires: '2027-03-01' } }).scimClients;

    // Assess
    expect(client?.expires).toBe(Date.UTC(2027, 2, 1));
  });

  it.each<[string, NonNullable<TenantFile['scim']>, string]>([
    ['nobody who could come in', {}, 'scim: nobody could come in. Add sha256, oauth, federation or clients.'],
    [
      'settings of a client that has no credential',
      { strict: true, clients: { okta: { sha256: [TOKEN] } } },
      'scim.strict: belongs to a client, and there is none without a name. Put it into the clients that it is meant for.',
    ],
    [
      'a named client without a credential',
      { sha256: [TOKEN], clients: { okta: {} } },
      'scim.clients.okta: nobody could come in. Add sha256, oauth or federation.',
    ],
    [
      'one token of two clients',
      { sha256: [TOKEN], clients: { okta: { sha256: [sha256('b'), TOKEN] } } },
      'scim.clients.okta.sha256.1: is the credential of scim too. Give each client one of its own.',
    ],
    [
      'a token of one client that is the secret of another',
      { sha256: [TOKEN], clients: { okta: { oauth: { clientId: 'x', sha256: [TOKEN] } } } },
      'scim.clients.okta.oauth.sha256.0: is the credential of scim too.',
    ],
    [
      'one client id of two clients',
      {
        oauth: { clientId: 'clarus-acme', sha256: [TOKEN] },
        clients: { entra: { federation: FEDERATION } },
      },
      'scim.clients.entra.federation.clientId: is the client id of scim too.',
    ],
    [
      'one identity of two clients',
      {
        clients: {
          one: { federation: FEDERATION },
          two: { federation: { ...FEDERATION, clientId: 'another' } },
        },
      },
      'scim.clients.two.federation.subject: is that of scim.clients.one too, with the same issuer and audience.',
    ],
    ['a name that is no name', { clients: { Okta: { sha256: [TOKEN] } } }, 'scim.clients.Okta: '],
    ['a date that there is not', { sha256: [TOKEN], expires: '2027-02-30' }, 'scim.expires: '],
    ['no scope at all', { sha256: [TOKEN], scope: [] }, 'scim.scope: '],
    [
      'keys that travel in the open',
      { federation: { ...FEDERATION, jwksUrl: 'http://keys.example/keys' } },
      'scim.federation.jwksUrl: must be an https URL',
    ],
    [
      'ids of a directory that is not there',
      { clients: { okta: { sha256: [TOKEN], idOf: 'entra' } } },
      'scim.clients.okta.idOf: this file does not connect "entra". Add entra to the file, or remove scim.clients.okta.idOf.',
    ],
    [
      'a role of a client twice',
      { clients: { okta: { sha256: [TOKEN], roles: { allowed: [3, 3] } } } },
      'scim.clients.okta.roles.allowed.1: the same as scim.clients.okta.roles.allowed.0.',
    ],
  ])('are refused: %s', async (_name, scim, told) => {
    // Act
    const failure = await failureOf(() => aTenant({ scim, okta: anOktaFile() }));

    // Assess
    expect(failure).toMatchObject({ code: 'tenant_invalid', retryable: false });
    expect(failure.message).toContain(`  ${told}`);
  });
});
