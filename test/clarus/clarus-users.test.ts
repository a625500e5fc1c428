import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clarusId } from '../../functions/clarus/clarus-users.ts';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { ClarusAttributes } from '../../functions/identity/profile/clarus-attributes.ts';
import { aClarusBench } from '../support/clarus.ts';
import { failureOf, toldBy } from '../support/failure.ts';
import { type Answer, json, text } from '../support/http-server.ts';

const ROUTE = 'PATCH /api/users/42';

const EVERYTHING: ClarusAttributes = {
  email: 'lea@acme.example',
  name: 'Lea Ver',
  role_id: 3,
  is_active: true,
  language: 'en-GB',
  timezone: 'Europe/London',
  string1: 'Picking',
  string2: '',
  string3: '4711',
  string4: 'x',
  string5: 'y',
};

describe('PATCH /api/users/{id}', () => {
  it.each<[string, Partial<ClarusAttributes>]>([
    ['a deactivation', { is_active: false }],
    ['everything that it takes', EVERYTHING],
  ])('is sent as documented: %s', async (_, attributes) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, json(200, { data: { id: 42, type: 'users', attributes } }));

    // Act
    const answer = await clarus.patch('42', attributes);

    // Assess
    expect(answer).toEqual({ kind: 'applied', status: 200 });
    const [request] = server.requestsTo(ROUTE);
    expect(JSON.parse(request?.body ?? '')).toEqual({ data: { type: 'users', attributes } });
  });

  it.each([400, 409, 422])('the values are refused (%s) with what Clarus says', async (status) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    const pointer = '/data/attributes/role_id';
    server.answers(ROUTE, json(status, { errors: [{ detail: 'does not exist', source: { pointer } }] }));

    // Act
    const answer = await clarus.patch('42', { role_id: 99, name: 'Lea Ver' });

    // Assess
    expect(answer).toMatchObject({
      kind: 'refused',
      status,
      error: { code: 'clarus_refused', retryable: false, status, outcomeUnknown: false },
    });
    expect(Object(answer).error.message).toContain(`name, role_id (${status}: role_id: does not exist)`);
  });

  it('the refusal holds nothing of what was sent', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    const detail = 'Lea Ver, lea@acme.example is used by jo@acme.example in Picking (Europe/London)';
    server.answers(ROUTE, json(422, { errors: [{ detail }] }));

    // Act
    const answer = await clarus.patch('42', EVERYTHING);

    // Assess
    const told = toldBy(Object(answer).error);
    expect(told).not.toMatch(/Lea|Ver|lea|jo@|acme|Picking|London/);
    expect(told).toContain('is used by [address] in [value]');
  });

  it('a user who is not there (404) is permanent, with a hint', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, json(404, {}));

    // Act
    const failure = await failureOf(() => clarus.patch('42', { is_active: false }));

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_user_missing', retryable: false, status: 404 });
    expect(failure.message).toContain('clarus.userId');
  });

  it.each([402, 405, 406, 410, 413, 415])('any other refusal (%s) is permanent', async (status) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, text(status, ''));

    // Act
    const failure = await failureOf(() => clarus.patch('42', { is_active: false }));

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_request_refused', retryable: false, status });
  });

  it.each(['', '0', '-1', '4.2', '4e2', ' 42', '42/../7', '..', '42?x=1', '٤٢', 'me', '99999999999999999'])(
    'what is no id ("%s") never gets into a path',
    async (id) => {
      // Prepare
      const { clarus, server } = await aClarusBench({ tokens: false });

      // Act
      const failure = await failureOf(() => clarus.patch(id, { is_active: false }));

      // Assess
      expect(failure.retryable).toBe(false);
      expect(server.requests).toEqual([]);
    },
  );

  it('whatever Clarus answers: an answer about the values or a BridgeError without them', async () => {
    const { clarus, server } = await aClarusBench();
    const aStatus = fc.constantFrom(200, 201, 204, 300, 400, 403, 404, 409, 418, 422, 429, 500, 503);
    const aBody = fc.oneof(fc.json(), fc.string(), fc.constant('lea@acme.example'));

    await fc.assert(
      fc.asyncProperty(aStatus, aBody, async (status, body) => {
        server.always(ROUTE, text(status, body));

        const end = await clarus.patch('42', EVERYTHING).catch((error: unknown) => error);

        if (end instanceof BridgeError) expect(toldBy(end)).not.toContain('lea@');
        else expect(['applied', 'refused']).toContain(Object(end).kind);
      }),
      { numRuns: 150 },
    );
  });
});

describe('POST /api/users', () => {
  const NEWCOMER = { email: 'jo@acme.example', name: 'Jo Iner', is_active: true, role_id: 3 };

  it.each([
    ['a number', 77],
    ['a text', '77'],
  ])('creates a user as documented; the id is %s', async (_, id) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers('POST /api/users', json(201, { data: { id, type: 'users', attributes: NEWCOMER } }));

    // Act
    const answer = await clarus.create(NEWCOMER);

    // Assess
    expect(answer).toEqual({ kind: 'created', id: '77' });
    const [request] = server.requestsTo('POST /api/users');
    expect(JSON.parse(request?.body ?? '')).toEqual({ data: { type: 'users', attributes: NEWCOMER } });
  });

  it.each([400, 409, 422])('an address that is taken (%s) is an answer', async (status) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers('POST /api/users', json(status, { email: ['jo@acme.example has already been taken'] }));

    // Act
    const answer = await clarus.create(NEWCOMER);

    // Assess
    expect(answer).toMatchObject({ kind: 'refused', error: { code: 'clarus_refused', retryable: false } });
    expect(toldBy(Object(answer).error)).not.toContain('jo@');
  });

  it('is permanent where nothing of that kind is (404)', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers('POST /api/users', json(404, {}));

    // Act
    const failure = await failureOf(() => clarus.create(NEWCOMER));

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_request_refused', retryable: false, status: 404 });
  });

  it.each([
    ['nothing', text(201, '')],
    ['no id', json(201, { data: {} })],
    ['an id that is none', json(201, { data: { id: '7/8' } })],
    ['null', json(201, null)],
  ])('without an id in the answer (%s) is tried again, since the user is then found', async (_, answer) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers('POST /api/users', answer);

    // Act
    const failure = await failureOf(() => clarus.create(NEWCOMER));

    // Assess
    expect(failure).toMatchObject({
      code: 'clarus_response_malformed',
      retryable: true,
      outcomeUnknown: true,
    });
  });
});

describe('a Clarus id', () => {
  it.each([
    [1, '1'],
    [42, '42'],
    ['42', '42'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('%j is one', (id, expected) => {
    expect(clarusId.parse(id)).toBe(expected);
  });

  it('is a text of digits or nothing, whatever it is read from', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.string(), fc.integer()), (value) => {
        const parsed = clarusId.safeParse(value);

        if (parsed.success) expect(parsed.data).toMatch(/^[1-9]\d{0,15}$/);
      }),
    );
  });
});

describe('a success is proof only if it looks like one', () => {
  it.each<[string, Answer, boolean]>([
    ['the documented answer', json(200, { data: { id: 42, attributes: { is_active: false } } }), true],
    ['an id as a text', json(200, { data: { id: '42', attributes: {} } }), true],
    ['nothing echoed', json(200, {}), true],
    ['no body', text(204, ''), true],
    ['another user', json(200, { data: { id: 43, attributes: { is_active: false } } }), false],
    ['the contrary', json(200, { data: { id: 42, attributes: { is_active: true } } }), false],
    ['a list', json(200, []), false],
    ['errors', json(200, { errors: [{ detail: 'no' }] }), false],
  ])('%s', async (_, answer, applied) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers('PATCH /api/users/42', answer);

    // Act
    const end = await clarus.patch('42', { is_active: false }).catch((error: unknown) => error);

    // Assess
    if (applied) expect(end).toMatchObject({ kind: 'applied' });
    else
      expect(end).toMatchObject({ code: 'clarus_response_malformed', retryable: true, outcomeUnknown: true });
  });
});
