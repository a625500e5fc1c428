import { createHash } from 'node:crypto';
import * as z from 'zod';
import { open, seal } from '../credentials/sealed.ts';
import { badRequest } from '../protocol/error.ts';
import { CURSOR_TIMEOUT } from '../protocol/limits.ts';
import type { QueryParameters } from '../protocol/query.ts';

/** Where the next page begins: by Clarus' own cursor, or by the number of what has been shown. */
export interface Position {
  after?: string;
  offset?: number;
}

/** What a cursor belongs to: a cursor of one query is none of another's. */
export interface CursorScope {
  key: Buffer;
  now: number;
  endpoint: string;
  parameters: QueryParameters;
}

const contentSchema = z.object({
  scope: z.string(),
  after: z.string().exactOptional(),
  offset: z.int().min(0).exactOptional(),
});

/** An opaque cursor (RFC 9865 section 2.1): whoever changes it has none. */
export function makeCursor(scope: CursorScope, position: Position): string {
  return seal(scope.key, { scope: scopeOf(scope), ...position }, scope.now + CURSOR_TIMEOUT * 1000);
}

/** The position in a cursor; the beginning for an empty one. Throws ScimError `invalidCursor` or `expiredCursor`. */
export function readCursor(scope: CursorScope, cursor: string): Position {
  if (cursor === '') return {};
  const opened = open(scope.key, cursor, scope.now);
  if (opened.kind === 'expired') {
    throw badRequest('expiredCursor', 'The cursor has expired: begin again without one.');
  }
  const content = opened.kind === 'good' ? contentSchema.safeParse(opened.content).data : undefined;
  if (content === undefined || content.scope !== scopeOf(scope)) {
    throw badRequest('invalidCursor', 'This is no cursor for this query: begin again without one.');
  }
  const { scope: _, ...position } = content;
  return position;
}

function scopeOf({ endpoint, parameters: { filter = '' } }: CursorScope): string {
  return createHash('sha256').update(`${endpoint}\n${filter}`).digest('base64url');
}
