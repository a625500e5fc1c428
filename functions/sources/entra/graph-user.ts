import * as z from 'zod';
import { ENTERPRISE_USER, type ScimUser } from '../../identity/scim-user.ts';

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
});

/** The value of `$select` for whatever reads users. */
export const USER_PROPERTIES = Object.keys(graphUserSchema.shape).join(',');

/** A user in the recycle bin. Its userPrincipalName has the id in front, so only the mail tells who it was. */
export const deletedUserSchema = z.object({ id: z.string(), mail: text });

/** A Graph user as a SCIM User, by the names that Entra's own SCIM client gives the properties. */
export function asScimUser(user: z.output<typeof graphUserSchema>): ScimUser {
  const name = present({ givenName: user.givenName, familyName: user.surname });
  const enterprise = present({
    employeeNumber: user.employeeId,
    organization: user.companyName,
    department: user.department,
  });
  return {
    active: user.accountEnabled,
    ...present({
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
function present<Name extends string>(
  values: Record<Name, string | null | undefined>,
): { [K in Name]?: string } {
  const kept = Object.entries(values).filter(([, value]) => value);
  // The entries are the argument's own; fromEntries only cannot say which names are among them.
  return Object.fromEntries(kept) as { [K in Name]?: string };
}
