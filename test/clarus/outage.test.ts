import { describe, expect, it } from 'vitest';
import type { Clarus } from '../../functions/clarus/clarus.ts';
import { aClarusBench, TOKEN_ROUTE } from '../support/clarus.ts';
import { failureOf } from '../support/failure.ts';
import { type Answer, json, text } from '../support/http-server.ts';

const NEWCOMER = { email: 'jo@acme.example', name: 'Jo Iner' };

/** What Clarus is asked for, where, and how. */
type Asked = [string, string, (clarus: Clarus) => Promise<unknown>];
const CHANGE: Asked = [
  'a change',
  'PATCH /api/users/42',
  (clarus) => clarus.patch('42', { is_active: false }),
];
const TOKEN: Asked = ['a token', TOKEN_ROUTE, CHANGE[2]];
const CREATION: Asked = ['a creation', 'POST /api/users', (clarus) => clarus.create(NEWCOMER)];
const LOOK_UP: Asked = ['a look-up', 'POST /graphql', (clarus) => clarus.findUsers('lea@acme.example')];

function aPage(status: number, type = 'text/html; charset=utf-8'): Answer {
  return text(status, '<!doctype html><title>Down for maintenance</title>', { 'content-type': type });
}

/** What is answered, with which status. */
const outages: [string, number, Answer][] = [
  ...[200, 201].map((status): [string, number, Answer] => ['a page', status, aPage(status)]),
  ...[400, 403, 404, 405, 410, 422].map((status): [string, number, Answer] => [
    'a page',
    status,
    aPage(status),
  ]),
  ['a page that says it is JSON', 200, aPage(200, 'application/json')],
  ['a page that says it is JSON', 404, aPage(404, 'application/json')],
  ['a text', 200, text(200, 'OK')],
  ['JSON that breaks off', 200, text(200, '{"data":', { 'content-type': 'application/json' })],
  ['a text', 403, text(403, 'Forbidden')],
  ['a text', 404, text(404, 'default backend - 404')],
  ['a text in JSON', 404, json(404, 'Not Found')],
  ['nothing in JSON', 404, json(404, null)],
  ['nothing', 403, text(403, '')],
  ['nothing', 404, text(404, '')],
  ...[300, 301, 302, 303, 304, 307, 308].map((status): [string, number, Answer] => [
    'a redirect',
    status,
    text(status, '', { location: '/maintenance' }),
  ]),
  ['a redirect with a page', 302, text(302, '<html>', { location: '/login', 'content-type': 'text/html' })],
  ['a redirect with JSON', 302, json(302, { errors: [{ title: 'Moved' }] }, { location: '/login' })],
];

describe.each([TOKEN, CHANGE, CREATION, LOOK_UP])('asked for %s', (_, route, ask) => {
  it.each(outages)('%s (%s) is an outage', async (_, status, answer) => {
    // Prepare
    const { clarus, server } = await aClarusBench({ tokens: route !== TOKEN_ROUTE });
    server.answers(route, answer);

    // Act
    const failure = await failureOf(() => ask(clarus));

    // Assess: whatever it was that succeeded may have been the request
    expect(failure).toMatchObject({
      code: 'clarus_unavailable',
      retryable: true,
      status,
      outcomeUnknown: status < 300,
    });
    expect(failure.message).toContain(String(status));
  });
});

describe("what is Clarus' own word is taken at it", () => {
  const errors = { errors: [{ title: 'No' }] };

  it.each<[string, Asked, Answer, object]>([
    ['403 to a token', TOKEN, json(403, errors), { code: 'clarus_credentials_refused', retryable: false }],
    ['404 to a token', TOKEN, json(404, errors), { code: 'clarus_credentials_refused', retryable: false }],
    ['403 to a change', CHANGE, json(403, errors), { code: 'clarus_forbidden', retryable: false }],
    ['404 to a change', CHANGE, json(404, errors), { code: 'clarus_user_missing', retryable: false }],
    ['404 to a change', CHANGE, json(404, [errors]), { code: 'clarus_user_missing', retryable: false }],
    ['403 to a creation', CREATION, json(403, errors), { code: 'clarus_forbidden', retryable: false }],
    ['404 to a creation', CREATION, json(404, errors), { code: 'clarus_request_refused', retryable: false }],
    ['403 to a look-up', LOOK_UP, json(403, errors), { code: 'clarus_forbidden', retryable: false }],
    ['404 to a look-up', LOOK_UP, json(404, errors), { code: 'clarus_request_refused', retryable: false }],
    ['a text of 405', CHANGE, text(405, 'No'), { code: 'clarus_request_refused', retryable: false }],
  ])('%s', async (_, [, route, ask], answer, expected) => {
    // Prepare
    const { clarus, server } = await aClarusBench({ tokens: route !== TOKEN_ROUTE });
    server.always(route, answer);

    // Act
    const failure = await failureOf(() => ask(clarus));

    // Assess
    expect(failure).toMatchObject(expected);
  });

  it('a page with 401 is a refusal', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.always('PATCH /api/users/42', aPage(401));

    // Act
    const failure = await failureOf(() => clarus.patch('42', { is_active: false }));

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_credentials_refused', retryable: false });
  });

  it('values that are refused in plain text are refused', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers('PATCH /api/users/42', text(422, 'Name is too long'));

    // Act
    const answer = await clarus.patch('42', { name: 'L' });

    // Assess
    expect(answer).toMatchObject({ kind: 'refused', status: 422 });
  });
});
