import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceFrom } from '../../functions/scim/change/body.ts';
import { PATCH_OP, patchOperations } from '../../functions/scim/change/operations.ts';
import { patch } from '../../functions/scim/change/patch.ts';
import { pageOf } from '../../functions/scim/protocol/paging.ts';
import { parametersInBody, parametersInUrl } from '../../functions/scim/protocol/query.ts';
import { LENIENT, STRICT } from '../../functions/scim/schema/leniencies.ts';
import { projection } from '../../functions/scim/schema/projection.ts';
import { checkResource } from '../../functions/scim/schema/resource.ts';
import { LEA } from '../support/scim-patch.ts';
import { ENTERPRISE, GROUP, USER } from '../support/scim-types.ts';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** Names that mean something to JavaScript or to SCIM. */
const NAMES = [
  ...['toString', 'valueOf', '__proto__', 'constructor', 'hasOwnProperty', 'toJSON', 'length'],
  ...['value', 'type', 'primary', 'display', '$ref', 'Value'],
  ...['userName', 'active', 'emails', 'addresses', 'name', 'members', 'displayName', 'id', 'meta', 'groups'],
  ...['x509Certificates', ENTERPRISE, `${ENTERPRISE}:manager`, 'name.givenName', 'emails.value'],
  ...['emails[type eq "work"].value', 'emails[', 'roles[primary eq "True"].value', 'members[value eq "7"]'],
  ...['filter', 'startIndex', 'count', 'cursor', 'attributes', 'excludedAttributes', 'schemas', 'Operations'],
];

/** JSON as a client's parser would have it, of any shape and depth. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 'True', '', 'work', 'add', 0, -1, 1e22, '\ud800'),
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
    tie('deep'),
  ),
  object: fc
    .array(fc.tuple(fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom(...NAMES)), tie('value')), {
      maxLength: 5,
    })
    .map((entries) => entries.reduce(withMember, {})),
  deep: fc.tuple(fc.constantFrom(2, 10, 20_000), tie('value')).map(([levels, value]) => {
    let nested = value;
    for (let level = 0; level < levels; level++) nested = [nested];
    return nested;
  }),
}));

/** A member of its own, as JSON.parse makes it, also of the name `__proto__`. */
function withMember(object: object, [name, value]: [string, unknown]): object {
  return Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

const operation = fc.record(
  {
    op: fc.oneof({ arbitrary: fc.constantFrom('add', 'Replace', 'remove'), weight: 5 }, json.value),
    path: fc.oneof({ arbitrary: fc.constantFrom(undefined, null, ...NAMES), weight: 5 }, json.value),
    value: json.value,
  },
  { requiredKeys: ['op'] },
);

/** Runs it and expects a result, or a refusal that is the client's to read. */
function answered(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    expect(error).toMatchObject({ name: 'ScimError' });
    expect([400, 413]).toContain(Object(error).status);
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
}

describe('whatever JSON a client sends, it is answered', () => {
  const types = fc.constantFrom(USER, GROUP);
  const leniencies = fc.constantFrom(LENIENT, STRICT);

  it('as a PATCH', () => {
    const operations = fc.array(fc.oneof({ arbitrary: operation, weight: 9 }, json.value), { maxLength: 4 });
    const body = fc.oneof(
      { arbitrary: operations.map((Operations) => ({ schemas: [PATCH_OP], Operations })), weight: 9 },
      fc.tuple(json.value, json.value).map(([schemas, Operations]) => ({ schemas, Operations })),
      json.value,
    );
    fc.assert(
      fc.property(types, body, leniencies, (type, sent, lenient) => {
        answered(() => {
          const { resource } = patch(type, LEA, patchOperations(sent), lenient);
          checkResource(type, resource);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('as a resource', () => {
    const body = fc.oneof({ arbitrary: json.object, weight: 9 }, json.value);
    fc.assert(
      fc.property(types, body, leniencies, (type, sent, lenient) => {
        answered(() => checkResource(type, resourceFrom(type, sent, LEA, lenient).resource));
      }),
      { numRuns: 500 },
    );
  });

  it('as a search', () => {
    const body = fc.oneof(
      { arbitrary: json.object.map((sent) => ({ ...Object(sent), schemas: [SEARCH] })), weight: 9 },
      json.value,
    );
    fc.assert(
      fc.property(body, (sent) => {
        answered(() => {
          const parameters = parametersInBody(sent);
          pageOf(parameters);
          projection([USER, GROUP], parameters.attributes, parameters.excludedAttributes);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('as a query', () => {
    const text = fc.oneof(fc.constantFrom(...NAMES, ...NAMES.map((name) => name.toUpperCase())), fc.string());
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (query) => {
        answered(() => {
          const parameters = parametersInUrl(new URLSearchParams(query));
          pageOf(parameters);
          projection([USER, GROUP], parameters.attributes, parameters.excludedAttributes);
        });
      }),
    );
  });

  it.each([
    [
      'an operation of an object',
      { schemas: [PATCH_OP], Operations: [{ op: { toString: 1 }, path: 'title' }] },
    ],
    ['a schema that is an object', { schemas: [{ toString: 1 }], Operations: [] }],
  ])('with %s', (_name, body) => {
    // Act & assess
    answered(() => patchOperations(body));
    expect(() => patchOperations(body)).toThrow();
  });

  it('nested deeper than the stack', () => {
    // Prepare
    let deep: unknown = 'x';
    for (let level = 0; level < 100_000; level++) deep = [deep];

    // Act & assess
    for (const name of ['title', 'active', 'name', 'emails', 'addresses', ENTERPRISE, 'name.givenName']) {
      answered(() => resourceFrom(USER, { [name]: deep }, {}, LENIENT));
      for (const op of ['add', 'replace', 'remove'] as const) {
        answered(() => patch(USER, LEA, [{ op, path: name, value: deep }], LENIENT));
        answered(() => patch(USER, LEA, [{ op, path: name, value: [{ value: deep }] }], LENIENT));
      }
    }
  });
});
