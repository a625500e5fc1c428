import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { badRequest } from '../../functions/scim/protocol/error.ts';
import { CANARY } from './json.ts';
import { judge, type Trial } from './judge.ts';

const ANSWER = { statusCode: 400, headers: { 'content-type': 'application/scim+json' }, body: '{}' };

function faulty(run: () => unknown, but: Partial<Trial> = {}): Promise<string[]> {
  return judge({ input: '', run, ...but });
}

describe('the judge of the fuzzer', () => {
  it.each<[string, unknown, string]>([
    ['a fault of ours', { ...ANSWER, statusCode: 503 }, 'status 503'],
    ['an answer without a status', { ...ANSWER, statusCode: '200' }, 'status 200'],
    [
      'a header in two lines',
      { ...ANSWER, headers: { location: 'a\r\nb' } },
      'a control character in the header location',
    ],
    ['what is no JSON', { ...ANSWER, body: '{' }, 'a body that is no JSON'],
  ])('sees %s', async (_name, answer, fault) => {
    // Act & assess
    expect(await faulty(() => answer)).toEqual([fault]);
  });

  it.each<[string, Partial<Trial>, () => unknown, string]>([
    [
      'a line with what was sent',
      { lines: () => [{ detail: `${CANARY}@acme.example` }] },
      () => ANSWER,
      'what was sent is in a log line',
    ],
    [
      'an error that is none of ours',
      { throws: true },
      () => Object(undefined).a.b,
      'thrown: TypeError at ?',
    ],
    [
      'an error of ours that is not said to be thrown',
      {},
      () => Promise.reject(badRequest('tooMany', '')),
      'thrown: ScimError at functions/scim/protocol/error.ts',
    ],
    [
      'an error of ours with what was sent',
      { throws: true },
      () => Promise.reject(new BridgeError('contention', CANARY, { retryable: true })),
      'what was sent is in an error',
    ],
    [
      'a prototype that was added to',
      {},
      () =>
        Object.defineProperty(Object.prototype, 'polluted', {
          value: 1,
          enumerable: true,
          configurable: true,
        }),
      'Object.prototype was added to',
    ],
    ['a call that takes too long', {}, spin, 'more than 250 ms of CPU'],
  ])('sees %s', async (_name, but, run, fault) => {
    // Act & assess
    expect(await faulty(run, but)).toEqual([fault]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each<[string, Partial<Trial>, () => unknown]>([
    ['a refusal', {}, () => ANSWER],
    ['what is not there on purpose', {}, () => ({ ...ANSWER, statusCode: 501 })],
    ['a tenant of any name', { lines: () => [{ tenant: CANARY }] }, () => ANSWER],
    [
      'an error to the client in its own words',
      { throws: true },
      () => Promise.reject(badRequest('tooMany', CANARY)),
    ],
  ])('says nothing against %s', async (_name, but, run) => {
    // Act & assess
    expect(await faulty(run, but)).toEqual([]);
  });
});

function spin(): void {
  const before = process.threadCpuUsage();
  while (process.threadCpuUsage(before).user < 260_000);
}
