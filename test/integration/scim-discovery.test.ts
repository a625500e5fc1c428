import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folded } from '../../functions/identity/folded.ts';
import { aPerson, operations } from '../support/scim-bench.ts';
import { type Acme, anAcme, CLARUS, ENTERPRISE } from './scim-acme.ts';

let bench: Acme;

beforeAll(async () => {
  bench = await anAcme();
});
afterAll(() => bench.stop());

describe('discovery', () => {
  it('says what is so, also to somebody without a credential', async () => {
    // Act
    const { status, body } = await bench.call('GET', '/ServiceProviderConfig', undefined, { token: null });

    // Assess
    expect(status).toBe(200);
    expect(body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: expect.any(Number) },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: true },
      pagination: { cursor: true, index: true, maxPageSize: 200 },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    });
  });

  it('lists types and schemas, each to be had by itself', async () => {
    // Act
    const [types, schemas] = await Promise.all([
      bench.call('GET', '/ResourceTypes'),
      bench.call('GET', '/Schemas?startIndex=5'),
    ]);

    // Assess
    expect(types.body.Resources.map((it: { id: string }) => it.id)).toEqual(['User', 'Group']);
    const ids = schemas.body.Resources.map((it: { id: string }) => it.id);
    expect(ids).toHaveLength(8);
    for (const resource of [...types.body.Resources, ...schemas.body.Resources]) {
      const path = String(resource.meta.location).split('/v2')[1] ?? '';
      expect((await bench.call('GET', path)).body).toEqual(resource);
      if (resource.schema !== undefined) expect(ids).toContain(resource.schema);
    }
  });

  it('advertises no free text that the mapping makes of something else', async () => {
    // Act
    const { body } = await bench.call('GET', `/Schemas/${CLARUS.toUpperCase()}`);

    // Assess
    expect(body.attributes.map((it: { name: string }) => it.name)).toEqual([
      'string2',
      'string3',
      'string4',
      'string5',
    ]);
  });

  it('advertises what round-trips: every attribute that can be written comes back as it was', async () => {
    // Prepare
    const { body } = await bench.call('GET', '/Schemas');
    const [core, ...others] = body.Resources;
    const user = await bench.created();
    const writable = [core, ...others.filter((it: { id: string }) => it.id.includes('extension'))].flatMap(
      (schema) =>
        schema.attributes
          .filter((it: { name: string; mutability: string }) => it.mutability === 'readWrite')
          .map((attribute: AttributeShown) => ({ attribute, path: `${schema.id}:${attribute.name}` })),
    );

    for (const { attribute, path } of writable) {
      // Act
      const value = attribute.name === 'userName' ? `${user.id}@other.example` : valueFor(attribute);
      const { status, body: written } = await bench.call(
        'PATCH',
        `/Users/${user.id}`,
        operations({ op: 'replace', path, value }),
      );

      // Assess
      expect({ path, status, detail: written.detail }).toEqual({ path, status: 200, detail: undefined });
      const shown = path.includes('extension')
        ? written[path.slice(0, path.lastIndexOf(':'))][attribute.name]
        : written[attribute.name];
      expect({ path, shown }).toEqual({ path, shown: value });
      expect((await bench.call('GET', `/Users/${user.id}`)).body).toEqual(written);
    }
    expect(writable.length).toBeGreaterThan(25);
  });
});

describe('a user of random values', () => {
  it('comes back as it was written, from POST, PUT and PATCH', async () => {
    // Prepare
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 15 })
      .filter((it) => it.isWellFormed() && it.trim() !== '');
    const simple = ['nickName', 'title', 'userType', 'locale', 'displayName', 'externalId', 'profileUrl'];
    const values = fc.record({
      ...Object.fromEntries(simple.map((name) => [name, word])),
      active: fc.boolean(),
      name: fc.record({ givenName: word, familyName: word, formatted: word, honorificPrefix: word }),
      timezone: fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
      preferredLanguage: fc.constantFrom('de', 'en-GB', 'pt-BR'),
      phoneNumbers: fc.uniqueArray(fc.record({ value: word, type: word, display: word }), {
        minLength: 1,
        maxLength: 3,
        selector: ({ value, type }) => folded(`${value} ${type}`),
      }),
      [ENTERPRISE]: fc.record({ department: word, costCenter: word, manager: fc.record({ value: word }) }),
      [CLARUS]: fc.record({ string2: word, string5: word }),
    });

    await fc.assert(
      fc.asyncProperty(values, values, values, async (first, second, third) => {
        // Act
        const { userName, emails } = aPerson();
        const made = await bench.call('POST', '/Users', { userName, emails, ...first });
        const path = `/Users/${made.body.id}`;
        const put = await bench.call('PUT', path, { userName, emails, ...second });
        const patched = await bench.call('PATCH', path, operations({ op: 'replace', value: third }));

        // Assess
        expect([made.status, put.status, patched.status]).toEqual([201, 200, 200]);
        expect(made.body).toMatchObject({ userName, emails, ...first });
        expect(put.body).toMatchObject({ userName, emails, ...second });
        expect(patched.body).toMatchObject({ userName, emails, ...third });
        expect((await bench.call('GET', path)).body).toEqual(patched.body);
        expect(bench.clarusUser(made.body.id)).toMatchObject({
          name: Object(third).displayName,
          is_active: third.active,
          string5: third[CLARUS]?.string5,
        });
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});

interface AttributeShown {
  name: string;
  type: string;
  multiValued: boolean;
  mutability: string;
  canonicalValues?: string[];
  subAttributes?: AttributeShown[];
}

function valueFor({ type, multiValued, canonicalValues, subAttributes = [], name }: AttributeShown): unknown {
  const parts = subAttributes.filter((it) => it.mutability !== 'readOnly');
  const one =
    type === 'complex'
      ? Object.fromEntries(
          parts.map((part) => [
            part.name,
            name === 'emails' && part.name === 'value' ? 'a@b.example' : valueFor(part),
          ]),
        )
      : type === 'boolean'
        ? true
        : type === 'binary'
          ? 'TUlJ'
          : (canonicalValues?.[0] ?? `some ${name}`);
  return multiValued ? [one] : one;
}
