import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aPerson,
  aScimBench,
  OTHER_TOKEN,
  operations,
  SCIM_SETTINGS,
  type ScimBench,
} from '../support/scim-bench.ts';
import { ENTERPRISE } from './scim-acme.ts';

/** What public suites and foreign clients send, as they showed it on the first edition (D2 to D12). */
let bench: ScimBench;

beforeAll(async () => {
  bench = await aScimBench({
    mapping: { role_id: { expression: 'roles.value', table: { Supervisor: 2, Picker: 3 } } },
  });
});
afterAll(() => bench.stop());

async function created(but: Record<string, unknown> = {}) {
  const { status, body } = await bench.call('POST', '/Users', aPerson(but));
  expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined });
  bench.forget();
  return body;
}

function inStrict(method: string, path: string, body: unknown) {
  return bench.call(method, path, body, { tenant: 'other', token: OTHER_TOKEN });
}

describe('a number where a text belongs (D5)', () => {
  it('is read as the text', async () => {
    // Act
    const made = await created({ externalId: 12345, [ENTERPRISE]: { employeeNumber: 701984 } });
    const { body } = await bench.call(
      'PATCH',
      `/Users/${made.id}`,
      operations({ op: 'replace', path: 'addresses', value: [{ type: 'work', postalCode: 91608 }] }),
    );

    // Assess
    expect(body).toMatchObject({
      externalId: '12345',
      [ENTERPRISE]: { employeeNumber: '701984' },
      addresses: [{ postalCode: '91608' }],
    });
    const found = await bench.call('GET', '/Users?filter=externalId%20eq%20%2212345%22');
    expect(found.body.Resources).toMatchObject([{ id: made.id }]);
  });

  it.each([
    ['that JSON has rounded', 2 ** 60, '/Users'],
    ['where a truth belongs', true, '/Users'],
  ])('is none %s', async (_name, externalId, path) => {
    // Act
    const { status, body } = await bench.call('POST', path, aPerson({ externalId }));

    // Assess
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });

  it('is refused where the tenant is strict', async () => {
    // Act
    const { status, body } = await inStrict('POST', '/Users', aPerson({ externalId: 12345 }));

    // Assess
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });
});

describe('a body', () => {
  it.each([
    ['us-ascii', 'ascii', 'Lea', 'Lea'],
    ['US-ASCII', 'ascii', 'Lea', 'Lea'],
    ['ISO-8859-1', 'latin1', 'Lea Zoë', 'Lea Zoë'],
    ['"iso-8859-1"', 'latin1', 'Jürgen', 'Jürgen'],
    ['utf-8', 'utf8', 'Łukasz', 'Łukasz'],
  ] as const)('in %s is read (D7)', async (charset, encoding, sent, expected) => {
    // Prepare
    const person = aPerson({ displayName: sent });
    const headers = { 'content-type': `application/scim+json; charset=${charset}` };

    // Act
    const { status, body } = await bench.send(
      'POST',
      '/Users',
      Buffer.from(JSON.stringify(person), encoding),
      headers,
    );

    // Assess
    expect([status, body.displayName]).toEqual([201, expected]);
    expect(bench.clarusUser(body.id)?.name).toBe(expected);
  });

  it('in Latin-1 is refused where the gateway has read it as UTF-8', async () => {
    // Act: an HTTP API hands application/json over as text.
    const { status } = await bench.send(
      'POST',
      '/Users',
      Buffer.from(JSON.stringify(aPerson({ displayName: 'Jürgen' })), 'latin1'),
      { 'content-type': 'application/json; charset=iso-8859-1' },
    );

    // Assess
    expect(status).toBe(415);
  });
});

describe('one value', () => {
  it.each([
    ['a list of one', 'False', [{ $ref: null, value: 'False' }]],
    ['an object of its own name', false, { active: false }],
    ['nought', 'False', 0],
  ])('may be sent as %s for active (D8, D12)', async (_name, _means, value) => {
    // Prepare
    const { id } = await created();

    // Act
    const { status, body } = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'Replace', path: 'active', value }),
    );

    // Assess
    expect([status, body.active, bench.clarusUser(id)?.is_active]).toEqual([200, false, false]);
  });

  it.each([
    ['a list of one', [{ $ref: null, value: 'Lea Ver' }]],
    ['an object of its own name', { displayName: 'Lea Ver' }],
  ])('may be sent as %s for a text (D8, D12)', async (_name, value) => {
    // Prepare
    const { id } = await created();

    // Act
    const { status, body } = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'Replace', path: 'displayName', value }),
    );

    // Assess
    expect([status, body.displayName, bench.clarusUser(id)?.name]).toEqual([200, 'Lea Ver', 'Lea Ver']);
  });

  it('gives access as 1 (D12)', async () => {
    // Prepare
    const { id } = await created({ active: 0 });

    // Act
    const { status, body } = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'Replace', path: 'active', value: 1 }),
    );

    // Assess
    expect([status, body.active, bench.clarusUser(id)?.is_active]).toEqual([200, true, true]);
  });
});

describe('a value that only dresses a person (D10)', () => {
  it.each([
    ['timezone', 'Pacific Standard Time'],
    ['preferredLanguage', 'English (United States)'],
  ])('%s that cannot be mapped is left out and said, and the person is created', async (name, value) => {
    // Act
    const made = await created({ [name]: value });

    // Assess
    const clarus = name === 'timezone' ? 'timezone' : 'language';
    expect(made[name]).toBe(value);
    expect(Object(bench.clarusUser(made.id))[clarus] ?? '').toBe('');
    const [receipt] = (await bench.stack.receipts('acme')).filter((it) => it.subjectId === made.id);
    expect(receipt).toMatchObject({ outcome: 'applied', refused: [clarus] });
  });

  it('leaves what Clarus has, and keeps nothing else of the change out', async () => {
    // Prepare
    const { id } = await created({ timezone: 'Europe/London' });

    // Act
    const { status, body } = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'replace', value: { timezone: 'GMT Standard Time', displayName: 'Lea Ver' } }),
    );

    // Assess
    expect([status, body.timezone]).toEqual([200, 'GMT Standard Time']);
    expect(bench.clarusUser(id)).toMatchObject({ timezone: 'Europe/London', name: 'Lea Ver' });
  });

  it('is no role: one that the mapping does not know is refused', async () => {
    // Act
    const { status, body } = await bench.call('POST', '/Users', aPerson({ roles: ['Pirate'] }));

    // Assess
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });
});

describe('what is required', () => {
  it.each([
    ['without the userName', { active: true, title: 'X' }, 400],
    ['without active', { userName: 'strict.put@acme.example', title: 'X' }, 400],
    ['with both', { userName: 'strict.put@acme.example', active: true, title: 'X' }, 200],
  ])('may be left out of a PUT, unless the tenant is strict: %s (D9)', async (missing, body, expected) => {
    // Prepare
    const person = { userName: 'strict.put@acme.example', displayName: 'P', active: true };
    const made = await inStrict('POST', '/Users', person);
    const id =
      made.body.id ??
      (await inStrict('GET', '/Users?filter=userName%20eq%20%22strict.put@acme.example%22', undefined)).body
        .Resources[0].id;
    const lenient = await created();

    // Act
    const strict = await inStrict('PUT', `/Users/${id}`, body);
    const other = await bench.call('PUT', `/Users/${lenient.id}`, { title: 'X' });

    // Assess
    expect([strict.status, other.status, other.body.userName]).toEqual([expected, 200, lenient.userName]);
    if (expected === 400) expect(strict.body.detail).toContain(`${missing.split(' ').at(-1)} is required`);
  });

  it('is advertised: userName, active and an address (D2, D11)', async () => {
    // Act
    const { body } = await bench.call('GET', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User');
    const required = body.attributes.filter((it: { required: boolean }) => it.required);
    const emails = body.attributes.find((it: { name: string }) => it.name === 'emails');
    const value = emails.subAttributes.find((it: { name: string }) => it.name === 'value');

    // Assess
    expect(required.map((it: { name: string }) => it.name)).toEqual(['userName', 'active', 'emails']);
    expect([value.required, value.uniqueness]).toEqual([true, 'server']);
  });

  it('is no address where the userName is one', async () => {
    // Act
    const made = await created({ emails: undefined });
    const { status } = await bench.call(
      'PATCH',
      `/Users/${made.id}`,
      operations({ op: 'remove', path: 'emails' }),
    );

    // Assess
    expect([status, bench.clarusUser(made.id)?.email]).toEqual([200, made.userName]);
  });

  it('is active only as far as nobody can be without it: a creation means true', async () => {
    // Act
    const made = await created({ active: undefined });
    const { status, body } = await bench.call(
      'PATCH',
      `/Users/${made.id}`,
      operations({ op: 'remove', path: 'active' }),
    );

    // Assess
    expect([made.active, status, body.scimType]).toEqual([true, 400, 'mutability']);
    expect(bench.clarusUser(made.id)?.is_active).toBe(true);
  });
});

describe('of small things (D12)', () => {
  it('a plus that stands in a name as it is finds whom it names', async () => {
    // Prepare
    const { id, userName } = await created({ userName: 'lea+test@acme.example' });

    // Act
    const raw = await bench.call('GET', `/Users?filter=userName%20eq%20%22${userName}%22`);
    const encoded = await bench.call(
      'GET',
      `/Users?filter=userName+eq+%22${encodeURIComponent(userName)}%22`,
    );

    // Assess
    expect([raw, encoded].map(({ body }) => body.Resources.map((it: { id: string }) => it.id))).toEqual([
      [id],
      [id],
    ]);
  });

  it('a PATCH need not name its schema, as a POST and a PUT need not', async () => {
    // Prepare
    const { id } = await created();

    // Act
    const { status, body } = await bench.call('PATCH', `/Users/${id}`, {
      Operations: [{ op: 'replace', path: 'title', value: 'Lead' }],
    });

    // Assess
    expect([status, body.title]).toEqual([200, 'Lead']);
  });

  it.each([
    ['without quotes', (name: string) => `userName eq ${name}`],
    ['in single quotes', (name: string) => `userName eq '${name}'`],
    ['in single quotes beside another term', (name: string) => `(userName eq '${name}') and active eq true`],
  ])('a text in a filter may stand %s, unless the tenant is strict', async (_name, filterFor) => {
    // Prepare
    const { id, userName } = await created();
    const path = `/Users?filter=${encodeURIComponent(filterFor(userName))}`;

    // Act
    const { status, body } = await bench.call('GET', path);
    const strict = await inStrict('GET', path, undefined);

    // Assess
    expect([status, body.Resources]).toMatchObject([200, [{ id }]]);
    expect([strict.status, strict.body.scimType]).toEqual([400, 'invalidFilter']);
  });

  it.each([
    ['a path', { op: 'replace', path: `${ENTERPRISE}.department`, value: 'Inbound' }],
    ['a key', { op: 'replace', value: { [`${ENTERPRISE}.department`]: 'Inbound' } }],
  ])('a dot may follow the URN of an extension in %s', async (_name, operation) => {
    // Prepare
    const { id } = await created();

    // Act
    const { status, body } = await bench.call('PATCH', `/Users/${id}`, operations(operation));

    // Assess
    expect([status, body[ENTERPRISE]]).toEqual([200, { department: 'Inbound' }]);
  });

  it('a body may stand below the URN of the core schema', async () => {
    // Prepare
    const person = aPerson();
    const { schemas, ...rest } = person;

    // Act
    const { status, body } = await bench.call('POST', '/Users', {
      schemas,
      'urn:ietf:params:scim:schemas:core:2.0:User': rest,
    });

    // Assess
    expect([status, body.userName]).toEqual([201, person.userName]);
  });

  it('the schemas of discovery have the names of RFC 7643', async () => {
    // Act
    const { body } = await bench.call('GET', '/Schemas');

    // Assess
    expect(body.Resources.slice(-3).map((it: { name: string }) => it.name)).toEqual([
      'Service Provider Configuration',
      'ResourceType',
      'Schema',
    ]);
  });
});

describe("Entra's roles as JSON text", () => {
  const text = JSON.stringify({ id: '06b07648-ecfe-4f89', value: 'Supervisor', displayName: 'Supervisor' });

  it('reach the mapping at a creation, and are shown as they were sent', async () => {
    // Act
    const made = await created({ roles: [{ value: text, primary: 'True' }] });

    // Assess
    expect(bench.clarusUser(made.id)?.role_id).toBe(2);
    expect(made.roles).toEqual([{ value: text, primary: true }]);
  });

  it('reach it in a change, the last one too', async () => {
    // Prepare
    const { id } = await created();

    // Act
    const added = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'Add', path: 'roles', value: [{ value: text }] }),
    );
    const supervisor = bench.clarusUser(id)?.role_id;
    const replaced = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({
        op: 'Replace',
        path: 'roles[primary eq "True"].value',
        value: text.replaceAll('Supervisor', 'Picker'),
      }),
    );

    // Assess
    expect([added.status, supervisor, replaced.status]).toEqual([200, 2, 200]);
  });
});

describe('of somebody without an e-mail (D2)', () => {
  let named: ScimBench;

  beforeAll(async () => {
    named = await aScimBench({ scim: { ...SCIM_SETTINGS, emailDomain: 'acme.example' } });
  });
  afterAll(() => named.stop());

  it('the address is made of the userName, where the tenant wants that', async () => {
    // Act
    const made = await named.call('POST', '/Users', { userName: 'new.comer', displayName: 'New Comer' });
    const { id } = made.body;
    const address = named.clarusUser(id)?.email;
    const renamed = await named.call('PUT', `/Users/${id}`, { userName: 'new.comer-smith' });

    // Assess
    expect([made.status, made.body.emails, address]).toEqual([201, undefined, 'new.comer@acme.example']);
    expect([renamed.status, named.clarusUser(id)?.email]).toEqual([200, 'new.comer-smith@acme.example']);
  });

  it.each([
    ['an e-mail', { userName: 'pat', emails: ['pat.picker@mail.example'] }, 'pat.picker@mail.example'],
    ['an address as userName', { userName: 'sam@mail.example' }, 'sam@mail.example'],
  ])('nothing is made of who has %s', async (_name, person, expected) => {
    // Act
    const { status, body } = await named.call('POST', '/Users', { ...person, displayName: 'P' });

    // Assess
    expect([status, named.clarusUser(body.id)?.email]).toEqual([201, expected]);
  });

  it('no address is made that is none', async () => {
    // Act
    const { status, body } = await named.call('POST', '/Users', { userName: 'Lea Ver' });

    // Assess
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });

  it('an e-mail is not advertised as required then', async () => {
    // Act
    const { body } = await named.call('GET', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User');

    // Assess
    const required = body.attributes.filter((it: { required: boolean }) => it.required);
    expect(required.map((it: { name: string }) => it.name)).toEqual(['userName', 'active']);
  });
});
