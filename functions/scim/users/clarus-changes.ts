import { defaultRole } from '../../clarus/default-role.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type AttributeName, type ClarusAttributes, namesIn } from '../../identity/clarus-attributes.ts';
import { type JsonObject, sameJson } from '../../identity/json.ts';
import type { Mapped } from '../../identity/mapping.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import type { ScimTenant } from '../ports.ts';
import { valueAt, withValue } from '../schema/resource.ts';
import type { AttributePath } from '../schema/resource-type.ts';
import { asScimUser } from './resource.ts';

/** Texts that Clarus takes empty, so that clearing them in SCIM clears them there. */
export const CLEARABLE = [
  'language',
  'timezone',
  'string1',
  'string2',
  'string3',
  'string4',
  'string5',
] as const satisfies (keyof ClarusAttributes)[];

/** What a write means for Clarus. */
export interface Wishes {
  wanted: Partial<ClarusAttributes>;
  /** Why an attribute that the write is about cannot be mapped. */
  problem?: BridgeError;
}

/** A user whom a write changes, as clients left it, and the record of it. */
export interface UserBefore {
  attributes: JsonObject;
  record: UserRecord;
}

/**
 * What a write wants of Clarus: what the tenant's mapping makes of the user now and did not before, and what it
 * makes of things that the client spoke of and that the record has otherwise, because others have changed them.
 * `is_active` is wanted whenever the client spoke of it.
 */
export async function wishes(
  scim: ScimTenant,
  before: UserBefore | undefined,
  after: JsonObject,
  stated: readonly AttributePath[],
): Promise<Wishes> {
  const now = await mapped(scim, after);
  const then = before === undefined ? undefined : await mapped(scim, before.attributes);
  const unsaid = await mapped(scim, without(after, stated));
  const shown = then?.attributes ?? {};

  const wanted: Partial<ClarusAttributes> = {};
  for (const name of namesIn(now.attributes)) {
    const value = now.attributes[name];
    const isSaid = value !== unsaid.attributes[name];
    if (value !== shown[name] || (isSaid && !isSettled(before?.record, name, value)))
      Object.assign(wanted, { [name]: value });
  }
  for (const name of CLEARABLE) {
    if (shown[name] !== undefined && isGone(now, name)) wanted[name] = '';
  }
  if (shown.role_id !== undefined && isGone(now, 'role_id')) {
    const role = await defaultRole(scim.clarus, scim.tenant);
    if (role !== undefined) wanted.role_id = role;
  }
  const problem = await problemOf(scim, { now, then, before: before?.attributes ?? {}, after, stated });
  return { wanted, ...(problem !== undefined && { problem }) };
}

/** Whether the record wants the value, and Clarus is known to have it. */
function isSettled(record: UserRecord | undefined, name: AttributeName, value: unknown): boolean {
  return name !== 'is_active' && record?.desired[name]?.value === value && record?.applied[name] === value;
}

/** What could not be mapped before and was left alone by this write keeps nothing else out. */
async function problemOf(
  scim: ScimTenant,
  {
    now,
    then,
    before,
    after,
    stated,
  }: {
    now: Mapped;
    then: Mapped | undefined;
    before: JsonObject;
    after: JsonObject;
    stated: readonly AttributePath[];
  },
): Promise<BridgeError | undefined> {
  const [fresh] = [...now.problems].filter(([name]) => then?.problems.has(name) !== true);
  if (fresh !== undefined || now.problems.size === 0) return fresh?.[1];
  const changed = stated.filter(
    (path) => !sameJson(valueAt(before, path) ?? null, valueAt(after, path) ?? null),
  );
  const { problems } = await mapped(scim, without(after, changed));
  const [worsened] = [...now.problems].filter(([name]) => !problems.has(name));
  return worsened?.[1];
}

function mapped({ map }: ScimTenant, attributes: JsonObject): Promise<Mapped> {
  return map(asScimUser(attributes));
}

function without(attributes: JsonObject, paths: readonly AttributePath[]): JsonObject {
  return paths.reduce((rest, path) => withValue(rest, path, undefined), attributes);
}

function isGone({ attributes, problems }: Mapped, name: AttributeName): boolean {
  return attributes[name] === undefined && !problems.has(name);
}

const ADDRESS_MISSING =
  'Clarus needs an e-mail address to log in with. Send one in emails, or an address as userName.';

/** For a user who has no address that Clarus could take for a login. */
export function addressMissing(): BridgeError {
  return new BridgeError('mapping_failed', ADDRESS_MISSING, { retryable: false, what: ADDRESS_MISSING });
}
