import { describe, expect, it } from 'vitest';
import { pageOf } from '../../../functions/scim/protocol/paging.ts';
import { parametersInBody, parametersInUrl } from '../../../functions/scim/protocol/query.ts';
import { refusalOf } from '../../support/scim-types.ts';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

describe('the parameters', () => {
  it.each([
    ['', {}],
    ['filter=', {}],
    [
      'filter=title+pr&startIndex=2&count=5&cursor=',
      { filter: 'title pr', startIndex: '2', count: '5', cursor: '' },
    ],
    ['FILTER=a&StartIndex=1', { filter: 'a', startIndex: '1' }],
    [
      'attributes=userName,%20emails.value,,&excludedAttributes=',
      { attributes: ['userName', 'emails.value'] },
    ],
    ['attributes=,', { attributes: [] }],
    ['sortBy=userName&aadOptscim062020=', {}],
  ])('in the URL ?%s are read', (query, expected) => {
    // Act & assess
    expect(parametersInUrl(new URLSearchParams(query))).toEqual(expected);
  });

  it.each([
    [{}, {}],
    [{ filter: '', cursor: '' }, { cursor: '' }],
    [{ filter: null, attributes: null, count: null }, {}],
    [
      { filter: 'title pr', startIndex: 2, count: '5' },
      { filter: 'title pr', startIndex: '2', count: '5' },
    ],
    [
      { Count: 1, STARTINDEX: 3, FILTER: 'title pr' },
      { count: '1', startIndex: '3', filter: 'title pr' },
    ],
    [{ count: 1e22 }, { count: '10000000000000000000000' }],
    [{ count: 1.5 }, { count: '1.5' }],
    [{ attributes: ['userName', ' id '], EXCLUDEDATTRIBUTES: [] }, { attributes: ['userName', 'id'] }],
    [{ sortBy: { toString: 1 }, constructor: 1 }, {}],
  ])('in a body %j are read', (body, expected) => {
    // Act & assess
    expect(parametersInBody({ schemas: [SEARCH], ...body })).toEqual(expected);
    expect(parametersInBody({ SCHEMAS: ['x', SEARCH.toUpperCase()], ...body })).toEqual(expected);
  });

  it.each([
    [null, 'invalidSyntax'],
    [[], 'invalidSyntax'],
    [{}, 'invalidSyntax'],
    [{ schemas: SEARCH }, 'invalidSyntax'],
    [{ schemas: [{ toString: 1 }] }, 'invalidSyntax'],
    [{ schemas: [SEARCH], filter: {} }, 'invalidValue'],
    [{ schemas: [SEARCH], count: true }, 'invalidValue'],
    [{ schemas: [SEARCH], attributes: 'userName' }, 'invalidValue'],
    [{ schemas: [SEARCH], attributes: [{ toString: 1 }] }, 'invalidValue'],
    [{ schemas: [SEARCH], excludedAttributes: [[['id']]] }, 'invalidValue'],
  ])('in a body %j are refused as %s', (body, scimType) => {
    // Act & assess
    expect(refusalOf(() => parametersInBody(body))).toMatchObject({ status: 400, scimType });
  });
});

describe('a page', () => {
  const digits = '9'.repeat(400);

  it.each([
    [{}, { kind: 'index', startIndex: 1, count: 100 }],
    [
      { startIndex: '', count: '' },
      { kind: 'index', startIndex: 1, count: 100 },
    ],
    [
      { startIndex: '3', count: '2' },
      { kind: 'index', startIndex: 3, count: 2 },
    ],
    [
      { startIndex: '-5', count: '-1' },
      { kind: 'index', startIndex: 1, count: 0 },
    ],
    [
      { startIndex: '0', count: '0' },
      { kind: 'index', startIndex: 1, count: 0 },
    ],
    [
      { startIndex: '9999999999999999', count: '9999999999999999' },
      { kind: 'index', startIndex: 9007199254740991, count: 200 },
    ],
    [
      { startIndex: digits, count: digits },
      { kind: 'index', startIndex: 9007199254740991, count: 200 },
    ],
    [
      { startIndex: `-${digits}`, count: `-${digits}` },
      { kind: 'index', startIndex: 1, count: 0 },
    ],
    [
      { cursor: '', count: '5' },
      { kind: 'cursor', cursor: '', count: 5 },
    ],
    [
      { cursor: 'x', startIndex: 'ignored' },
      { kind: 'cursor', cursor: 'x', count: 100 },
    ],
  ])('of %j', (parameters, expected) => {
    // Act & assess
    expect(pageOf(parameters)).toEqual(expected);
  });

  it.each([
    [{ startIndex: 'x' }, 'invalidValue'],
    [{ count: '1e3' }, 'invalidValue'],
    [{ count: '1.5' }, 'invalidValue'],
    [{ count: ' 5' }, 'invalidValue'],
    [{ count: 'x', cursor: '' }, 'invalidCount'],
  ])('of %j is refused as %s', (parameters, scimType) => {
    // Act & assess
    expect(refusalOf(() => pageOf(parameters))).toMatchObject({ status: 400, scimType });
  });
});
