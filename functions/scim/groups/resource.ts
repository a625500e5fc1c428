import type { ClarusRole } from '../../clarus/clarus-directory.ts';
import type { JsonObject } from '../../identity/json.ts';
import type { StoredScimGroup } from '../../state/scim-groups.ts';
import { weakEtag } from '../protocol/etag.ts';
import { CORE_GROUP } from './schema.ts';

/** Roles have no dates in Clarus, and SCIM wants some: those of the first version that showed them. */
const SINCE = Date.UTC(2026, 0);

/** A role with what is known of it as a group. */
export interface KnownGroup {
  role: ClarusRole;
  stored: StoredScimGroup | undefined;
  /** The ids of its members; undefined when they are not asked for, since all users have to be looked at for them. */
  members: readonly string[] | undefined;
}

/** What clients may change of a group. */
export function groupAttributes({ role, stored, members = [] }: KnownGroup): JsonObject {
  return {
    displayName: role.name,
    ...(stored?.externalId !== undefined && { externalId: stored.externalId }),
    ...(members.length > 0 && { members: members.map((value) => ({ value, type: 'User' })) }),
  };
}

/** The resource as clients see it; without its version when the members are not known, whose version it is too. */
export function groupResource(group: KnownGroup, baseUrl: string): JsonObject {
  const { role, stored, members } = group;
  const attributes = groupAttributes(group);
  const meta = {
    resourceType: 'Group',
    created: new Date(SINCE).toISOString(),
    lastModified: new Date(stored?.lastModified ?? SINCE).toISOString(),
    location: `${baseUrl}/Groups/${role.id}`,
    ...(members !== undefined && { version: weakEtag({ id: role.id, ...attributes }) }),
  };
  return {
    schemas: [CORE_GROUP],
    id: role.id,
    ...attributes,
    // Empty where nobody is a member: clients tell that from members that were not asked for.
    ...(members !== undefined && {
      members: members.map((value) => ({ value, $ref: `${baseUrl}/Users/${value}`, type: 'User' })),
    }),
    meta,
  };
}
