import { baselineFeed } from '../functions/sweep/baseline/baseline.ts';
import type { OperatorPorts } from './ports.ts';

/** Sources that list everybody. */
const DIRECTORIES = new Set(['okta', 'entra']);

/**
 * Has the next sweep compare everybody of a tenant with its directories, from the beginning: after a restore, when the
 * directories know better. Returns the directories. Throws BridgeError.
 */
export async function compare(
  { cursors }: Pick<OperatorPorts, 'cursors'>,
  tenant: string,
  sources: readonly string[],
): Promise<string[]> {
  const directories = sources.filter((source) => DIRECTORIES.has(source));
  for (const source of directories) await cursors.put(tenant, baselineFeed(source), '');
  return directories;
}
