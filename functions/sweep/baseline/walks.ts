import { sideBySide } from '../../platform/side-by-side.ts';
import type { Directory, DirectoryAnswer } from '../../sources/directory.ts';
import { type DeltaItem, readDeltaPage } from '../../sources/entra/graph-delta.ts';
import type { GraphAccess } from '../../sources/entra/graph-request.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';
import { type DeltaPorts, keepDelta } from '../follow-delta.ts';
import type { Walk, WalkPage } from './baseline.ts';

/** Through a directory that lists its users. */
export function listWalk(
  source: string,
  list: NonNullable<Directory['listUsers']>,
  tenant: Tenant,
  secrets: SecretSource,
): Walk {
  async function readPage(position?: string): Promise<WalkPage> {
    const page = await list(tenant, secrets, position);
    if (page.kind !== 'page') return page;
    const { users, readAt, malformed, next } = page;
    const people = users.map(({ id, answer }) => ({ source, id, answer, readAt }));
    return { kind: 'page', people, malformed, ...(next !== undefined && { next }) };
  }

  return { source, readPage };
}

export interface DeltaWalkPorts extends Pick<DeltaPorts, 'graph' | 'cursors' | 'clock'> {
  secrets: SecretSource;
  directories: Readonly<Record<string, Directory>>;
}

/** Requests to Graph at the same time. */
const WIDTH = 10;

/**
 * Through Entra by the first run of Graph's delta, which shows everybody, the recycle bin among them, and whose end is
 * where changes are followed from. Of whom it tells nothing but that they are there, as of the bin, is read one by one.
 */
export function deltaWalk(
  ports: DeltaWalkPorts,
  tenant: Tenant,
  access: GraphAccess,
  isFollowed: boolean,
): Walk {
  async function readPage(position?: string): Promise<WalkPage> {
    const readAt = ports.clock();
    const page = await readDeltaPage(ports.graph, access, position);
    if (page.kind === 'resync') return { kind: 'lost' };
    // One user may come several times, the last of them last.
    const items = [...new Map(page.items.map((item) => [item.id, item])).values()];
    const answers = await sideBySide(items, answerTo, WIDTH);
    const people = items.flatMap(({ id }, index) => {
      const answer = answers[index];
      return answer === undefined ? [] : [{ source: 'entra', id, answer, readAt }];
    });
    const { malformed, nextLink: next, deltaLink: end } = page;
    return {
      kind: 'page',
      people,
      malformed,
      ...(next !== undefined && { next }),
      ...(end !== undefined && { end }),
    };
  }

  async function answerTo(item: DeltaItem): Promise<DirectoryAnswer | undefined> {
    if (item.purged) return { kind: 'gone' };
    return item.answer ?? ports.directories.entra?.readUser(tenant, ports.secrets, item.id);
  }

  // Where changes are followed already, they are from there on: what happened meanwhile is news, and this is none.
  return {
    source: 'entra',
    readPage,
    ended: async (end) => (isFollowed ? undefined : keepDelta(ports, access, end)),
  };
}
