import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_TOKEN } from '../support/scim-bench.ts';
import { type Acme, anAcme, SEARCH } from './scim-acme.ts';

let bench: Acme;

beforeAll(async () => {
  bench = await anAcme();
});
afterAll(() => bench.stop());

describe('a list', () => {
  it.each([
    ['', { startIndex: 1, itemsPerPage: 100 }],
    ['startIndex=1&count=2', { startIndex: 1, itemsPerPage: 2 }],
    ['startIndex=0&count=1', { startIndex: 1, itemsPerPage: 1 }],
    ['startIndex=-5&count=1', { startIndex: 1, itemsPerPage: 1 }],
    ['count=0', { itemsPerPage: 0, Resources: [] }],
    ['count=-1', { itemsPerPage: 0, Resources: [] }],
    ['count=999999', { itemsPerPage: 200 }],
    ['startIndex=99999', { startIndex: 99999, itemsPerPage: 0, Resources: [] }],
    ['aadOptscim062020&count=1&unknown=x', { itemsPerPage: 1 }],
    ['STARTINDEX=3&COUNT=1', { startIndex: 3, itemsPerPage: 1 }],
  ])('with %s', async (query, expected) => {
    // Act
    const { status, body } = await bench.call('GET', `/Users?${query}`);

    // Assess
    expect(status).toBe(200);
    expect(body).toMatchObject(expected);
    expect(body.totalResults).toBeGreaterThanOrEqual(230);
    expect(body.Resources).toHaveLength(body.itemsPerPage);
  });

  it.each([
    ['startIndex=x', 'invalidValue'],
    ['count=1.5', 'invalidValue'],
    ['cursor=&count=x', 'invalidCount'],
    ['cursor=forged', 'invalidCursor'],
    ['cursor=e30.AAAA', 'invalidCursor'],
    ['filter=userName+eq', 'invalidFilter'],
    ['attributes=userName&excludedAttributes=name', 'invalidValue'],
    [`attributes=${'a,'.repeat(300)}`, 'invalidValue'],
  ])('with %s is refused', async (query, scimType) => {
    // Act & assess
    expect(await bench.call('GET', `/Users?${query}`)).toMatchObject({ status: 400, body: { scimType } });
  });

  it.each([
    ['by index', (page: number) => `startIndex=${page * 90 + 1}&count=90`],
    ['by index of a filter', (page: number) => `startIndex=${page * 90 + 1}&count=90&filter=active+pr`],
  ])('%s shows every user once, in the same order', async (_name, query) => {
    // Act
    const pages = await Promise.all([0, 1, 2, 3].map((page) => bench.call('GET', `/Users?${query(page)}`)));

    // Assess
    const ids = pages.flatMap(({ body }) => body.Resources.map((it: { id: string }) => Number(it.id)));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(pages[0]?.body.totalResults);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  it.each(['', '&filter=userName+sw+%22p%22'])(
    'by cursor%s walks to the end, each cursor for its own query and caller alone',
    async (filter) => {
      // Act
      const ids: string[] = [];
      let cursor = '';
      for (let page = 0; page < 10; page++) {
        const { body } = await bench.call('GET', `/Users?count=60&cursor=${cursor}${filter}`);
        ids.push(...body.Resources.map((it: { id: string }) => it.id));
        if (body.nextCursor === undefined) break;
        cursor = body.nextCursor;
        expect(cursor).toMatch(/^[\w.~-]+$/);
      }

      // Assess
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThanOrEqual(230);
      const otherQuery = await bench.call('GET', `/Users?cursor=${cursor}&filter=title+pr`);
      const otherTenant = await bench.call('GET', `/Users?cursor=${cursor}${filter}`, undefined, {
        tenant: 'other',
        token: OTHER_TOKEN,
      });
      expect([otherQuery.body.scimType, otherTenant.body.scimType]).toEqual([
        'invalidCursor',
        'invalidCursor',
      ]);
    },
  );

  it('by .search is the same as by URL, and at the root has groups too', async () => {
    // Prepare
    const user = await bench.created();
    const search = {
      schemas: [SEARCH],
      filter: `userName eq "${user.userName}"`,
      startIndex: 1,
      count: 10,
      attributes: ['userName'],
    };

    // Act
    const [users, root, groups, all, wrong, typed, list] = await Promise.all([
      bench.call('POST', '/Users/.search', search),
      bench.call('POST', '/.search', search),
      bench.call('POST', '/.search', { schemas: [SEARCH], filter: 'displayName eq "picker"' }),
      bench.call('POST', '/.search', {
        schemas: [SEARCH],
        excludedAttributes: ['members'],
        startIndex: null,
        count: 3,
        attributes: [],
      }),
      bench.call('POST', '/.search', { filter: 'title pr' }),
      bench.call('POST', '/.search', { schemas: [SEARCH], filter: {} }),
      bench.call('POST', '/.search', { schemas: [SEARCH], attributes: 'x' }),
    ]);

    // Assess
    expect(users.body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: user.id, userName: user.userName }],
    });
    expect(Object.keys(users.body.Resources[0]).sort()).toEqual(['id', 'schemas', 'userName']);
    expect(root.body).toEqual(users.body);
    expect(groups.body).toMatchObject({ totalResults: 1, Resources: [{ id: '3', displayName: 'Picker' }] });
    expect(all.body).toMatchObject({ itemsPerPage: 3 });
    expect([wrong, typed, list].map(({ body }) => body.scimType)).toEqual([
      'invalidSyntax',
      'invalidValue',
      'invalidValue',
    ]);
  });

  it.each([
    ['userName+eq+%22{email}%22', 1],
    ['userName%20eq%20%22{email}%22', 1],
    ['externalId eq "{externalId}"', 1],
    ['externalId eq "{externalId}" and active eq true', 1],
    ['externalId eq "{externalId}" and active eq false', 0],
    ['userName eq "{email}" or externalId eq "{externalId}"', 1],
    ['id eq "{id}"', 1],
    ['userName eq "{email}x"', 0],
    ['userName eq "5e2c0d1a-1111-4222-8333-944455556666"', 0],
    ['emails[type eq "work"].value eq "{email}"', 1],
    ['emails[type eq "home"].value eq "{email}"', 0],
    ['not (userName ne "{email}")', 1],
    ['name.familyName eq "nobody at all"', 0],
  ])('filtered by %s', async (template, expected) => {
    // Prepare
    const user = await bench.created();
    const filter = template
      .replaceAll('{email}', user.userName)
      .replaceAll('{externalId}', user.externalId)
      .replaceAll('{id}', user.id);

    // Act
    const { status, body } = await bench.call('GET', `/Users?filter=${filter}`);

    // Assess
    expect([status, body.totalResults]).toEqual([200, expected]);
  });
});
