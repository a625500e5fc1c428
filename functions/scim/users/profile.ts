import type { ProfileAttributes } from '../../identity/access/account.ts';
import { CLEARABLE } from '../../identity/access/desired.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type JsonObject, sameJson } from '../../identity/json.ts';
import type { Mapped } from '../../identity/profile/mapping.ts';
import type { ScimTenant } from '../ports.ts';
import { valueAt, withValue } from '../schema/resource.ts';
import type { AttributePath } from '../schema/resource-type.ts';
import { asScimUser } from './resource.ts';

/** What a client says of the Clarus attributes altogether. */
export interface SaidProfile {
  attributes: ProfileAttributes;
  /** What the tenant's own rule for `is_active` makes of the profile, where it has one. */
  active?: boolean;
  /** A role was said before and is no more: it falls to the tenant's default. */
  hasLostRole: boolean;
  /** Why an attribute that the write is about cannot be mapped. */
  problem?: BridgeError;
}

/** A write to a user's attributes. */
export interface Write {
  before: JsonObject;
  after: JsonObject;
  /** Of what the client spoke. */
  stated: readonly AttributePath[];
  /** What the client said of the Clarus attributes until now. */
  known: ProfileAttributes;
  /** The attributes of before are partly made up of what Clarus shows: only what the client speaks of is said. */
  adopted: boolean;
}

/**
 * What a client says of the Clarus attributes after a write: what the tenant's mapping makes of the user. A text that
 * was said and is no more is said to be empty. What could not be mapped before and is left alone keeps nothing out.
 */
export async function profileAfter(scim: ScimTenant, write: Write): Promise<SaidProfile> {
  const { after, known, adopted, stated } = write;
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
  const problem = await problemOf(scim, write, now);
  const hasRule = scim.tenant.mapping.is_active != null;
  return {
    attributes: said,
    hasLostRole: known.role_id !== undefined && said.role_id === undefined,
    ...(hasRule && is_active !== undefined && { active: is_active }),
    ...(problem !== undefined && { problem }),
  };
}

/** What could not be mapped before and was left alone by this write is no reason to refuse it. */
async function problemOf(
  scim: ScimTenant,
  { before, after, stated }: Write,
  now: Mapped,
): Promise<BridgeError | undefined> {
  if (now.problems.size === 0) return undefined;
  const then = await mapped(scim, before);
  const [fresh] = [...now.problems].filter(([name]) => !then.problems.has(name));
  if (fresh !== undefined) return fresh[1];
  const changed = stated.filter(
    (path) => !sameJson(valueAt(before, path) ?? null, valueAt(after, path) ?? null),
  );
  const { problems } = await mapped(scim, without(after, changed));
  const [worsened] = [...now.problems].filter(([name]) => !problems.has(name));
  return worsened?.[1];
}

/** The rule for `is_active` is asked as if the person could log in: that is a word of its own. */
export function mapped({ map }: ScimTenant, attributes: JsonObject): Promise<Mapped> {
  return map(asScimUser({ ...attributes, active: true }));
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
