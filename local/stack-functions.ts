import type { handler as Deliver } from '../functions/deliver/handler.ts';
import type { handler as Receive } from '../functions/receive/handler.ts';
import type { handler as Scim } from '../functions/scim/handler.ts';
import type { handler as Sweep } from '../functions/sweep/handler.ts';

export interface StackFunctions {
  receive: typeof Receive;
  deliver: typeof Deliver;
  scim: typeof Scim;
}

interface Handlers extends StackFunctions {
  sweep: typeof Sweep;
}

let generation = 0;

/**
 * The functions as Lambda would start them: each module reads the environment when it is imported. The query
 * makes every stack in a process import them anew, with its own environment.
 */
export async function importFunctions(): Promise<StackFunctions> {
  generation++;
  return {
    receive: await importHandler('receive'),
    deliver: await importHandler('deliver'),
    scim: await importHandler('scim'),
  };
}

/** The sweep comes later than the others: it has to know where the bridge listens. */
export function importSweep(): Promise<typeof Sweep> {
  return importHandler('sweep');
}

async function importHandler<Name extends keyof Handlers>(name: Name): Promise<Handlers[Name]> {
  process.env.POWERTOOLS_SERVICE_NAME = name;
  const module: { handler: Handlers[Name] } = await import(
    new URL(`../functions/${name}/handler.ts?stack=${generation}`, import.meta.url).href
  );
  return module.handler;
}
