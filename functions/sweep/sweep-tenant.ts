import { BridgeError } from '../identity/bridge-error.ts';
import type { Log } from '../platform/logger.ts';
import type { SweepMetrics } from '../platform/sweep-metrics.ts';
import { type GraphAccess, graphAccess } from '../sources/entra/graph-request.ts';
import { KNOWN_USERS } from '../state/cursors.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import { type BaselinePorts, baseline, type Walk } from './baseline/baseline.ts';
import { type DeltaWalkPorts, deltaWalk, listWalk } from './baseline/walks.ts';
import { type CarePorts, careForSubscription, lifeUsed } from './care-for-subscription.ts';
import { type DeltaPorts, type DeltaRun, followDelta } from './follow-delta.ts';
import { followSystemLog, type SystemLogPorts } from './follow-system-log.ts';
import { type AbsentUserPorts, forgetAbsentUsers } from './inventory/absent-users.ts';
import { type InventoryPorts, inventory } from './inventory/inventory.ts';
import { sendWaiting, type WaitingPorts } from './send-waiting.ts';
import type { SweepServices } from './services.ts';

export interface SweepTenantPorts
  extends CarePorts,
    DeltaPorts,
    DeltaWalkPorts,
    SystemLogPorts,
    Omit<WaitingPorts, 'measureOpen'>,
    InventoryPorts,
    AbsentUserPorts,
    BaselinePorts {
  /** Throws BridgeError for a tenant file that is not valid. */
  servicesOf: (tenant: string) => SweepServices;
  secrets: SecretSource;
  /** Where the tenant's Graph notifications are to come. */
  notificationUrl: (tenant: string) => string;
  log: Log;
  measure: Omit<SweepMetrics, 'flush'>;
}

/** Looks after one tenant until `deadline` (epoch milliseconds) at the latest. Never throws. */
export type SweepTenant = (tenant: string, deadline: number) => Promise<void>;

/**
 * The parts of a tenant's sweep, the urgent ones first: what waits, the subscription of Graph, what webhooks missed;
 * then Clarus' users, and then whole directories. Each keeps where it has got to, stops at the deadline and goes on next
 * time. What fails is logged and measured, and holds up no other part.
 */
export function createSweepTenant(ports: SweepTenantPorts): SweepTenant {
  const underWay = new Map<string, Promise<void>>();

  return function sweepTenant(name, deadline) {
    const before = underWay.get(name);
    if (before !== undefined) return before;
    const sweeping = sweepAll(name, deadline).finally(() => underWay.delete(name));
    underWay.set(name, sweeping);
    return sweeping;
  };

  async function sweepAll(name: string, deadline: number): Promise<void> {
    const services = await part('tenant', name, async () => ports.servicesOf(name));
    if (services === undefined) return;
    await tell('waiting', name, async () => ({
      sentAgain: await sendWaiting({ ...ports, measureOpen: ports.measure.measureOpen }, name),
    }));
    const access = await part('secret', name, () => accessOf(services));
    const [delta] = await Promise.all([access && sweepGraph(access, deadline), sweepLog(services, deadline)]);
    await takeInventory(services, halfWay(deadline));
    await compare(services, access, delta, deadline);
    ports.measure.ran();
  }

  async function accessOf({ tenant }: SweepServices): Promise<GraphAccess | undefined> {
    if (tenant.entra === undefined) return undefined;
    const access = await graphAccess(tenant, ports.secrets);
    if (access === undefined) {
      ports.log('warn', 'sweep', { tenant: tenant.tenant, part: 'entra', outcome: 'no_credentials' });
      ports.measure.subscriptionLifeUsed(100);
    }
    return access;
  }

  /** The subscription first, so that nothing falls between its beginning and the delta run. */
  async function sweepGraph(access: GraphAccess, deadline: number): Promise<DeltaRun | undefined> {
    const { tenant } = access;
    await tell('subscription', tenant, () => care(access));
    return tell('delta', tenant, () => followDelta(ports, access, deadline));
  }

  async function care(access: GraphAccess): Promise<Record<string, unknown>> {
    const { tenant } = access;
    try {
      const { subscription, done } = await careForSubscription(ports, access, ports.notificationUrl(tenant));
      ports.measure.subscriptionLifeUsed(lifeUsed(subscription, ports.clock()));
      return { done, expiresAt: new Date(subscription.expiresAt).toISOString() };
    } catch (error) {
      const { current } = await ports.subscriptions.load(tenant);
      ports.measure.subscriptionLifeUsed(current === undefined ? 100 : lifeUsed(current, ports.clock()));
      throw error;
    }
  }

  async function sweepLog({ tenant }: SweepServices, deadline: number): Promise<void> {
    if (tenant.okta === undefined) return;
    await tell('system_log', tenant.tenant, async () => {
      const run = await followSystemLog(ports, tenant, deadline);
      if (run !== undefined && run.hookTrouble > 0) ports.measure.hookTrouble(run.hookTrouble);
      return run === undefined ? { outcome: 'no_credentials' } : { ...run };
    });
  }

  async function takeInventory(services: SweepServices, deadline: number): Promise<void> {
    const { tenant } = services.tenant;
    await tell('inventory', tenant, async () => {
      const run = await inventory(ports, services, deadline);
      ports.measure.drift(run);
      return { ...run };
    });
    await tell('absent_users', tenant, async () => ({
      forgotten: await forgetAbsentUsers(ports, services, deadline),
    }));
  }

  /** Directories wait until it is known how many users there are: the brake counts in percent of them. */
  async function compare(
    services: SweepServices,
    access: GraphAccess | undefined,
    delta: DeltaRun | undefined,
    deadline: number,
  ): Promise<void> {
    const { tenant } = services.tenant;
    const isCounted = await part('known_users', tenant, async () => ({
      counted: (await ports.cursors.find(tenant, KNOWN_USERS)) !== undefined,
    }));
    if (isCounted?.counted !== true) return;
    const lost = delta?.position === 'lost';
    await Promise.all(
      walksOf(services, access, delta).map((walk) =>
        tell(`baseline_${walk.source}`, tenant, () => baseline(ports, services, walk, { deadline, lost })),
      ),
    );
  }

  function walksOf(
    { tenant }: SweepServices,
    access: GraphAccess | undefined,
    delta: DeltaRun | undefined,
  ): Walk[] {
    const { okta } = ports.directories;
    const list = tenant.okta && okta?.listUsers?.bind(okta);
    return [
      ...(list === undefined ? [] : [listWalk('okta', list, tenant, ports.secrets)]),
      // What became of the feed has to be known: where it ended, people are compared from the beginning.
      ...(access === undefined || delta === undefined
        ? []
        : [deltaWalk(ports, tenant, access, delta.position === 'kept')]),
    ];
  }

  function halfWay(deadline: number): number {
    const now = ports.clock();
    return now + (deadline - now) / 2;
  }

  /** Does a part and logs what it came to. */
  async function tell<End extends object>(
    name: string,
    tenant: string,
    work: () => Promise<End>,
  ): Promise<End | undefined> {
    const end = await part(name, tenant, work);
    if (end !== undefined) ports.log('info', 'sweep', { tenant, part: name, ...end });
    return end;
  }

  async function part<End>(name: string, tenant: string, work: () => Promise<End>): Promise<End | undefined> {
    try {
      return await work();
    } catch (error) {
      const told =
        error instanceof BridgeError
          ? { code: error.code, reason: error.message, status: error.status }
          : { code: String(Object(error).name) };
      ports.log('error', 'sweep', { tenant, part: name, ...told });
      ports.measure.failed();
      return undefined;
    }
  }
}
