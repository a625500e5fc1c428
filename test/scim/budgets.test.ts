import { describe, expect, it } from 'vitest';
import { aMemoryScim, type MemoryScim } from '../support/memory-scim.ts';

/** What one request may ask for, however its parts multiply. */

const each = <Of>(count: number, of: (i: number) => Of): Of[] =>
  Array.from({ length: count }, (_, i) => of(i));
const users = (filter: string) => `/Users?filter=${encodeURIComponent(filter)}`;

/** So many users with as much in them as there may be. */
async function heavy(count: number): Promise<MemoryScim> {
  const scim = aMemoryScim({ defaultRole: 4 });
  for (const i of each(count, (it) => it)) {
    const ims = each(1000, (n) => ({ value: `${'ıẞ'.repeat(16)}${n}` }));
    const { status } = await scim.call('POST', '/Users', { userName: `heavy${i}@acme.example`, ims });
    expect(status).toBe(201);
  }
  return scim;
}

/** What was asked for users. That a client was here is noted once an hour, whatever it wants. */
function asked(scim: MemoryScim): Record<string, number> {
  const { 'clients.note': _, ...calls } = scim.calls();
  return calls;
}

describe('a filter', () => {
  const hundredTerms = users(each(100, () => 'ims.value co "zz"').join(' or '));

  it('of a hundred terms is held against what one user may hold', async () => {
    // Prepare
    const scim = await heavy(1);

    // Act & assess
    expect(await scim.call('GET', hundredTerms)).toMatchObject({ status: 200, body: { totalResults: 0 } });
  });

  it('is refused when terms times values are too many, and the next request is none the worse', async () => {
    // Prepare
    const scim = await heavy(3);

    // Act
    const refused = await scim.call('GET', hundredTerms);
    const next = await scim.call('GET', users('ims.value co "zz"'));

    // Assess
    expect(refused).toMatchObject({ status: 400, body: { scimType: 'tooMany' } });
    expect(next).toMatchObject({ status: 200, body: { totalResults: 0 } });
  });

  it.each([
    ['userName', 'names.find'],
    ['emails.value', 'pointers.having'],
    ['externalId', 'pointers.having'],
  ])('looks for ten values of %s, each once however often it is named', async (attribute, port) => {
    // Prepare
    const scim = aMemoryScim();
    const terms = each(50, (i) => `${attribute} eq "p${i % 10}"`);

    // Act
    const { status } = await scim.call('GET', users(terms.join(' or ')));

    // Assess
    expect(status).toBe(200);
    expect(asked(scim)).toEqual({ [port]: 10, 'records.loadMany': 10 });
  });

  const eleven = each(11, (i) => `userName eq "p${i}@acme.example"`).join(' or ');
  const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: eleven };

  it.each([
    ['in the URL', 'GET', users(eleven), undefined],
    ['in a search', 'POST', '/Users/.search', search],
    ['in a search of everything', 'POST', '/.search', search],
  ])('%s that looks for more is refused before anybody is asked', async (_name, method, path, body) => {
    // Prepare
    const scim = aMemoryScim();

    // Act
    const answer = await scim.call(method, path, body);

    // Assess
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'tooMany' } });
    expect(asked(scim)).toEqual({});
  });
});

it('a PATCH that would compare too much is refused, and takes access away all the same', async () => {
  // Prepare
  const scim = await heavy(1);
  const path = `ims[${Array(100).fill('value co "zz"').join(' or ')}]`;
  const Operations = [
    { op: 'replace', path: 'active', value: false },
    ...each(9, () => ({ op: 'remove', path })),
  ];

  // Act
  const answer = await scim.call('PATCH', '/Users/42', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations,
  });

  // Assess
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'tooMany' } });
  expect(scim.clarus.users.get('42')).toMatchObject({ is_active: false });
});
