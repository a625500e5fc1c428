import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { Change } from '../../functions/identity/change.ts';
import { aChange, aThinChange } from '../support/changes.ts';

export function deactivation(but: Partial<Change> = {}): unknown {
  return { kind: 'change', ...aChange({ tenant: 'acme', ...but }) };
}

export function activation(but: Partial<Change> = {}): unknown {
  return deactivation({ eventType: 'user.lifecycle.activate', user: { active: true }, ...but });
}

export function thin(but: Partial<Change> = {}): unknown {
  return { kind: 'change', ...aThinChange({ tenant: 'acme', ...but }) };
}

export const refusal = new BridgeError('clarus_refused', 'Clarus refused.', {
  retryable: false,
  status: 422,
});
export const unavailable = new BridgeError('clarus_unavailable', '503', { retryable: true, status: 503 });
export const silence = new BridgeError('clarus_unreachable', 'time', {
  retryable: true,
  outcomeUnknown: true,
});
