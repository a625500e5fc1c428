import { expect, it } from 'vitest';
import { BridgeError, type ErrorCode } from '../../functions/identity/bridge-error.ts';
import { toScimError } from '../../functions/scim/failures.ts';

function failure(code: ErrorCode, retryable = true): BridgeError {
  return new BridgeError(code, 'A message for operators.', { retryable });
}

it.each([
  ['nothing', 'Clarus does not answer. Send it again.'],
  [
    'user',
    'Clarus does not answer. What was changed of the user is undone, and a deactivation is carried out all the same. ' +
      'Send it again.',
  ],
  [
    'members',
    'Clarus does not answer. Each member is changed by itself: some may have been, and these stay so. Send it again.',
  ],
] as const)('a request that changes %s is told what is left of it', (changes, expected) => {
  expect(toScimError(failure('clarus_unavailable'), changes).message).toBe(expected);
});

it.each<[ErrorCode, boolean, number, string | undefined]>([
  ['clarus_refused', false, 400, undefined],
  ['mapping_failed', false, 400, undefined],
  ['clarus_user_missing', false, 404, undefined],
  ['clarus_throttled', true, 429, '10'],
  ['contention', true, 429, '10'],
  ['secret_missing', true, 503, '10'],
  ['role_unknown', false, 503, '300'],
])('%s is never the fault of a client who has none', (code, retryable, status, wait) => {
  // Act
  const error = toScimError(failure(code, retryable), 'nothing');

  // Assess
  expect([error.status, error.headers['retry-after']]).toEqual([status, wait]);
  expect(error.message).not.toContain('undone');
  expect(error.message).not.toContain('operators.');
});
