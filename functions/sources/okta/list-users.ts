import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';
import type { DirectoryPage } from '../directory.ts';
import { createMemberReading, type MemberLists } from './member-lists.ts';
import { type OktaPage, readPage } from './okta-page.ts';
import { credentialsRefused, malformedAnswer, type OktaRequest } from './okta-request.ts';
import { asDirectoryUser, oktaUserSchema } from './okta-user.ts';
import { OKTA_USER_ID } from './read-event.ts';

/** Okta's plain list of users leaves out who is deactivated. */
const STRETCHES = {
  present: '/api/v1/users?limit=200',
  deactivated: `/api/v1/users?limit=200&filter=${encodeURIComponent('status eq "DEPROVISIONED"')}`,
} as const;

const positionSchema = z.strictObject({ stretch: z.enum(['present', 'deactivated']), link: z.string() });

type Position = z.output<typeof positionSchema>;

const BEGINNING: Position = { stretch: 'present', link: STRETCHES.present };

const listedSchema = oktaUserSchema.extend({ id: z.string().regex(OKTA_USER_ID) });

export type ListUsers = (tenant: Tenant, secrets: SecretSource, position?: string) => Promise<DirectoryPage>;

/**
 * All users, 200 a page: those who are there, with their memberships, and then those who are deactivated, whose
 * memberships decide nothing.
 */
export function createListUsers(request: OktaRequest, clock: Clock): ListUsers {
  const memberReading = createMemberReading(request, clock);

  return async function listUsers(tenant, secrets, text) {
    const position = text === undefined ? BEGINNING : positionIn(text);
    if (position === undefined) return { kind: 'lost' };
    if (text === undefined) memberReading.begin(tenant);
    const readAt = clock();
    const page = await readPage(request, tenant, secrets, position.link);
    switch (page.kind) {
      case 'page':
        return pageOf(tenant, secrets, { position, page, readAt });
      case 'lost':
      case 'no_credentials':
        return page;
      case 'forbidden':
        throw credentialsRefused(403);
      case 'missing':
        throw malformedAnswer('404 to a list of users');
    }
  };

  async function pageOf(
    tenant: Tenant,
    secrets: SecretSource,
    { position, page, readAt }: { position: Position; page: UsersPage; readAt: number },
  ): Promise<DirectoryPage> {
    if (page.next === position.link) throw malformedAnswer('a page that it has shown before');
    const lists = position.stretch === 'present' ? await memberReading.read(tenant, secrets) : undefined;
    const users = page.elements.flatMap((element) => listed(element, tenant, lists));
    const next = after(position, page.next);
    if (next === undefined) memberReading.end(tenant);
    return {
      kind: 'page',
      users,
      malformed: page.elements.length - users.length,
      readAt: Math.min(readAt, lists?.began ?? readAt),
      ...(next !== undefined && { next: JSON.stringify(next) }),
    };
  }
}

type UsersPage = Extract<OktaPage, { kind: 'page' }>;

type Listed = Extract<DirectoryPage, { kind: 'page' }>['users'];

function listed(element: unknown, { okta }: Tenant, lists: MemberLists | undefined): Listed {
  const { data } = listedSchema.safeParse(element);
  if (data === undefined) return [];
  return [{ id: data.id, answer: asDirectoryUser(data, okta, lists?.membershipsOf(data.id)) }];
}

function after({ stretch }: Position, link: string | undefined): Position | undefined {
  if (link !== undefined) return { stretch, link };
  return stretch === 'present' ? { stretch: 'deactivated', link: STRETCHES.deactivated } : undefined;
}

function positionIn(text: string): Position | undefined {
  try {
    return positionSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
