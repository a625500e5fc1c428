import type { BridgeError } from '../identity/bridge-error.ts';
import type { Change } from '../identity/change.ts';
import { type AttributeName, type ClarusAttributes, namesIn } from '../identity/clarus-attributes.ts';
import type { Converged } from '../identity/converge.ts';
import type { Claim } from '../identity/ownership.ts';
import type { Outcome, Receipt } from '../identity/receipt.ts';
import type { UserRecord } from '../identity/user-record.ts';
import type { Wanted } from './wanted.ts';

/** What became of a change: all of its receipt but the times, and why it needs help if it does. */
export interface Delivered {
  outcome: Outcome;
  attributes: readonly AttributeName[];
  isActive?: boolean;
  refused?: readonly AttributeName[];
  reason?: string;
  clarusUserId?: string;
  clarusStatus?: number;
  /** Whether Clarus was made to change. */
  applied: boolean;
  problem?: BridgeError;
}

/** An end at which Clarus was not asked to change anything. */
export function unchanged(
  outcome: Outcome,
  attributes: Partial<ClarusAttributes> = {},
  but: Pick<Delivered, 'reason' | 'clarusUserId'> = {},
): Delivered {
  return { outcome, ...about(attributes), ...but, applied: false };
}

/** An end that needs help, as far as the error alone tells. */
export function rejected(problem: BridgeError): Delivered {
  return { outcome: 'rejected', reason: problem.code, problem, attributes: [], applied: false };
}

/** How a change ended whose Clarus user was converged. */
export function settle(
  change: Change,
  clarusUserId: string,
  claimed: Claim['kind'],
  wanted: Wanted,
  { record, sent, refusals, status }: Converged,
): Delivered {
  const names = namesIn(wanted.attributes);
  const won = names.filter((name) => isOf(change, record, name));
  const problems = new Map([...wanted.problems, ...[...refusals].filter(([name]) => won.includes(name))]);
  const applied = won.some((name) => sent.has(name));
  const common = {
    clarusUserId,
    ...about(wanted.attributes),
    applied,
    ...(status !== undefined && { clarusStatus: status }),
  };
  const [problem] = problems.values();
  if (problem !== undefined) {
    return { outcome: 'rejected', reason: problem.code, refused: [...problems.keys()], problem, ...common };
  }
  if (claimed === 'taken_over') return { outcome: 'taken_over', ...common };
  if (applied) return { outcome: 'applied', ...common };
  return { outcome: names.length > 0 && won.length === 0 ? 'superseded' : 'no_change', ...common };
}

/** Whether the state of the attribute is the one this very change asked for. */
function isOf({ eventId, source }: Change, record: UserRecord, name: AttributeName): boolean {
  const desired = record.desired[name];
  return desired?.eventId === eventId && desired.origin === source;
}

/** What a receipt says of attributes: their names, and the one value that is no personal data. */
export function about(attributes: Partial<ClarusAttributes>): Pick<Receipt, 'attributes' | 'isActive'> {
  const { is_active } = attributes;
  return { attributes: namesIn(attributes), ...(is_active !== undefined && { isActive: is_active }) };
}
