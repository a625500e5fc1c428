import * as z from 'zod';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type HttpAnswer, jsonOf } from '../../platform/http.ts';
import { GUID } from '../../tenants/entra-settings.ts';
import type { DirectoryAnswer } from '../directory.ts';
import { type GraphAccess, type GraphRequest, malformedAnswer } from './graph-request.ts';
import { asDirectoryUser, graphUserSchema, USER_PROPERTIES } from './graph-user.ts';

/** What delta says of one user. */
export interface DeltaItem {
  id: string;
  /** Gone for good: there is nothing left to read. */
  purged: boolean;
  /** All of a live user, where delta shows that; of the others it is to be read. */
  answer?: DirectoryAnswer;
}

/** A page of delta. Exactly one of the links is there. */
export type DeltaPage =
  | { kind: 'page'; items: DeltaItem[]; malformed: number; nextLink?: string; deltaLink?: string }
  /** Graph does not know the position any more: all users have to be read. */
  | { kind: 'resync' };

const pageSchema = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
});

const itemSchema = z.object({
  id: z.string().regex(GUID).toLowerCase(),
  '@removed': z.object({ reason: z.string() }).nullish(),
});

/** A change of these properties alone puts a user into delta. */
const START = `/users/delta?$select=${USER_PROPERTIES}`;

/** Reads one page, from the start without a link. Throws BridgeError for an answer that is none. */
export async function readDeltaPage(
  request: GraphRequest,
  access: GraphAccess,
  link: string = START,
): Promise<DeltaPage> {
  const answer = await askFor(request, access, link);
  if (answer === undefined) return { kind: 'resync' };
  const { code } = Object(Object(jsonOf(answer)).error);
  const lost = typeof code === 'string' && /^(syncState\w+|resync\w*)$/i.test(code);
  if (link !== START && (answer.status === 410 || (answer.status === 400 && lost))) return { kind: 'resync' };
  const page = pageSchema.safeParse(jsonOf(answer));
  if (answer.status !== 200 || !page.success)
    throw malformedAnswer(`${answer.status} without a page of delta`);
  const { value, '@odata.nextLink': nextLink, '@odata.deltaLink': deltaLink } = page.data;
  if ((nextLink === undefined) === (deltaLink === undefined)) throw malformedAnswer('a page without a link');
  const items = value.flatMap(itemIn);
  return {
    kind: 'page',
    items,
    malformed: value.length - items.length,
    ...(nextLink !== undefined && { nextLink }),
    ...(deltaLink !== undefined && { deltaLink }),
  };
}

/**
 * A position that another Graph gave is none of this one, whose own links have been looked at: the tenant file has
 * changed since.
 */
async function askFor(
  request: GraphRequest,
  access: GraphAccess,
  link: string,
): Promise<HttpAnswer | undefined> {
  try {
    return await request(access, 'GET', link);
  } catch (error) {
    const isElsewhere = error instanceof BridgeError && error.code === 'entra_response_malformed';
    if (isElsewhere && link !== START) return undefined;
    throw error;
  }
}

function itemIn(element: unknown): DeltaItem[] {
  const { data: item } = itemSchema.safeParse(element);
  if (item === undefined) return [];
  const removed = item['@removed'];
  // "changed" is the recycle bin, where there is still something to read.
  if (removed) return [{ id: item.id, purged: removed.reason === 'deleted' }];
  const { data: user } = graphUserSchema.safeParse(element);
  return [{ id: item.id, purged: false, ...(user && { answer: asDirectoryUser(user) }) }];
}
