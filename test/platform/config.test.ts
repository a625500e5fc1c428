import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliverEnvironment } from '../../functions/deliver/environment.ts';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { readEnvironment } from '../../functions/platform/config.ts';
import { receiveEnvironment } from '../../functions/receive/environment.ts';
import { failureOf } from '../support/failure.ts';

const QUEUES = {
  CHANGES_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/changes',
  REVOCATIONS_QUEUE_URL: 'http://127.0.0.1:4566/000000000000/revocations',
};
const RECEIVE = { ...QUEUES, TENANTS_FILE: '/tmp/tenants.json' };
const DELIVER = {
  ...QUEUES,
  TABLE_NAME: 'state',
  CHANGES_DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/changes-dead',
  REVOCATIONS_DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/revocations-dead',
};

describe('the environment of a function', () => {
  it('holds what receive reads, and nothing else comes along', () => {
    expect(readEnvironment(receiveEnvironment, { ...RECEIVE, AWS_SECRET_ACCESS_KEY: 'x' })).toEqual(RECEIVE);
    expect(readEnvironment(receiveEnvironment, QUEUES)).toEqual(QUEUES);
  });

  it('holds what deliver reads, with ten seconds for a request', () => {
    expect(readEnvironment(deliverEnvironment, DELIVER)).toEqual({ ...DELIVER, REQUEST_TIMEOUT: 10_000 });
    expect(readEnvironment(deliverEnvironment, { ...DELIVER, REQUEST_TIMEOUT: '250' }).REQUEST_TIMEOUT).toBe(
      250,
    );
  });

  it('that lacks everything is told of every variable at once', async () => {
    const failure = await failureOf(() => readEnvironment(deliverEnvironment, {}));

    expect(failure).toMatchObject({ code: 'configuration_invalid', retryable: false });
    for (const name of Object.keys(DELIVER)) expect(failure.message).toContain(`${name}: `);
    expect(failure.message).not.toMatch(/TENANTS_FILE|OKTA_API_BASE_URL|REQUEST_TIMEOUT/);
  });

  it.each<[string, Record<string, string>]>([
    ['CHANGES_QUEUE_URL', { CHANGES_QUEUE_URL: 'changes' }],
    ['REVOCATIONS_QUEUE_URL', { REVOCATIONS_QUEUE_URL: '' }],
    ['TABLE_NAME', { TABLE_NAME: '' }],
    ['TENANTS_FILE', { TENANTS_FILE: '' }],
    ['OKTA_API_BASE_URL', { OKTA_API_BASE_URL: 'okta' }],
    ['REQUEST_TIMEOUT', { REQUEST_TIMEOUT: 'soon' }],
    ['REQUEST_TIMEOUT', { REQUEST_TIMEOUT: '' }],
    ['REQUEST_TIMEOUT', { REQUEST_TIMEOUT: '0' }],
    ['REQUEST_TIMEOUT', { REQUEST_TIMEOUT: '-1' }],
    ['REQUEST_TIMEOUT', { REQUEST_TIMEOUT: '1.5' }],
    ['REQUEST_TIMEOUT', { REQUEST_TIMEOUT: 'Infinity' }],
  ])('that has a wrong %s is told of that one: %o', async (name, but) => {
    const failure = await failureOf(() => readEnvironment(deliverEnvironment, { ...DELIVER, ...but }));

    expect(failure.code).toBe('configuration_invalid');
    expect(failure.message).toContain(`its environment is wrong: ${name}: `);
    expect(failure.message).not.toContain('; ');
  });

  it('is an environment or a typed error, whatever it holds', () => {
    const anEnvironment = fc.record(
      Object.fromEntries(Object.keys(DELIVER).map((name) => [name, fc.oneof(fc.webUrl(), fc.string())])),
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(anEnvironment, (environment) => {
        try {
          expect(readEnvironment(deliverEnvironment, environment)).toHaveProperty('REQUEST_TIMEOUT');
        } catch (error) {
          expect(error).toBeInstanceOf(BridgeError);
        }
      }),
    );
  });
});
