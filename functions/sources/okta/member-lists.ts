import type { Clock } from '../../platform/clock.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';
import { conclusive, type Memberships } from './memberships.ts';
import { readPage, unlessRefused } from './okta-page.ts';
import { malformedAnswer, type OktaRequest } from './okta-request.ts';

/** Who is a member of each of a tenant's apps and groups. */
export interface MemberLists {
  /** When the reading of the lists began, epoch milliseconds. */
  began: number;
  membershipsOf(userId: string): Memberships | undefined;
}

interface MemberReading {
  /** Begins anew, unless a reading is under way that was interrupted. */
  begin(tenant: Tenant): void;
  /** The lists, of which no more is read than is not there yet. Throws BridgeError, and goes on from there later. */
  read(tenant: Tenant, secrets: SecretSource): Promise<MemberLists>;
  /** Frees the memory. */
  end(tenant: Tenant): void;
}

interface List {
  id: string;
  start: string;
  members: Set<string>;
  seen: Set<string>;
  /** Where it goes on; undefined when it is whole. */
  link: string | undefined;
  isTold: boolean;
}

interface Lists {
  began: number;
  all: List[];
}

/** Older lists are read anew, also in the middle of a comparison: milliseconds. */
const GOOD_FOR = 60 * 60_000;

const PAGE = 200;

/**
 * Reads who is assigned to an app and who is in a group as lists, 200 people a request, for who compares everybody: a
 * user's page tells no memberships, and that somebody is no member only the whole list can tell. The lists stay in
 * memory for as long as the comparison takes; a function that begins with an empty one reads them again.
 */
export function createMemberReading(request: OktaRequest, clock: Clock): MemberReading {
  const kept = new Map<string, Lists>();

  function begin({ tenant }: Tenant): void {
    const known = kept.get(tenant);
    if (known?.all.every(({ link }) => link === undefined)) kept.delete(tenant);
  }

  function listsOf({ tenant, okta }: Tenant): Lists {
    const known = kept.get(tenant);
    if (known !== undefined && clock() - known.began < GOOD_FOR) return known;
    const { apps = [], groups = [] } = okta ?? {};
    const lists = {
      began: clock(),
      all: [...apps.map((id) => listOf('apps', id)), ...groups.map((id) => listOf('groups', id))],
    };
    kept.set(tenant, lists);
    return lists;
  }

  async function read(tenant: Tenant, secrets: SecretSource): Promise<MemberLists> {
    const { began, all } = listsOf(tenant);
    for (const list of all) {
      while (list.link !== undefined) await readOn(list, list.link, tenant, secrets);
    }
    return {
      began,
      membershipsOf: (userId) =>
        conclusive(all.map(({ id, members, isTold }) => [id, isTold ? members.has(userId) : undefined])),
    };
  }

  async function readOn(list: List, link: string, tenant: Tenant, secrets: SecretSource): Promise<void> {
    const page = await unlessRefused(readPage(request, tenant, secrets, link));
    switch (page.kind) {
      case 'page':
        for (const element of page.elements) list.members.add(String(Object(element).id));
        list.seen.add(link);
        if (page.next !== undefined && list.seen.has(page.next)) {
          throw malformedAnswer('a page that it has shown before');
        }
        list.link = page.next;
        return;
      case 'missing':
        // Nobody is a member of an app or a group that is gone.
        list.link = undefined;
        return;
      case 'lost':
        Object.assign(list, { link: list.start, members: new Set(), seen: new Set() });
        throw malformedAnswer('an address of a page that it does not take');
      case 'forbidden':
      case 'no_credentials':
        Object.assign(list, { link: undefined, isTold: false });
        return;
    }
  }

  return { begin, read, end: ({ tenant }) => void kept.delete(tenant) };
}

function listOf(kind: 'apps' | 'groups', id: string): List {
  const start = `/api/v1/${kind}/${encodeURIComponent(id)}/users?limit=${PAGE}`;
  return { id, start, members: new Set(), seen: new Set(), link: start, isTold: true };
}
