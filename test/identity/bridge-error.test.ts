import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';

const cause = new Error('token abc123');

it('is written as JSON with what an operator needs and nothing of its cause', () => {
  const error = new BridgeError('clarus_throttled', 'Later.', {
    retryable: true,
    status: 429,
    retryAfter: 5,
    cause,
  });

  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'BridgeError',
    code: 'clarus_throttled',
    message: 'Later.',
    retryable: true,
    status: 429,
    retryAfter: 5,
  });
  expect(Object.keys(error)).not.toContain('cause');
  expect(error.cause).toBe(cause);
});

it('leaves out what is not known', () => {
  const error = new BridgeError('mapping_failed', 'No.', { retryable: false });

  expect(Object.keys(error.toJSON())).toEqual(['name', 'code', 'message', 'retryable']);
  expect(inspect(error)).toContain('mapping_failed');
});

it.each([undefined, 504])('keeps all else when it is put off (status %s)', (status) => {
  const known = status === undefined ? {} : { status };
  const error = new BridgeError('clarus_unreachable', 'Silence.', {
    retryable: true,
    outcomeUnknown: true,
    cause,
    ...known,
  });

  expect(error.after(1000)).toMatchObject({
    code: 'clarus_unreachable',
    outcomeUnknown: true,
    retryAfter: 1000,
    status,
    cause,
  });
});
