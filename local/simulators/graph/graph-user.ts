import * as z from 'zod';

const text = z.string().nullable().default(null);

/** Of users who are put without one. */
const LONG_AGO = '2024-05-06T07:08:09Z';

/** A user as `/_sim/users` takes and shows it. What is left out is null, and the account enabled. */
export const graphUserSchema = z.looseObject({
  id: z.guid(),
  accountEnabled: z.boolean().default(true),
  userPrincipalName: z.string(),
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
  createdDateTime: z.string().nullable().default(LONG_AGO),
  deletedDateTime: text,
});

export type GraphUserInput = z.input<typeof graphUserSchema>;
export type GraphUser = z.output<typeof graphUserSchema>;

/** A change to be made to a user: a deletion, a restore, a purge, or other values of its properties. */
export const graphChangeSchema = z.looseObject({
  id: z.guid(),
  delete: z.boolean().optional(),
  restore: z.boolean().optional(),
  purge: z.boolean().optional(),
});

export type GraphChange = z.input<typeof graphChangeSchema>;
