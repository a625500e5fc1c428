import { isEmail } from './addresses.ts';
import type { AttributeName, AttributeValue } from './clarus-attributes.ts';
import { CLARUS_USER, type ScimUser } from './scim-user.ts';

/**
 * What a SCIM User means for Clarus where the tenant's mapping says nothing. Undefined says nothing about
 * the attribute. `role_id` has no meaning until a tenant gives it one, and `string1..5` none but what SCIM
 * clients say of them by name.
 */
export const DEFAULT_MAPPING: {
  readonly [K in AttributeName]?: (user: ScimUser) => AttributeValue | undefined;
} = {
  is_active: (user) => user.active,
  email: emailOf,
  name: nameOf,
  language: (user) => user.preferredLanguage,
  timezone: (user) => user.timezone,
  string1: (user) => user[CLARUS_USER]?.string1,
  string2: (user) => user[CLARUS_USER]?.string2,
  string3: (user) => user[CLARUS_USER]?.string3,
  string4: (user) => user[CLARUS_USER]?.string4,
  string5: (user) => user[CLARUS_USER]?.string5,
};

/** The address a person is found and written by: primary, else work, else first, else an e-mail-shaped login. */
export function emailOf(user: ScimUser): string | undefined {
  const emails = user.emails ?? [];
  const chosen = emails.find((it) => it.primary) ?? emails.find((it) => it.type === 'work') ?? emails[0];
  return chosen?.value ?? (user.userName !== undefined && isEmail(user.userName) ? user.userName : undefined);
}

/** The name shown for a person: as displayed, as formatted, or composed of its parts. */
export function nameOf(user: ScimUser): string | undefined {
  const composed = [user.name?.givenName, user.name?.familyName].filter(Boolean).join(' ');
  return user.displayName || user.name?.formatted || composed || undefined;
}
