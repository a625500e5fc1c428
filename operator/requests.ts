import * as z from 'zod';

/** A line of the request log, as `scim` writes it. */
const lineSchema = z.looseObject({
  timestamp: z.string(),
  message: z.literal('scim'),
  requestId: z.string(),
  tenant: z.string(),
  client: z.string().optional(),
  op: z.string(),
  on: z.string().optional(),
  status: z.number(),
  why: z.string().optional(),
  active: z.boolean().optional(),
  found: z.number().optional(),
});

/** Whose requests are looked for. */
export interface RequestQuery {
  tenant: string;
  /** The Clarus user or role. */
  user?: string | undefined;
}

/** The lines of a request log that answer a query, in words. What else is in the log is passed over. */
export function requestLines(log: readonly string[], { tenant, user }: RequestQuery): string[] {
  return log.flatMap((text) => {
    const line = parsed(text);
    if (line === undefined || line.tenant !== tenant) return [];
    if (user !== undefined && line.on !== user) return [];
    const { timestamp, client = 'nobody', op, on, status, why, active, found, requestId } = line;
    const end = [
      status,
      why,
      active === undefined ? undefined : active ? 'active' : 'inactive',
      found === undefined ? undefined : `found ${found}`,
    ];
    const what = [op, on].filter((it) => it !== undefined).join(' ');
    return [
      `${timestamp} ${client} ${what}: ${end.filter((it) => it !== undefined).join(' ')}; request ${requestId}`,
    ];
  });
}

function parsed(text: string): z.output<typeof lineSchema> | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
