import type { Desired } from '../../identity/access/desired.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { Converged } from '../../identity/converge.ts';
import { namesIn } from '../../identity/profile/clarus-attributes.ts';
import type { Step } from '../../identity/receipt.ts';
import { type Command, standsAlone } from './command.ts';
import { type Intent, saidOf, type Told } from './intent.ts';
import type { CommandEnd } from './receipts.ts';

type Verdict = Omit<CommandEnd, 'clarusUserId' | 'command' | 'intent'>;

/** How a command ended that is in the record: by what it says, and by who keeps the person out. */
export function endOf(
  { client, command }: Told,
  intent: Intent,
  { decision, refusedRoles }: Desired,
  at: number,
  converged?: Converged,
): Verdict {
  const { access, takings } = decision;
  const who = takings.map(({ by, account }) => (account === undefined ? by : `${by}/${account}`));
  const decided: Step = { at, step: 'decided', what: [access, ...who].join(' ') };
  const sent = [...new Set([...namesIn(command.created ?? {}), ...(converged?.sent ?? [])])];
  const status = converged?.status ?? (command.created && 201);
  const confirmed: Step[] =
    sent.length === 0 ? [] : [{ at, step: 'confirmed', what: [status, ...sent].join(' ') }];
  const common = { status, steps: [decided, ...confirmed] };
  const [taking] = takings;
  if (saidOf(intent) === true && taking !== undefined) {
    return { ...common, outcome: 'kept_out', reason: taking.by };
  }
  const isRefused = refusedRoles.some(({ source }) => source === client);
  return {
    ...common,
    outcome: sent.length > 0 ? 'applied' : 'no_change',
    ...(isRefused && { reason: 'role_not_allowed', refused: ['role_id'] as const }),
  };
}

/**
 * How a command ended that failed; undefined where it never began, since what was sent is wrong. A revocation goes on
 * by itself.
 */
export function failureOf(command: Command, error: unknown): Verdict | undefined {
  if (!(error instanceof BridgeError) || error.code === 'mapping_failed') return undefined;
  const { code, status } = error;
  const common = { reason: code, ...(status !== undefined && { status }) };
  if (code === 'clarus_user_missing') return { ...common, outcome: 'user_not_in_clarus' };
  return { ...common, outcome: standsAlone(command) && code !== 'clarus_refused' ? 'waiting' : 'rejected' };
}
