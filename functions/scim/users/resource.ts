import type { FoundUser } from '../../clarus/clarus-directory.ts';
import { decide } from '../../identity/access/decide.ts';
import type { JsonObject } from '../../identity/json.ts';
import type { ScimUser } from '../../identity/profile/scim-user.ts';
import { lastSaid } from '../../identity/scim-account.ts';
import type { ScimSide, UserRecord } from '../../identity/user-record.ts';
import type { Findable } from '../../state/scim-pointers.ts';
import type { ScimTenant } from '../ports.ts';
import { weakEtag } from '../protocol/etag.ts';
import { asObject } from '../schema/resource.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { ACCESS, CORE_USER } from './schema.ts';

/** A user whom a client was shown or has written: its side of the record, and the record. */
export interface KnownUser {
  record: UserRecord;
  side: ScimSide;
}

/** Clarus' number, which is the id of a user or a role. Everything else is not there, and nobody is asked. */
export function isClarusId(id: string): boolean {
  return /^[1-9]\d{0,15}$/.test(id);
}

/** The user of a record as the client has it, unless it has none or has deleted it. */
export function knownUser({ client }: Pick<ScimTenant, 'client'>, record: UserRecord): KnownUser | undefined {
  const side = record.scim[client];
  return side === undefined || side.deleted ? undefined : { record, side };
}

/** The client's own last word of whether the person may log in; undefined of somebody it has not spoken of. */
export function saidActive(
  { record, side }: KnownUser,
  { client }: Pick<ScimTenant, 'client'>,
): boolean | undefined {
  const said = lastSaid(record, client)?.word.gives ?? side.resource.active;
  return typeof said === 'boolean' ? said : undefined;
}

/** Whether Clarus lets the person in, as far as anybody knows. */
function activeInClarus({ applied, shown, first }: UserRecord): boolean | undefined {
  return applied.is_active ?? shown?.active ?? first?.active;
}

/** The attributes as the client is shown them: `active` is its own last word, and how Clarus stands until it has one. */
export function attributesOf(
  user: KnownUser,
  scim: Pick<ScimTenant, 'client' | 'tenant' | 'roleResources'>,
): JsonObject {
  // Where Clarus does not tell: Okta's import wants to know of everybody.
  const active = saidActive(user, scim) ?? activeInClarus(user.record) ?? true;
  return { ...roleInClarus(user, scim), ...user.side.resource, active };
}

/** The role that nobody has given here, where roles are resources: Okta imports who has which. */
function roleInClarus(
  { record: { applied, shown } }: KnownUser,
  { tenant, roleResources }: Pick<ScimTenant, 'tenant' | 'roleResources'>,
): JsonObject {
  const role = applied.role_id ?? shown?.roleId;
  const isShown = roleResources && tenant.mapping.role_id === undefined;
  return isShown && role !== undefined ? { roles: [{ value: String(role) }] } : {};
}

/** The roles the person is a member of: those the client has put it into, else the one it is known to have. */
export function rolesOf(
  { scim, applied, shown }: UserRecord,
  { client }: Pick<ScimTenant, 'client'>,
): readonly string[] {
  const { memberOf = [] } = scim[client] ?? {};
  if (memberOf.length > 0) return memberOf;
  const role = applied.role_id ?? shown?.roleId;
  return role === undefined ? [] : [String(role)];
}

/** The resource as clients see it. */
export function userResource(scim: ScimTenant, user: KnownUser, baseUrl: string): JsonObject {
  const { record, side } = user;
  const id = record.clarusUserId;
  const roles = scim.groups ? rolesOf(record, scim) : [];
  const attributes = { ...attributesOf(user, scim), ...accessOf(scim, record) };
  const content: JsonObject = { schemas: schemasOf(scim.userType, attributes), id, ...attributes };
  const meta = {
    resourceType: 'User',
    created: new Date(side.created).toISOString(),
    lastModified: new Date(side.lastModified).toISOString(),
    location: `${baseUrl}/Users/${id}`,
    version: weakEtag({ ...content, groups: [...roles] }),
  };
  const groups = roles.map((value) => ({ value, $ref: `${baseUrl}/Groups/${value}`, type: 'direct' }));
  return { ...content, ...(groups.length > 0 && { groups }), meta };
}

/** How Clarus stands, which others decide too. */
function accessOf({ withoutRoles }: ScimTenant, record: UserRecord): JsonObject {
  const active = activeInClarus(record);
  const out = [...new Set(decide(record, withoutRoles).takings.map(({ by }) => by))];
  if (active === undefined && out.length === 0) return {};
  return {
    [ACCESS]: { ...(active !== undefined && { active }), ...(out.length > 0 && { keptOutBy: out }) },
  };
}

function schemasOf({ extensions }: ResourceType, attributes: JsonObject): string[] {
  return [CORE_USER, ...extensions.map(({ id }) => id).filter((id) => attributes[id] !== undefined)];
}

/** What the mapping reads. Its shape is the schemas', which every write has been held to. */
export function asScimUser(attributes: JsonObject): ScimUser {
  return attributes as ScimUser;
}

/** The side of a user that was in Clarus before any client wrote it. */
export function adoptedSide({ id, email, name }: FoundUser, at: number): ScimSide {
  const resource: JsonObject = {
    userName: email === '' ? nameless(id) : email,
    ...(name !== undefined && name !== '' && { displayName: name, name: nameParts(name) }),
    ...(email !== '' && { emails: [{ value: email, type: 'work', primary: true }] }),
  };
  return { resource, created: at, lastModified: at, deleted: false, adopted: true };
}

/** The userName of somebody who has no address, or whose address is another one's name. */
export function nameless(clarusUserId: string): string {
  return `clarus-user-${clarusUserId}`;
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
