import { expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';

const cause = new Error('token abc123');

it('shows what an operator needs, and keeps its cause out of what is written', () => {
  const error = new BridgeError('clarus_throttled', 'Later.', {
    retryable: true,
    status: 429,
    retryAfter: 5,
    cause,
  });

  expect({ ...error }).toEqual({
    name: 'BridgeError',
    code: 'clarus_throttled',
    retryable: true,
    status: 429,
    retryAfter: 5,
    outcomeUnknown: false,
  });
  expect(JSON.stringify(error)).not.toContain('abc123');
  expect(error.cause).toBe(cause);
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
