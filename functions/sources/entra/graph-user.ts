import * as z from 'zod';
import { ENTERPRISE_USER, type ScimUser } from '../../identity/profile/scim-user.ts';
import type { DirectoryAnswer, DirectoryUser } from '../directory.ts';

const text = z.string().nullish();

/** A live user as Graph returns it when `USER_PROPERTIES` are selected. */
export const graphUserSchema = z.object({
  id: z.string(),
  // Not in Graph's default set: without it nothing could be told, so it has to be there.
  accountEnabled: z.boolean(),
  userPrincipalName: text,
  mail: text,
  displayName: text,
  givenName: text,
  surname: text,
  jobTitle: text,
  department: text,
  companyName: text,
  employeeId: text,
  employeeType: text,
  preferredLanguage: text,
  createdDateTime: text,
});

type GraphUser = z.output<typeof graphUserSchema>;

/** The value of `$select` for whatever reads users. */
export const USER_PROPERTIES = Object.keys(graphUserSchema.shape).join(',');

/** A user in the recycle bin. */
export const deletedUserSchema = z.object({
  id: z.string(),
  mail: text,
  userPrincipalName: text,
  deletedDateTime: text,
});

/**
 * What a live user is for the bridge. Who has no mail is known by the user principal name. Other mail addresses are
 * none of it: people set some of them themselves, so that they would lead to whomever they name.
 */
export function asDirectoryUser(user: GraphUser): DirectoryUser {
  const createdAt = timeOf(user.createdDateTime);
  return {
    kind: 'found',
    user: asScimUser(user),
    signsIn: user.accountEnabled,
    addresses: present([user.mail, user.userPrincipalName]),
    ...(createdAt !== undefined && { createdAt }),
  };
}

/** What a user in the recycle bin is for the bridge: deleted, and known by what they were known by before. */
export function asDeleted({
  id,
  mail,
  userPrincipalName,
  deletedDateTime,
}: z.output<typeof deletedUserSchema>): DirectoryAnswer {
  const changedAt = timeOf(deletedDateTime);
  return {
    kind: 'deleted',
    addresses: present([mail, userPrincipalName && withoutMark(userPrincipalName, id)]),
    ...(changedAt !== undefined && { changedAt }),
  };
}

/** Entra puts the object id, without dashes, before the name of whom it deletes, so that the name is free. */
function withoutMark(userPrincipalName: string, id: string): string {
  const mark = id.replaceAll('-', '').toLowerCase();
  return userPrincipalName.toLowerCase().startsWith(mark)
    ? userPrincipalName.slice(mark.length)
    : userPrincipalName;
}

function timeOf(written: string | null | undefined): number | undefined {
  const time = Date.parse(written ?? '');
  return Number.isNaN(time) || time < 0 ? undefined : time;
}

function present(texts: readonly (string | null | undefined)[]): string[] {
  return texts.flatMap((it) => (it ? [it] : []));
}

/** A Graph user as a SCIM User, by the names that Entra's own SCIM client gives the properties. */
function asScimUser(user: GraphUser): ScimUser {
  const name = filled({ givenName: user.givenName, familyName: user.surname });
  const enterprise = filled({
    employeeNumber: user.employeeId,
    organization: user.companyName,
    department: user.department,
  });
  return {
    active: user.accountEnabled,
    ...filled({
      userName: user.userPrincipalName,
      displayName: user.displayName,
      title: user.jobTitle,
      userType: user.employeeType,
      preferredLanguage: user.preferredLanguage,
    }),
    ...(Object.keys(name).length > 0 && { name }),
    ...(user.mail && { emails: [{ value: user.mail, type: 'work', primary: true }] }),
    ...(Object.keys(enterprise).length > 0 && { [ENTERPRISE_USER]: enterprise }),
  };
}

/** Without what the directory leaves empty: nothing is said about that. */
function filled<Name extends string>(
  values: Record<Name, string | null | undefined>,
): { [K in Name]?: string } {
  const kept = Object.entries(values).filter(([, value]) => value);
  // The entries are the argument's own; fromEntries only cannot say which names are among them.
  return Object.fromEntries(kept) as { [K in Name]?: string };
}
