import * as z from 'zod';
import { ENTERPRISE_USER, OKTA_USER, type ScimUser } from '../../identity/profile/scim-user.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { DirectoryUser } from '../directory.ts';

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
  created: text,
  statusChanged: text,
  profile: profileSchema,
});

export type OktaUser = z.output<typeof oktaUserSchema>;
type Profile = OktaUser['profile'];

/** An Okta user as a SCIM User, by the names that Okta's own SCIM client gives the profile attributes. */
export function asScimUser(user: OktaUser): ScimUser {
  const { profile } = user;
  return withoutEmpty({
    userName: profile.login,
    active: signsIn(user),
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

/** What a user is for the bridge: whether it signs in, since when, under which addresses, and where it is a member. */
export function asDirectoryUser(
  user: OktaUser,
  okta: Tenant['okta'],
  memberships: DirectoryUser['memberships'],
): DirectoryUser {
  return {
    kind: 'found',
    user: asScimUser(user),
    addresses: addressesOf(user),
    ...told('signsIn', signsIn(user)),
    ...told('locked', okta?.locks ? isLocked(user) : undefined),
    ...told('changedAt', changedAt(user)),
    ...told('createdAt', timeOf(user.created)),
    ...told('memberships', memberships),
  };
}

function told<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  // The computed name is Name; TypeScript widens it.
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]: Value });
}

const UNLOCKED = new Set(['ACTIVE', 'PROVISIONED', 'RECOVERY', 'PASSWORD_EXPIRED']);

/** Whether the account can be used; nothing is said of a STAGED user, who is not there yet. */
function signsIn(user: OktaUser): boolean | undefined {
  const status = statusOf(user);
  if (status === 'DEPROVISIONED' || status === 'SUSPENDED') return false;
  return UNLOCKED.has(status) || status === 'LOCKED_OUT' ? true : undefined;
}

/** Whether the account is locked, where its status tells: of one that cannot be used it does not. */
function isLocked(user: OktaUser): boolean | undefined {
  const status = statusOf(user);
  if (status === 'LOCKED_OUT') return true;
  return UNLOCKED.has(status) ? false : undefined;
}

/** When the status became what it is, epoch milliseconds. Okta does not date what a change under way ends in. */
function changedAt({ status, transitioningToStatus, statusChanged }: OktaUser): number | undefined {
  const isUnderWay = Boolean(transitioningToStatus) && transitioningToStatus !== status;
  return isUnderWay ? undefined : timeOf(statusChanged);
}

/**
 * What the person may be known by, the address for Clarus first. The second e-mail address is none of it: people set
 * it themselves, to get back into an account, so that it would lead to whomever they name.
 */
function addressesOf({ profile: { email, login } }: OktaUser): string[] {
  return [email, login].flatMap((address) => (address ? [address] : []));
}

/** The status that a change now under way ends in, else the present one. */
function statusOf({ status, transitioningToStatus }: OktaUser): string {
  return transitioningToStatus || status;
}

function timeOf(text: string | null | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) || time < 0 ? undefined : time;
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
