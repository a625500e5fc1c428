import type { Decision } from '../identity/access/decide.ts';
import type { Desired } from '../identity/access/desired.ts';
import type { BridgeError } from '../identity/bridge-error.ts';
import type { Converged } from '../identity/converge.ts';
import { type AttributeName, type ClarusAttributes, namesIn } from '../identity/profile/clarus-attributes.ts';
import type { Outcome, Receipt, Step } from '../identity/receipt.ts';
import type { Joined } from './steps/join.ts';

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
  /** What happened on the way, without the receipt of the event and what follows it. */
  steps: readonly Step[];
  /** When the reading began of a directory that may show what was before, epoch milliseconds. */
  readAt?: number;
  /** The card was on the list of what waits. */
  wasWaiting?: boolean;
  problem?: BridgeError;
  /** Why access has not ended that was to end: Clarus would not take it. */
  undone?: BridgeError;
}

/** An end at which Clarus was not asked to change anything. */
export function ended(outcome: Outcome, but: Partial<Delivered> = {}): Delivered {
  return { outcome, attributes: [], applied: false, steps: [], ...but };
}

/** An end that needs help, as far as the error alone tells. */
export function rejected(problem: BridgeError): Delivered {
  return ended('rejected', { reason: problem.code, problem });
}

/** How a change ended whose Clarus user was converged. */
export function settled(
  joined: Joined,
  { decision, origins, refusedRoles }: Desired,
  converged: Converged,
): Delivered {
  const { source, active, profile } = joined;
  const { record, sent, refusals, status } = converged;
  const won = namesIn(profile).filter((name) => origins[name] === source);
  const refused = [...refusals].filter(([name]) => won.includes(name) || name === 'is_active');
  const problems = new Map([...joined.problems, ...refused]);
  const undone = active === false && decision.access === 'out' ? refusals.get('is_active') : undefined;
  const isDecided = active !== undefined && decision.access === (active ? 'in' : 'out');
  const hasSent =
    joined.created || (isDecided && sent.has('is_active')) || won.some((name) => sent.has(name));
  const overtaken = overtakenBy(joined, decision);
  // That its profile was brought along is no proof of what it says of access.
  const applied = hasSent && overtaken === undefined;
  const common = {
    clarusUserId: record.clarusUserId,
    ...about(joined),
    applied,
    ...(status !== undefined && { clarusStatus: status }),
    ...(undone && { undone }),
  };
  const [problem] = problems.values();
  if (problem !== undefined) {
    return ended('rejected', { reason: problem.code, refused: [...problems.keys()], problem, ...common });
  }
  const isRoleRefused = profile.role_id !== undefined && refusedRoles.some((it) => it.source === source);
  const why = {
    ...(joined.concluded !== undefined && { reason: joined.concluded }),
    ...(isRoleRefused && { reason: 'role_not_allowed', refused: ['role_id'] as const }),
  };
  return ended(applied ? 'applied' : 'no_change', {
    ...common,
    ...why,
    ...(overtaken === undefined ? outcomeOf(joined, decision, applied) : { outcome: overtaken }),
  });
}

/** Where a later word of the same source has decided against what the event says. */
function overtakenBy(
  joined: Joined,
  { access, takings, holders }: Decision,
): 'superseded' | 'former_holder' | undefined {
  const { source, active } = joined;
  if (active === undefined) return undefined;
  const isLost = active ? takings.some(({ by }) => by === source) : access !== 'out';
  if (!isLost) return undefined;
  return speaks(joined, holders) ? 'superseded' : 'former_holder';
}

/** Where the outcome is another one than whether Clarus was made to change. */
function outcomeOf(
  joined: Joined,
  { takings: [taking], holders, newcomer }: Decision,
  applied: boolean,
): { outcome?: Outcome; reason?: string } {
  if (joined.active !== true) return {};
  if (taking !== undefined) return { outcome: 'kept_out', reason: taking.by };
  return applied && speaks(joined, holders) && newcomer ? { outcome: 'taken_over' } : {};
}

function speaks({ source, account }: Joined, holders: Decision['holders']): boolean {
  return holders.find((holder) => holder.source === source)?.account === account;
}

/** What a receipt says of attributes: their names, and the one value that is no personal data. */
export function about({
  active,
  profile,
}: Pick<Joined, 'active' | 'profile'>): Pick<Receipt, 'attributes' | 'isActive'> {
  const said: Partial<ClarusAttributes> = { ...profile, ...(active !== undefined && { is_active: active }) };
  return { attributes: namesIn(said), ...(active !== undefined && { isActive: active }) };
}
