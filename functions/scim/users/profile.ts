import type { ProfileAttributes } from '../../identity/access/account.ts';
import { CLEARABLE } from '../../identity/access/desired.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type JsonObject, sameJson } from '../../identity/json.ts';
import { isEmail } from '../../identity/profile/addresses.ts';
import type { AttributeName } from '../../identity/profile/clarus-attributes.ts';
import { type Mapped, toValue } from '../../identity/profile/mapping.ts';
import { withAppRoles } from '../change/app-roles.ts';
import type { ScimTenant } from '../ports.ts';
import { asObject, valueAt, withValue } from '../schema/resource.ts';
import type { AttributePath } from '../schema/resource-type.ts';
import { asScimUser } from './resource.ts';

const COSMETIC: ReadonlySet<AttributeName> = new Set(CLEARABLE);

/** What a client says of the Clarus attributes altogether. */
export interface SaidProfile {
  attributes: ProfileAttributes;
  /** What the tenant's own rule for `is_active` makes of the profile, where it has one. */
  active?: boolean;
  /** A role was said before and is no more: it falls to the tenant's default. */
  hasLostRole: boolean;
  /** Why an attribute that the write is about cannot be mapped. */
  problem?: BridgeError;
  /** What cannot be mapped and only dresses the person, such as a time zone: Clarus keeps what it has. */
  leftOut: readonly AttributeName[];
}

/** A write to a user's attributes. */
export interface Write {
  before: JsonObject;
  after: JsonObject;
  /** Of what the client spoke. */
  stated: readonly AttributePath[];
  /** What the client said of the Clarus attributes until now. */
  known: ProfileAttributes;
  /** The client was shown a role that it has not given, and now speaks of roles. */
  hadRole: boolean;
  /** The attributes of before are partly made up of what Clarus shows: only what the client speaks of is said. */
  adopted: boolean;
}

/**
 * What a client says of the Clarus attributes after a write: what the tenant's mapping makes of the user. A text that
 * was said and is no more is said to be empty. What could not be mapped before and is left alone keeps nothing out.
 */
export async function profileAfter(scim: ScimTenant, write: Write): Promise<SaidProfile> {
  const { after, known, adopted, stated, hadRole } = write;
  const now = await mapped(scim, after);
  const unsaid = adopted ? (await mapped(scim, without(after, stated))).attributes : {};
  const { is_active, ...values } = now.attributes;
  const made = Object.entries(values).filter(
    ([name, value]) => name in known || Object(unsaid)[name] !== value,
  );
  const unmapped = Object.entries(known).filter(([name]) =>
    (now.problems as ReadonlyMap<string, unknown>).has(name),
  );
  const said: ProfileAttributes = Object.fromEntries([...made, ...unmapped]);
  for (const name of CLEARABLE) {
    if (known[name] !== undefined && said[name] === undefined) said[name] = '';
  }
  const leftOut = CLEARABLE.filter((name) => now.problems.has(name));
  const problem = await problemOf(scim, write, now);
  const hasRule = scim.tenant.mapping.is_active != null;
  return {
    attributes: said,
    hasLostRole: (known.role_id !== undefined || hadRole) && said.role_id === undefined,
    ...(hasRule && is_active !== undefined && { active: is_active }),
    ...(problem !== undefined && { problem }),
    leftOut,
  };
}

/**
 * What could not be mapped before and was left alone by this write is no reason to refuse it, and neither is what only
 * dresses a person.
 */
async function problemOf(
  scim: ScimTenant,
  { before, after, stated }: Write,
  now: Mapped,
): Promise<BridgeError | undefined> {
  const grave = [...now.problems].filter(([name]) => !COSMETIC.has(name));
  if (grave.length === 0) return undefined;
  const then = await mapped(scim, before);
  const [fresh] = grave.filter(([name]) => !then.problems.has(name));
  if (fresh !== undefined) return fresh[1];
  const changed = stated.filter(
    (path) => !sameJson(valueAt(before, path) ?? null, valueAt(after, path) ?? null),
  );
  const { problems } = await mapped(scim, without(after, changed));
  const [worsened] = grave.filter(([name]) => !problems.has(name));
  return worsened?.[1];
}

/** The rule for `is_active` is asked as if the person could log in: that is a word of its own. */
export async function mapped(scim: ScimTenant, attributes: JsonObject): Promise<Mapped> {
  const user = withAppRoles(attributes);
  const made = withRoleResource(scim, user, await scim.map(asScimUser({ ...user, active: true })));
  const email = madeAddress(scim, attributes, made);
  return email === undefined ? made : { ...made, attributes: { ...made.attributes, email } };
}

/** The role of which the user has the id, where roles are resources and the tenant's mapping says nothing of them. */
function withRoleResource(
  { tenant, roleResources }: ScimTenant,
  { roles }: JsonObject,
  made: Mapped,
): Mapped {
  if (!roleResources || tenant.mapping.role_id !== undefined) return made;
  const values = (Array.isArray(roles) ? roles : []).map(asObject);
  const { value } = values.find(({ primary }) => primary === true) ?? values[0] ?? {};
  if (value === undefined) return made;
  try {
    return { ...made, attributes: { ...made.attributes, role_id: Number(toValue('role_id', value)) } };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    return { ...made, problems: new Map([...made.problems, ['role_id', error]]) };
  }
}

/** The address that is made of the userName of somebody who has none, where the tenant wants that. */
function madeAddress(
  { tenant, emailDomain: domain }: ScimTenant,
  { userName }: JsonObject,
  { attributes, problems }: Mapped,
): string | undefined {
  const isSaid = attributes.email !== undefined || problems.has('email') || tenant.mapping.email === null;
  if (domain === undefined || isSaid) return undefined;
  const address = `${String(userName)}@${domain}`;
  return isEmail(address) ? address : undefined;
}

function without(attributes: JsonObject, paths: readonly AttributePath[]): JsonObject {
  return paths.reduce((rest, path) => withValue(rest, path, undefined), attributes);
}

const ADDRESS_MISSING =
  'Clarus needs an e-mail address to log in with. Send one in emails, or an address as userName.';

/** For a user who has no address that Clarus could take for a login. */
export function addressMissing(): BridgeError {
  return new BridgeError('mapping_failed', ADDRESS_MISSING, { retryable: false, what: ADDRESS_MISSING });
}
