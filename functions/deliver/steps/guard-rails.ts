import type { DecideSettings, Desired } from '../../identity/access/desired.ts';
import { guard, type Occasion } from '../../identity/access/guard.ts';
import type { Change } from '../../identity/change.ts';
import type { BrakeStore } from '../../state/brake.ts';
import type { CardStore } from '../../state/cards.ts';
import type { TenantServices } from '../services.ts';
import type { Joined } from './join.ts';
import { keyOf } from './note-change.ts';

export interface GuardPorts {
  cards: CardStore;
  brake: BrakeStore;
  /** How many people of the tenant the bridge knows, for a limit in percent. */
  knownUsers(tenant: string): Promise<number>;
  clock: () => number;
  /** Told when more people lose access by what sources state than the tenant wants to be told of. */
  alert: (tenant: string) => void;
}

export type GuardEnd = { kind: 'pass' } | { kind: 'stopped'; outcome: 'protected' | 'held'; reason: string };

/** More than this an item of DynamoDB does not hold, at 40 bytes a person. */
const MOST = 5000;

/**
 * Whether what was decided may go on. What nobody stated is counted, and above the tenant's limit in an hour it is
 * held until somebody releases or discards it: a directory that shows nobody is more often broken than empty.
 */
export async function guardRails(
  ports: GuardPorts,
  services: TenantServices,
  change: Change,
  joined: Joined,
  desired: Desired,
  { roles }: Pick<DecideSettings, 'roles'>,
): Promise<GuardEnd> {
  const { record } = joined;
  const occasion = occasionOf(change, joined);
  const verdict = guard({ record, desired, guards: await services.guards(), roles, occasion });
  switch (verdict.kind) {
    case 'protected':
      return { kind: 'stopped', outcome: 'protected', reason: `protected_${verdict.by}` };
    case 'pass':
      if (verdict.rings) await watch(ports, services, change);
      return { kind: 'pass' };
    case 'brake': {
      const { what } = verdict;
      if (change.released === true) return { kind: 'pass' };
      const limit = await limitOf(ports, services, what);
      const place = await ports.brake.take(change.tenant, what, accountOf(change), limit, ports.clock());
      if (place === 'among') return { kind: 'pass' };
      await ports.cards.hold(keyOf(change), { at: ports.clock(), by: what, change });
      return { kind: 'stopped', outcome: 'held', reason: 'brake' };
    }
  }
}

function occasionOf({ eventId, receivedAt, user }: Change, { source, account, concluded }: Joined): Occasion {
  return { source, account, eventId, receivedAt, active: user?.active, concluded: concluded !== undefined };
}

async function limitOf(
  { knownUsers }: GuardPorts,
  { tenant }: TenantServices,
  what: 'takings' | 'promotions',
): Promise<number> {
  const { users, percent, promotions } = tenant.brake;
  if (what === 'promotions') return promotions;
  const known = await knownUsers(tenant.tenant);
  return Math.min(MOST, Math.max(users, Math.floor((known * percent) / 100)));
}

/** Stated takings are held up by nothing, but somebody may want to know of many. */
async function watch(
  { brake, clock, alert }: GuardPorts,
  { tenant }: TenantServices,
  change: Change,
): Promise<void> {
  const limit = tenant.alert?.takingsPerHour;
  if (limit === undefined) return;
  const place = await brake.take(tenant.tenant, 'stated', accountOf(change), limit, clock());
  if (place === 'above') alert(tenant.tenant);
}

function accountOf({ source, subject }: Change): string {
  return `${source} ${subject.id}`;
}
