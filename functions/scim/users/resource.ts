import type { FoundUser } from '../../clarus/clarus-directory.ts';
import type { JsonObject } from '../../identity/json.ts';
import type { ScimUser } from '../../identity/scim-user.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import type { StoredScimUser } from '../../state/scim-user.ts';
import type { Findable } from '../../state/scim-users.ts';
import type { ScimTenant } from '../ports.ts';
import { weakEtag } from '../protocol/etag.ts';
import { asObject } from '../schema/resource.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { CORE_USER } from './schema.ts';

/** A user as it is known: what SCIM clients wrote, and the record of what Clarus is to have. */
export interface KnownUser {
  stored: StoredScimUser;
  record: UserRecord;
}

/** Clarus' number, which is the id of a user or a role. Everything else is not there, and nobody is asked. */
export function isClarusId(id: string): boolean {
  return /^[1-9]\d{0,15}$/.test(id);
}

/** The user's attributes as of now: whether it is active may come from other sources too. */
export function attributesOf({ stored: { attributes }, record }: KnownUser): JsonObject {
  const active = record.desired.is_active?.value;
  return active === undefined ? attributes : { ...attributes, active };
}

/** The role as far as the bridge knows it. */
export function roleOf({ record }: KnownUser): string | undefined {
  const role = record.desired.role_id?.value ?? record.applied.role_id;
  return role === undefined ? undefined : String(role);
}

/** The resource as clients see it. */
export function userResource({ userType, groups }: ScimTenant, user: KnownUser, baseUrl: string): JsonObject {
  const { stored } = user;
  const id = stored.clarusUserId;
  const role = groups ? roleOf(user) : undefined;
  const content: JsonObject = {
    schemas: schemasOf(userType, stored.attributes),
    id,
    ...attributesOf(user),
    ...(role !== undefined && {
      groups: [{ value: role, $ref: `${baseUrl}/Groups/${role}`, type: 'direct' }],
    }),
  };
  const meta = {
    resourceType: 'User',
    created: new Date(stored.created).toISOString(),
    lastModified: new Date(lastModified(user)).toISOString(),
    location: `${baseUrl}/Users/${id}`,
    version: weakEtag({ ...content, groups: role ?? null }),
  };
  return { ...content, meta };
}

/** Since a client last wrote it, another source may have switched the user on or off, or a group given it a role. */
function lastModified({ stored, record: { desired } }: KnownUser): number {
  const { is_active: active, role_id: role } = desired;
  const isSwitched =
    active !== undefined && active.origin !== 'scim' && active.value !== stored.attributes.active;
  return Math.max(stored.lastModified, isSwitched ? active.at : 0, role?.at ?? 0);
}

function schemasOf({ extensions }: ResourceType, attributes: JsonObject): string[] {
  return [CORE_USER, ...extensions.map(({ id }) => id).filter((id) => attributes[id] !== undefined)];
}

/** What the mapping reads. Its shape is the schemas', which every write has been held to. */
export function asScimUser(attributes: JsonObject): ScimUser {
  return attributes as ScimUser;
}

/** A user that was in Clarus before any client wrote it. */
export function adopted(found: FoundUser, at: number): StoredScimUser {
  const { id, email, name, isActive } = found;
  const attributes: JsonObject = {
    userName: email === '' ? `clarus-user-${id}` : email,
    ...(name !== undefined && name !== '' && { displayName: name, name: nameParts(name) }),
    ...(email !== '' && { emails: [{ value: email, type: 'work', primary: true }] }),
    // Where Clarus does not tell: Okta's import wants to know of everybody.
    active: isActive ?? true,
  };
  return { clarusUserId: id, attributes, created: at, lastModified: at, deleted: false, version: 0 };
}

/** Clarus has one name, and Okta's import wants a first and a last one of everybody. */
function nameParts(formatted: string): JsonObject {
  const words = formatted.trim().split(/\s+/);
  const familyName = words.at(-1) ?? formatted;
  return { formatted, familyName, givenName: words.slice(0, -1).join(' ') || familyName };
}

/** By what the user can be found. */
export function findableIn({ externalId, emails }: JsonObject): [Findable, string][] {
  const addresses = Array.isArray(emails) ? emails.map((email) => asObject(email).value) : [];
  return [
    ...(typeof externalId === 'string' ? [['externalId', externalId] as [Findable, string]] : []),
    ...addresses.flatMap((it): [Findable, string][] => (typeof it === 'string' ? [['emails', it]] : [])),
  ];
}
