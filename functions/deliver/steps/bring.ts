import { type DecideSettings, type Desired, desired } from '../../identity/access/desired.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { Change } from '../../identity/change.ts';
import { type Converged, converge } from '../../identity/converge.ts';
import {
  type AttributeName,
  type ClarusAttributes,
  namesIn,
} from '../../identity/profile/clarus-attributes.ts';
import type { Step } from '../../identity/receipt.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import { doubt, type LookPorts } from '../aftercare/look.ts';
import { about, type Delivered, ended, settled } from '../delivered.ts';
import type { TenantServices } from '../services.ts';
import { type GuardPorts, guardRails } from './guard-rails.ts';
import type { Joined, JoinPorts } from './join.ts';

export interface BringPorts extends JoinPorts, GuardPorts, LookPorts {}

/** Decides what the Clarus user is to be by all that its record knows, guards it, and brings Clarus to it. */
export async function bring(
  ports: BringPorts,
  services: TenantServices,
  change: Change,
  joined: Joined,
  attempt: number,
): Promise<Delivered> {
  const settings = await settingsFor(services, joined);
  const result = desired(joined.record, settings);
  const decided: Step = { at: ports.clock(), step: 'decided', what: reasonOf(result) };
  const verdict = await guardRails(ports, services, change, joined, result, settings);
  if (verdict.kind !== 'pass') {
    await send(ports, services, joined, () => ({}), {});
    const { outcome, reason } = verdict;
    const { clarusUserId } = joined.record;
    const held: Step[] = outcome === 'held' ? [{ at: ports.clock(), step: 'held', what: reason }] : [];
    return ended(outcome, { reason, clarusUserId, ...about(joined), steps: [decided, ...held] });
  }
  const takes = result.decision.access === 'out' && joined.active === false && joined.isNews;
  const want = (record: UserRecord) =>
    (record === joined.record ? result : desired(record, settings)).attributes;
  const converged = await send(ports, services, joined, want, {
    whole: attempt > 1 || change.resent === true,
    always: new Set<AttributeName>(takes ? ['is_active'] : []),
    again: new Set<AttributeName>([
      ...namesIn(joined.profile),
      ...(joined.active === undefined ? [] : ACCESS),
    ]),
  });
  const delivered = settled(joined, result, converged);
  return { ...delivered, steps: [decided, ...confirmation(converged, ports.clock())] };
}

const ACCESS = ['is_active'] as const;

/** A revocation waits for no role's name to be looked up: roles are left to whoever comes next then. */
async function settingsFor(services: TenantServices, { active }: Joined): Promise<DecideSettings> {
  try {
    return await services.settings();
  } catch (error) {
    if (active !== false || !(error instanceof BridgeError)) throw error;
    return services.withoutRoles;
  }
}

async function send(
  ports: BringPorts,
  { tenant, clarus }: TenantServices,
  { record, mark }: Joined,
  want: (record: UserRecord) => Partial<ClarusAttributes>,
  how: { whole?: boolean; always?: ReadonlySet<AttributeName>; again?: ReadonlySet<AttributeName> },
): Promise<Converged> {
  try {
    const { records, clock } = ports;
    return await converge({ records, clarus, clock }, record, { mark, want, ...how });
  } catch (error) {
    if (error instanceof BridgeError && error.outcomeUnknown) {
      await doubt(ports, tenant.tenant, record.clarusUserId);
    }
    throw error;
  }
}

/** Why, in stable words and ids: who keeps the person out, or that nobody does. */
function reasonOf({ decision: { access, takings } }: Desired): string {
  return [
    access,
    ...takings.map(({ by, account }) => (account === undefined ? by : `${by}/${account}`)),
  ].join(' ');
}

function confirmation({ sent, status }: Converged, at: number): Step[] {
  return sent.size === 0
    ? []
    : [{ at, step: 'confirmed', what: `${status ?? ''} ${[...sent].join(' ')}`.trim() }];
}
