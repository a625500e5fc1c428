import type { Clock } from '../platform/clock.ts';
import type { SweepTenant } from './sweep-tenant.ts';

export interface SweepPorts {
  /** The names of all tenants that this deployment serves. */
  tenants: readonly string[];
  sweepTenant: SweepTenant;
  clock: Clock;
}

/** Tenants that are swept at the same time. */
const WIDTH = 5;

/**
 * Sweeps all tenants until `deadline` (epoch milliseconds) at the latest, some at a time. Each has its share of the
 * time that is left, so that one with a large directory holds up no other; what it did not get done goes on next time.
 */
export function createSweep({
  tenants,
  sweepTenant,
  clock,
}: SweepPorts): (deadline: number) => Promise<void> {
  return async function sweep(deadline) {
    const rest = [...tenants];
    await Promise.all(Array.from({ length: WIDTH }, work));

    async function work(): Promise<void> {
      for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
        const turns = Math.ceil((rest.length + 1) / WIDTH);
        await sweepTenant(name, clock() + (deadline - clock()) / turns);
      }
    }
  };
}
