import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { parseWebhookTenant } from '../../functions/tenants/webhook-tenant.ts';
import { failureOf } from '../support/failure.ts';
import { anOktaFile, aTenant, aTenantFile } from '../support/tenants.ts';

describe('the part of a tenant file that receiving takes', () => {
  it('means what it means in the whole file', () => {
    const { tenant, okta } = aTenant({ okta: anOktaFile({ apps: ['0oaCLARUS'], locks: true }) });

    expect(
      parseWebhookTenant(
        aTenantFile({ okta: anOktaFile({ apps: ['0oaCLARUS'], locks: true }) }),
        'acme.json',
      ),
    ).toEqual({ tenant, okta });
  });

  it('may be the name alone', () => {
    expect(parseWebhookTenant({ tenant: 'acme', clarus: {} }, 'acme.json')).toEqual({ tenant: 'acme' });
  });

  it.each<[string, unknown, string]>([
    ['no tenant', { clarus: {} }, 'tenant: '],
    ['a name with a slash', { tenant: 'a/b' }, 'tenant: must be lower-case letters'],
    ['null for Okta', { tenant: 'acme', okta: null }, 'okta: '],
    [
      'a word that is not known',
      { tenant: 'acme', okta: { ...anOktaFile(), lock: true } },
      'okta.lock: unknown key. Known here: orgUrl, eventHook, apps, groups, locks',
    ],
    [
      'a credential in place of its hash',
      { tenant: 'acme', okta: anOktaFile({ eventHook: { sha256: ['hunter2'] } }) },
      'okta.eventHook.sha256.0: must be a SHA-256 hash',
    ],
  ])('is refused with the place of the mistake: %s', async (_, content, told) => {
    const failure = await failureOf(() => parseWebhookTenant(content, 'acme.json'));

    expect(failure).toMatchObject({ code: 'tenant_invalid', retryable: false });
    expect(failure.message).toContain(`  ${told}`);
    expect(failure.message).not.toContain('hunter2');
  });

  it('is read or refused with a typed error, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (whole, okta) => {
        for (const content of [whole, aTenantFile(Object({ okta }))]) {
          try {
            expect(parseWebhookTenant(content, 'acme.json')).toHaveProperty('tenant');
          } catch (error) {
            expect(error).toBeInstanceOf(BridgeError);
          }
        }
      }),
    );
  });
});
