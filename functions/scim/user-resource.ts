import type { FoundUser } from '../clarus/clarus-directory.ts';
import type { JsonObject } from '../identity/json.ts';
import type { ScimUser } from '../identity/scim-user.ts';
import type { UserRecord } from '../identity/user-record.ts';
import type { Findable, StoredScimUser } from '../state/scim-users.ts';
import { weakEtag } from './etag.ts';
import { asObject } from './resource.ts';
import type { ResourceType } from './resource-type.ts';
import type { ScimTenant } from './scim-tenant.ts';
import { CORE_USER } from './user-schema.ts';

/** A user as it is known: what SCIM clients wrote, and the record of what Clarus is to have. */
export interface KnownUser {
  stored: StoredScimUser;
  record: UserRecord;
}

/** The user's attributes as of now: whether it is active may come from other sources too. */
export function attributesOf({ stored, record }: KnownUser): JsonObject {
  const active = record.desired.is_active?.value ?? stored.attributes.active ?? true;
  return { ...stored.attributes, active };
}

/** The resource as clients see it. */
export function userResource({ userType, groups }: ScimTenant, user: KnownUser, baseUrl: string): JsonObject {
  const { stored, record } = user;
  const id = stored.clarusUserId;
  const role = groups ? (record.desired.role_id?.value ?? record.applied.role_id) : undefined;
  const content: JsonObject = {
    schemas: schemasOf(userType, stored.attributes),
    id,
    ...attributesOf(user),
    ...(role !== undefined && {
      groups: [{ value: String(role), $ref: `${baseUrl}/Groups/${role}`, type: 'direct' }],
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

/** Another source may have switched the user on or off since a client last wrote it. */
function lastModified({ stored, record }: KnownUser): number {
  const active = record.desired.is_active;
  if (active === undefined || active.origin === 'scim') return stored.lastModified;
  const same = active.value === (stored.attributes.active ?? true);
  return same ? stored.lastModified : Math.max(stored.lastModified, active.at);
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
    ...(name !== undefined && name !== '' && { displayName: name, name: { formatted: name } }),
    ...(email !== '' && { emails: [{ value: email, type: 'work', primary: true }] }),
    active: isActive ?? true,
  };
  return { clarusUserId: id, attributes, created: at, lastModified: at, deleted: false, version: 0 };
}

/** By what the user can be found. */
export function findableIn({ externalId, emails }: JsonObject): [Findable, string][] {
  const addresses = Array.isArray(emails) ? emails.map((email) => asObject(email).value) : [];
  return [
    ...(typeof externalId === 'string' ? [['externalId', externalId] as [Findable, string]] : []),
    ...addresses.flatMap((it): [Findable, string][] => (typeof it === 'string' ? [['emails', it]] : [])),
  ];
}
