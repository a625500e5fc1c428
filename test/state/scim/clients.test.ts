import { expect, it } from 'vitest';
import { NOW } from '../../support/changes.ts';
import { describeStores } from '../driver.ts';

const REFUSAL = { at: NOW, requestId: 'r-1', op: 'users.patch', status: 400, why: 'invalidValue' };

describeStores("the use of a tenant's SCIM client", (stores) => {
  it('is what was noted last, of each client for itself', async () => {
    const { clients } = stores();
    await clients.note('acme', 'scim-okta', { lastUsedAt: NOW, lastRefusal: REFUSAL });
    await clients.note('acme', 'scim-okta', { lastUsedAt: NOW + 1 });
    await clients.note('acme', 'scim-entra', { lastUsedAt: NOW + 2 });

    expect(await clients.find('acme', 'scim-okta')).toEqual({ lastUsedAt: NOW + 1, lastRefusal: REFUSAL });
    expect(await clients.find('acme', 'scim-entra')).toEqual({ lastUsedAt: NOW + 2 });
    expect(await clients.find('other', 'scim-okta')).toBeUndefined();
  });

  it('has a refusal that nobody could word', async () => {
    const { clients } = stores();
    const { why: _, ...refusal } = REFUSAL;
    await clients.note('acme', 'scim', { lastUsedAt: NOW, lastRefusal: REFUSAL });
    await clients.note('acme', 'scim', { lastUsedAt: NOW, lastRefusal: refusal });

    expect(await clients.find('acme', 'scim')).toEqual({ lastUsedAt: NOW, lastRefusal: refusal });
  });
});
