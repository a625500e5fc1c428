import type { Card } from '../functions/identity/card.ts';
import type { OperatorPorts } from './ports.ts';

/** What is not done for a tenant: what waits, the oldest first, and then what the brake holds. Throws BridgeError. */
export async function waiting(
  { openItems }: Pick<OperatorPorts, 'openItems'>,
  tenant: string,
): Promise<Card[]> {
  const [waits, held] = await Promise.all([openItems.waiting(tenant), openItems.held(tenant)]);
  const listed = new Set(waits.map(({ source, account }) => `${source} ${account}`));
  return [...waits, ...held.filter(({ source, account }) => !listed.has(`${source} ${account}`))];
}
