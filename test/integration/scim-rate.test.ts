import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OTHER_TOKEN } from '../support/scim-bench.ts';
import { type Acme, anAcme } from './scim-acme.ts';

let acme: Acme;

beforeAll(async () => {
  // Of so many instances each gives a tenant one request in ten seconds.
  vi.stubEnv('INSTANCES', '5000');
  acme = await anAcme();
});
afterAll(() => acme.stop());

it('a tenant that floods SCIM is a 429 with the seconds to wait, and another tenant is served', async () => {
  // Act
  const replies = [];
  for (let times = 0; times < 5; times++) replies.push(await acme.call('GET', '/Schemas'));
  const other = await acme.call('GET', '/Schemas', undefined, { tenant: 'other', token: OTHER_TOKEN });

  // Assess
  const refused = replies.filter(({ status }) => status === 429);
  expect(replies[0]?.status).toBe(200);
  expect(refused.length).toBeGreaterThan(0);
  for (const { headers, body } of refused) {
    expect(headers.get('retry-after')).toMatch(/^([1-9]|10)$/);
    expect(body).toMatchObject({ status: '429', schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'] });
  }
  expect(other.status).toBe(200);
});
