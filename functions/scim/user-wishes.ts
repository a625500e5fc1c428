import { BridgeError } from '../identity/bridge-error.ts';
import { type ClarusAttributes, namesIn } from '../identity/clarus-attributes.ts';
import type { JsonObject } from '../identity/json.ts';
import type { AttributePath } from './resource-type.ts';
import type { ScimTenant } from './scim-tenant.ts';
import { asScimUser } from './user-resource.ts';

/** Texts that Clarus takes empty, so that clearing them in SCIM clears them there. */
const CLEARABLE = [
  'language',
  'timezone',
  'string1',
  'string2',
  'string3',
  'string4',
  'string5',
] as const satisfies (keyof ClarusAttributes)[];

/**
 * What a write wants of Clarus: what the tenant's mapping makes of the user now and did not before, and
 * `is_active` whenever the client spoke of it, since others may have changed it. Throws the BridgeError of an
 * attribute that cannot be mapped, unless the write has nothing to do with that.
 */
export async function wishes(
  { map, tenant, clarus }: ScimTenant,
  before: JsonObject | undefined,
  after: JsonObject,
  stated: readonly AttributePath[],
): Promise<Partial<ClarusAttributes>> {
  const now = await map(asScimUser(after));
  const then = before === undefined ? undefined : await map(asScimUser(before));
  for (const [name, problem] of now.problems) if (then?.problems.has(name) !== true) throw problem;

  const wanted: Partial<ClarusAttributes> = {};
  for (const name of namesIn(now.attributes)) {
    const same = then?.attributes[name] === now.attributes[name];
    const spokenOf = name === 'is_active' && stated.some(({ attribute }) => attribute.name === 'active');
    if (!same || spokenOf) Object.assign(wanted, { [name]: now.attributes[name] });
  }
  for (const name of CLEARABLE) {
    if (
      then?.attributes[name] !== undefined &&
      now.attributes[name] === undefined &&
      !now.problems.has(name)
    ) {
      wanted[name] = '';
    }
  }
  const lostRole = then?.attributes.role_id !== undefined && now.attributes.role_id === undefined;
  const role = lostRole ? await defaultRole({ tenant, clarus }) : undefined;
  return role === undefined ? wanted : { ...wanted, role_id: role };
}

/** The role of those for whom nothing else says one. Throws BridgeError `role_unknown`. */
export async function defaultRole({
  tenant,
  clarus,
}: Pick<ScimTenant, 'tenant' | 'clarus'>): Promise<number | undefined> {
  const role = tenant.defaultRole;
  return typeof role === 'string' ? clarus.findRole(role) : role;
}

/** For a user who has no address that Clarus could take for a login. */
export function addressMissing(): BridgeError {
  return new BridgeError(
    'mapping_failed',
    'Clarus needs an e-mail address to log in with. Send one in emails, or an address as userName.',
    { retryable: false },
  );
}
