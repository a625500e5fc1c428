import type * as z from 'zod';
import type { CursorStore } from '../state/cursors.ts';

/** Where a part of the sweep has got to with a tenant, kept as JSON in a cursor of the table. */
export interface Position<Value> {
  /** Undefined where there is none, or one in the form of another version: the part begins anew. */
  find(tenant: string): Promise<Value | undefined>;
  put(tenant: string, value: Value): Promise<void>;
}

export function positionOf<Value>(
  cursors: CursorStore,
  feed: string,
  schema: z.ZodType<Value>,
): Position<Value> {
  async function find(tenant: string): Promise<Value | undefined> {
    const text = await cursors.find(tenant, feed);
    return text === undefined ? undefined : schema.safeParse(jsonIn(text)).data;
  }

  return { find, put: (tenant, value) => cursors.put(tenant, feed, JSON.stringify(value)) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
