import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BridgeError } from '../../functions/identity/bridge-error.ts';
import {
  exchange,
  type HeaderOf,
  type HttpAnswer,
  jsonOf,
  readRetryAfter,
} from '../../functions/platform/http.ts';
import { createHttpSend } from '../../functions/platform/http-send.ts';
import { NOW } from '../support/changes.ts';
import { aClock } from '../support/clock.ts';
import { failureOf, toldBy } from '../support/failure.ts';
import {
  type Answer,
  endless,
  halfAnAnswer,
  json,
  reset,
  scriptedServer,
  silence,
  text,
} from '../support/http-server.ts';

const FAULTS = {
  service: 'Okta',
  unreachable: 'okta_unavailable',
  unavailable: 'okta_unavailable',
  throttled: 'okta_throttled',
} as const;

const ports = { send: createHttpSend(), clock: aClock(), timeout: 2_000 };

describe('an exchange', () => {
  it('brings status, headers and text', async () => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', text(201, 'grün', { 'x-a': 'b' }));

    // Act
    const answer = await exchange(ports, FAULTS, server.url);

    // Assess
    expect(answer).toMatchObject({ status: 201, text: 'grün' });
    expect(answer.header('x-a')).toBe('b');
  });

  it.each([200, 204, 302, 304, 400, 401, 403, 404, 409, 418, 422])('brings %s back', async (status) => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', text(status, '', { location: '/elsewhere' }));

    // Act
    const answer = await exchange(ports, FAULTS, server.url);

    // Assess
    expect(answer.status).toBe(status);
  });

  it.each<[string, Answer, Partial<BridgeError>]>([
    ['408', text(408, ''), { code: 'okta_unavailable', status: 408, outcomeUnknown: true }],
    ['425', text(425, ''), { code: 'okta_unavailable', status: 425 }],
    ['429', text(429, '', { 'retry-after': '2' }), { code: 'okta_throttled', retryAfter: 2_000 }],
    ['500', text(500, ''), { code: 'okta_unavailable', status: 500, outcomeUnknown: false }],
    ['504', text(504, ''), { code: 'okta_unavailable', status: 504, outcomeUnknown: true }],
    ['503', text(503, '', { 'retry-after': '0' }), { code: 'okta_unavailable', retryAfter: 0 }],
    ['a broken connection', reset, { code: 'okta_unavailable', outcomeUnknown: true }],
    ['half an answer', halfAnAnswer, { code: 'okta_unavailable', outcomeUnknown: true }],
    ['an answer of more than a megabyte', text(200, 'a'.repeat(1024 * 1024 + 1)), { outcomeUnknown: true }],
    ['an endless answer', endless, { code: 'okta_unavailable', outcomeUnknown: true }],
  ])('is to be tried again after %s', async (_, answer, expected) => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', answer);

    // Act
    const failure = await failureOf(() => exchange(ports, FAULTS, server.url));

    // Assess
    expect(failure).toMatchObject({ ...expected, retryable: true });
    expect(failure.message).toMatch(/^Okta /);
  });

  it('takes no longer than it may', async () => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', silence);

    // Act
    const failure = await failureOf(() => exchange({ ...ports, timeout: 50 }, FAULTS, server.url));

    // Assess
    expect(failure).toMatchObject({ code: 'okta_unavailable', retryable: true, outcomeUnknown: true });
    expect(failure.message).toContain('did not within 50 ms answer');
  });

  it.each(['http://127.0.0.1:9', 'http://nobody.invalid'])(
    'is not sent where nobody is (%s)',
    async (url) => {
      const failure = await failureOf(() => exchange(ports, FAULTS, url, { method: 'POST' }));

      expect(failure).toMatchObject({ code: 'okta_unavailable', retryable: true, outcomeUnknown: false });
      expect(failure.message).toContain('could not be reached, so the request was not sent');
    },
  );

  it('may have taken effect when it fails in a way that nobody foresaw', async () => {
    const send = () => Promise.reject(new Error('?'));

    const failure = await failureOf(() => exchange({ ...ports, send }, FAULTS, 'http://127.0.0.1:9'));

    expect(failure).toMatchObject({ code: 'okta_unavailable', retryable: true, outcomeUnknown: true });
  });

  it('reads the wait as the service writes it', async () => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', text(429, '', { 'x-wait': '17', 'retry-after': '2' }));
    const waitOf = (header: HeaderOf, now: number) => Number(header('x-wait')) + now;

    // Act
    const failure = await failureOf(() => exchange(ports, FAULTS, server.url, {}, waitOf));

    // Assess
    expect(failure.retryAfter).toBe(NOW + 17);
  });

  it('tells no credential when one cannot be sent', async () => {
    // Prepare: a token that was cut and pasted with a line end in it
    const headers = { authorization: 'SSWS hun\nter2' };

    // Act
    const failure = await failureOf(() => exchange(ports, FAULTS, 'http://127.0.0.1:9', { headers }));

    // Assess
    expect(toldBy(failure)).not.toContain('ter2');
  });
});

describe('JSON of an answer', () => {
  it('is what it says, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (content) => {
        const answer: HttpAnswer = { status: 200, header: () => undefined, text: content };

        const value = jsonOf(answer);

        if (value !== undefined) expect(value).toEqual(JSON.parse(content));
      }),
    );
  });

  it('is there whatever the content type', async () => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', json(200, { a: 1 }, { 'content-type': 'text/html' }));

    // Act
    const answer = await exchange(ports, FAULTS, server.url);

    // Assess
    expect(jsonOf(answer)).toEqual({ a: 1 });
  });
});

describe('Retry-After (RFC 9110 section 10.2.3)', () => {
  it.each<[string | undefined, number | undefined]>([
    ['0', 0],
    ['120', 120_000],
    [' 120 ', 120_000],
    ['999999999', 999_999_999_000],
    ['Mon, 02 Mar 2026 09:17:00 GMT', 120_000],
    ['Monday, 02-Mar-26 09:17:00 GMT', 120_000],
    ['Mon, 02 Mar 2026 09:15:00 GMT', 0],
    ['Mon, 02 Mar 2026 09:14:59 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['5, 10', undefined],
    ['1000000000', undefined],
    ['2026-03-02T09:17:00Z', undefined],
    ['Mon, 99 Mar 2026 09:17:00 GMT', undefined],
    ['٥', undefined],
  ])('%j is %s', (header, expected) => {
    expect(readRetryAfter(header, NOW)).toBe(expected);
  });

  it('is a wait or nothing, whatever it says and whatever the time', () => {
    const anyHeader = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[A-Z][a-z]{2,8},? .{0,30}$/),
      fc.date().map((date) => (Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toUTCString())),
    );

    fc.assert(
      fc.property(anyHeader, fc.nat({ max: 8.64e15 }), (header, now) => {
        const wait = readRetryAfter(header, now);

        if (wait !== undefined) expect(Number.isFinite(wait) && wait >= 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is the time until a date', () => {
    const aDate = fc.date({ min: new Date(NOW), max: new Date('2999-12-31'), noInvalidDate: true });

    fc.assert(
      fc.property(aDate, (date) => {
        const wait = Math.floor(date.getTime() / 1000) * 1000 - NOW;

        expect(readRetryAfter(date.toUTCString(), NOW)).toBe(wait);
      }),
    );
  });
});
