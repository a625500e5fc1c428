import * as z from 'zod';
import { ENTERPRISE_USER, OKTA_USER, type ScimUser } from '../../identity/scim-user.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';

// An org may give an attribute another type: what cannot be read then is not known, and the rest is.
const text = z.string().nullish().catch(null);

// Loose: profiles have the org's own attributes beside Okta's.
const profileSchema = z.looseObject({
  login: text,
  email: text,
  firstName: text,
  lastName: text,
  middleName: text,
  honorificPrefix: text,
  honorificSuffix: text,
  displayName: text,
  nickName: text,
  title: text,
  userType: text,
  preferredLanguage: text,
  locale: text,
  timezone: text,
  employeeNumber: text,
  costCenter: text,
  organization: text,
  division: text,
  department: text,
  managerId: text,
  manager: text,
});

/** A user as Okta's Users API returns it, as far as it is read. */
export const oktaUserSchema = z.object({
  status: z.string(),
  transitioningToStatus: text,
  profile: profileSchema,
});

type OktaUser = z.output<typeof oktaUserSchema>;
type Profile = OktaUser['profile'];

/** An Okta user as a SCIM User, by the names that Okta's own SCIM client gives the profile attributes. */
export function asScimUser(user: OktaUser, okta: Tenant['okta']): ScimUser {
  const { profile } = user;
  return withoutEmpty({
    userName: profile.login,
    active: isActive(user, okta),
    displayName: profile.displayName,
    name: withoutEmpty({
      givenName: profile.firstName,
      familyName: profile.lastName,
      middleName: profile.middleName,
      honorificPrefix: profile.honorificPrefix,
      honorificSuffix: profile.honorificSuffix,
    }),
    emails: profile.email ? [{ value: profile.email, type: 'work', primary: true }] : undefined,
    nickName: profile.nickName,
    title: profile.title,
    userType: profile.userType,
    preferredLanguage: profile.preferredLanguage,
    locale: profile.locale,
    timezone: profile.timezone,
    [ENTERPRISE_USER]: withoutEmpty({
      employeeNumber: profile.employeeNumber,
      costCenter: profile.costCenter,
      organization: profile.organization,
      division: profile.division,
      department: profile.department,
      manager: withoutEmpty({ value: profile.managerId, displayName: profile.manager }),
    }),
    [OKTA_USER]: ownAttributes(profile),
  });
}

const WITH_ACCESS = new Set(['ACTIVE', 'PROVISIONED', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT']);

/**
 * What the status says of access. A tenant that gives access by app or group cannot be told by a status that
 * somebody has it, only that somebody has not. Nothing is said of a STAGED user, who is not there yet.
 */
function isActive(user: OktaUser, okta: Tenant['okta']): boolean | undefined {
  const enabled = isEnabled(user);
  if (enabled === false || (statusOf(user) === 'LOCKED_OUT' && okta?.locks)) return false;
  const byAssignment = okta !== undefined && okta.apps.length + okta.groups.length > 0;
  return byAssignment || !enabled ? undefined : true;
}

/** Whether the account can be used, as far as its status tells. */
export function isEnabled(user: OktaUser): boolean | undefined {
  const status = statusOf(user);
  if (status === 'DEPROVISIONED' || status === 'SUSPENDED') return false;
  return WITH_ACCESS.has(status) ? true : undefined;
}

/** The status that a change now under way ends in, else the present one. */
function statusOf({ status, transitioningToStatus }: OktaUser): string {
  return transitioningToStatus || status;
}

/** The org's own profile attributes, for a tenant's mapping to use. */
function ownAttributes(profile: Profile): ScimUser[typeof OKTA_USER] {
  const own: Record<string, string | number | boolean | readonly string[]> = {};
  for (const [name, value] of Object.entries(profile)) {
    if (name in profileSchema.shape) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      own[name] = value;
    else if (Array.isArray(value)) own[name] = value.filter((element) => typeof element === 'string');
  }
  return Object.keys(own).length === 0 ? undefined : own;
}

/** Without the members that Okta leaves empty: nothing is said about those. Undefined when none is left. */
function withoutEmpty<T extends object>(from: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept = Object.entries(from).filter(([, value]) => value != null && value !== '' && !isEmpty(value));
  // The entries are the argument's own; fromEntries only cannot say which names are among them.
  return Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
