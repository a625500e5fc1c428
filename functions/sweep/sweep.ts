import { BridgeError } from '../identity/bridge-error.ts';
import type { Announcement } from '../identity/change.ts';
import type { Log } from '../platform/logger.ts';
import { type GraphAccess, graphAccess } from '../sources/entra/graph-request.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource, TenantSecret } from '../tenants/tenant-secret.ts';
import { type CarePorts, careForSubscription, lifeUsed } from './care-for-subscription.ts';
import { type DeltaPorts, followDelta } from './follow-delta.ts';
import { followSystemLog, type SystemLogPorts } from './follow-system-log.ts';

export interface SweepPorts extends CarePorts, DeltaPorts, SystemLogPorts {
  /** All that this deployment serves. Throws BridgeError for a tenant file that is not valid. */
  tenants: readonly (() => Tenant)[];
  secrets: SecretSource;
  /** Where the tenant's Graph notifications are to come. */
  notificationUrl: (tenant: string) => string;
  announce(changes: readonly Announcement[]): Promise<void>;
  log: Log;
  measure: SweepMetrics;
}

/** What a sweep measures; alarms watch it. */
export interface SweepMetrics {
  /** How much of a tenant's subscription's life is over, in percent: 100 without a subscription. */
  subscriptionLifeUsed(percent: number): void;
  /** A part of the sweep that failed for a tenant. */
  failed(): void;
  /** How often Okta logged that an event hook does not get through. */
  hookTrouble(count: number): void;
}

/**
 * Looks after all tenants at once: keeps their Graph subscriptions alive, and finds what webhooks missed in
 * Graph's delta and in Okta's System Log. What fails for one tenant or part is logged and measured, and holds
 * up no other; the next sweep tries it again.
 */
export function createSweep(ports: SweepPorts): () => Promise<void> {
  return async function sweep() {
    await Promise.all(ports.tenants.map((tenantOf) => sweepTenant(tenantOf)));
  };

  async function sweepTenant(tenantOf: () => Tenant): Promise<void> {
    let tenant: Tenant;
    let secret: TenantSecret;
    try {
      tenant = tenantOf();
      if (tenant.entra === undefined && tenant.okta === undefined) return;
      secret = await ports.secrets.load(tenant.tenant);
    } catch (error) {
      failed('tenant', undefined, error);
      return;
    }
    const access = graphAccess(tenant, secret);
    if (tenant.entra !== undefined && access === undefined) {
      ports.log('warn', 'sweep', { tenant: tenant.tenant, part: 'entra', outcome: 'no_credentials' });
      ports.measure.subscriptionLifeUsed(100);
    }
    await Promise.all([access && sweepEntra(access), tenant.okta && sweepOkta(tenant, secret)]);
  }

  /** The subscription first, so that nothing falls between its beginning and the delta run. */
  async function sweepEntra(access: GraphAccess): Promise<void> {
    const { tenant } = access;
    await part('subscription', tenant, async () => {
      try {
        const { subscription, done } = await careForSubscription(
          ports,
          access,
          ports.notificationUrl(tenant),
        );
        ports.measure.subscriptionLifeUsed(lifeUsed(subscription, ports.clock()));
        return { done, expiresAt: new Date(subscription.expiresAt).toISOString() };
      } catch (error) {
        const { current } = await ports.subscriptions.load(tenant);
        ports.measure.subscriptionLifeUsed(current === undefined ? 100 : lifeUsed(current, ports.clock()));
        throw error;
      }
    });
    await part('delta', tenant, async () => ({ ...(await followDelta(ports, access)) }));
  }

  async function sweepOkta(tenant: Tenant, secret: TenantSecret): Promise<void> {
    await part('system_log', tenant.tenant, async () => {
      const run = await followSystemLog(ports, tenant, secret);
      if (run !== undefined && run.hookTrouble > 0) ports.measure.hookTrouble(run.hookTrouble);
      return run === undefined ? { outcome: 'no_credentials' } : { ...run };
    });
  }

  async function part(
    name: string,
    tenant: string,
    work: () => Promise<Record<string, unknown>>,
  ): Promise<void> {
    try {
      ports.log('info', 'sweep', { tenant, part: name, ...(await work()) });
    } catch (error) {
      failed(name, tenant, error);
    }
  }

  function failed(name: string, tenant: string | undefined, error: unknown): void {
    const told =
      error instanceof BridgeError
        ? { code: error.code, reason: error.message, status: error.status }
        : { code: String(Object(error).name) };
    ports.log('error', 'sweep', { tenant, part: name, ...told });
    ports.measure.failed();
  }
}
