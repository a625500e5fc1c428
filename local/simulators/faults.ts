import * as z from 'zod';

/** A fault to be had by the next `count` requests that it matches. */
export const faultSchema = z.strictObject({
  /** The path itself or anything below it; `*` is any one segment. */
  path: z.string().optional(),
  method: z.string().toUpperCase().optional(),
  /** Answered instead of doing anything. */
  status: z.int().min(200).max(599).optional(),
  /** The Retry-After header: a number is seconds, a text is sent as it is. Without a status it means 429. */
  retryAfter: z.union([z.number(), z.string()]).optional(),
  /** Milliseconds before the answer goes out, or before the connection is dropped. */
  delayMs: z.int().min(0).optional(),
  /** The connection is dropped instead of doing anything. */
  drop: z.boolean().optional(),
  /** The request is carried out, and the connection dropped before the answer. */
  dropAfter: z.boolean().optional(),
  count: z.int().min(1).default(1),
});

export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

export interface Faults {
  add(fault: FaultInput): void;
  /** The fault for this request, oldest first, with one of its `count` used up. */
  take(method: string, path: string): Fault | undefined;
  /** Those with uses left. */
  list(): readonly Fault[];
  clear(): void;
}

/** A store of faults. */
export function createFaults(): Faults {
  let faults: Fault[] = [];

  return {
    add(fault) {
      faults.push(faultSchema.parse(fault));
    },
    take(method, path) {
      const fault = faults.find((candidate) => matches(candidate, method, path));
      if (fault === undefined) return undefined;
      fault.count--;
      if (fault.count === 0) faults = faults.filter((other) => other !== fault);
      return fault;
    },
    list: () => faults,
    clear() {
      faults = [];
    },
  };
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  const given = segments(path);
  return segments(fault.path ?? '').every((segment, index) =>
    segment === '*' ? given[index] !== undefined : segment === given[index],
  );
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** The status answered in place of doing anything, if the fault has one. */
export function statusOf({ status, retryAfter }: Fault): number | undefined {
  return status ?? (retryAfter === undefined ? undefined : 429);
}
