import { describe, expect, it } from 'vitest';
import { aMemoryScim, type MemoryScim } from '../support/memory-scim.ts';
import { seeded } from '../support/random.ts';
import { operations, SCIM_TOKEN } from '../support/scim-bench.ts';
import { judge } from './judge.ts';
import { anEvent } from './requests.ts';

/** The dearest requests that the limits let through: what one caller can cost the others. */

const each = <Of>(count: number, of: (i: number) => Of): Of[] =>
  Array.from({ length: count }, (_, i) => of(i));

/** The text that is dearest to fold. */
const dear = (i: number) => `${'ıẞ'.repeat(16)}${i}`;
const manyTerms = (value: string) => each(100, () => `${value} co "zz"`).join(' or ');

const ims = each(1000, (i) => ({ value: dear(i) }));
const addresses = each(1000, (i) => ({
  streetAddress: 'ı'.repeat(10) + i,
  locality: 'ẞ'.repeat(10),
  type: 'work',
}));
const emails = each(900, (i) => ({ value: `${dear(i)}@acme.example` }));

/** One user with as much as there may be of everything, and two with long and with many plain texts. */
async function heavy(): Promise<MemoryScim> {
  const scim = aMemoryScim({ defaultRole: 4 });
  const lists = [
    ims,
    each(11, (i) => ({ value: `${i}${'a'.repeat(8000)}` })),
    each(900, (i) => ({ value: `${'a'.repeat(58)}${i}` })),
  ];
  for (const [i, values] of lists.entries()) {
    const { status } = await scim.call('POST', '/Users', { userName: `heavy${i}@acme.example`, ims: values });
    expect(status).toBe(201);
  }
  return scim;
}

const search = (filter: string) => `filter=${encodeURIComponent(filter)}`;

describe('is no more than a quarter of a second of CPU:', () => {
  it.each<[string, string, string, string, unknown]>([
    [
      'operations of a hundred terms each',
      'PATCH',
      '/Users/42',
      '',
      operations(...each(10, () => ({ op: 'remove', path: `ims[${manyTerms('value')}]` }))),
    ],
    [
      'a thousand removals beside the path',
      'PATCH',
      '/Users/42',
      '',
      operations(...each(1000, (i) => ({ op: 'remove', path: 'ims', value: [{ value: `q${i}` }] }))),
    ],
    [
      'a thousand removals by filter',
      'PATCH',
      '/Users/42',
      '',
      operations(...each(1000, (i) => ({ op: 'remove', path: `ims[value eq "${dear(i)}"]` }))),
    ],
    [
      'removals and additions by turns',
      'PATCH',
      '/Users/42',
      '',
      operations(
        ...each(1000, (i) => ({
          op: i % 2 === 0 ? 'remove' : 'add',
          path: 'ims',
          value: [{ value: dear(i >> 1) }],
        })),
      ),
    ],
    [
      'a part of each value, a thousand times',
      'PATCH',
      '/Users/42',
      '',
      operations(...each(1000, () => ({ op: 'replace', path: 'ims.display', value: 'x' }))),
    ],
    [
      'a thousand additions of addresses',
      'PATCH',
      '/Users/42',
      '',
      operations(...each(1000, (i) => ({ op: 'add', path: 'addresses', value: [addresses[i]] }))),
    ],
    ['a thousand addresses', 'PUT', '/Users/42', '', { userName: 'heavy0@acme.example', addresses }],
    ['nine hundred e-mails', 'PUT', '/Users/42', '', { userName: 'heavy0@acme.example', emails }],
    [
      'a filter of a hundred terms over three such users',
      'GET',
      '/Users',
      search(manyTerms('ims.value')),
      undefined,
    ],
    ['a filter of one term over them', 'GET', '/Users', search('ims.value co "zz"'), undefined],
    [
      'as many attributes as may be named',
      'POST',
      '/Users/.search',
      '',
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        attributes: each(200, () => 'ims.value'),
      },
    ],
    ['400 KB of brackets', 'POST', '/Users', '', '['.repeat(399_000)],
    ['400 KB of members', 'POST', '/Users', '', `{${'"a":1,'.repeat(49_000)}"b":1}`],
    ['400 KB of operations', 'PATCH', '/Users/42', '', `{"Operations":[${'{},'.repeat(130_000)}{}]}`],
  ])('%s', async (_name, method, path, query, body) => {
    // Prepare
    const scim = await heavy();
    const event = {
      ...anEvent(seeded(1), {
        method,
        pathParameters: { proxy: `acme/v2${path}` },
        query,
        headers: { authorization: `Bearer ${SCIM_TOKEN}`, 'content-type': 'application/scim+json' },
      }),
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };

    // Act
    const faults = await judge({ input: event, run: () => scim.send(event) });

    // Assess
    expect(faults).toEqual([]);
  });
});
