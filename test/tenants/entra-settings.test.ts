import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure.ts';
import { DIRECTORY } from '../support/graph-notifications.ts';
import { anEntraFile, aTenant } from '../support/tenants.ts';

describe('what a tenant file says of Entra', () => {
  it('has the public cloud for default, and ids in lower case', () => {
    expect(aTenant({ entra: anEntraFile({ directoryId: DIRECTORY.toUpperCase() }) }).entra).toMatchObject({
      directoryId: DIRECTORY,
      graphUrl: 'https://graph.microsoft.com',
      loginUrl: 'https://login.microsoftonline.com',
    });
  });

  it.each([
    [
      'a directory that is no GUID',
      { directoryId: 'acme.onmicrosoft.com' },
      'entra.directoryId: must be a GUID',
    ],
    [
      'a clientState in place of its hash',
      { clientState: { sha256: ['hunter2'] } },
      'entra.clientState.sha256.0',
    ],
    ['no hash', { clientState: { sha256: [] } }, 'entra.clientState.sha256'],
    ['plain http', { graphUrl: 'http://graph.example' }, 'entra.graphUrl: must be an https URL'],
    ['the client secret', Object({ clientSecret: 'hunter2' }), 'entra.clientSecret: unknown key'],
  ])('is refused with %s', async (_, but, told) => {
    const failure = await failureOf(() => aTenant({ entra: anEntraFile(but) }));

    expect(failure).toMatchObject({ code: 'tenant_invalid' });
    expect(failure.message).toContain(told);
    expect(failure.message).not.toContain('hunter2');
  });

  it.each([{ users: -1 }, { percent: 101 }, { users: 5001 }])(
    'the brake is refused with %j',
    async (brake) => {
      expect(await failureOf(() => aTenant({ brake }))).toMatchObject({ code: 'tenant_invalid' });
    },
  );
});
