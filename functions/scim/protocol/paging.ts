import { badRequest } from './error.ts';
import { DEFAULT_PAGE, MAX_PAGE } from './limits.ts';

/** What part of a list is asked for. */
export type Page = { count: number } & (
  | { kind: 'index'; startIndex: number }
  /** Empty for the first page (RFC 9865 section 2). */
  | { kind: 'cursor'; cursor: string }
);

/** Parameters of a query as text, from the URL or from the body of `.search`. */
export interface PageParameters {
  startIndex?: string | undefined;
  count?: string | undefined;
  cursor?: string | undefined;
}

/** Reads what part is asked for (RFC 7644 section 3.4.2.4). Throws ScimError `invalidValue` or `invalidCount`. */
export function pageOf({ startIndex, count, cursor }: PageParameters): Page {
  const size = within(0, whole(count, 'count', cursor === undefined) ?? DEFAULT_PAGE, MAX_PAGE);
  if (cursor !== undefined) return { kind: 'cursor', cursor, count: size };
  const start = within(1, whole(startIndex, 'startIndex', true) ?? 1, Number.MAX_SAFE_INTEGER);
  return { kind: 'index', startIndex: start, count: size };
}

function within(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

function whole(text: string | undefined, name: string, byIndex: boolean): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw badRequest(byIndex ? 'invalidValue' : 'invalidCount', `${name} has to be a whole number.`);
}
