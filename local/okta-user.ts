import * as z from 'zod';

export const OKTA_STATUSES = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
] as const;

const LONG_AGO = '2024-05-06T07:08:09.000Z';
const date = z.string().nullable().default(LONG_AGO);

/** A user of the Users API as `/_sim/users` takes and shows it. What is left out has a plausible value. */
export const oktaUserSchema = z.looseObject({
  id: z.string().regex(/^[\w-]{1,64}$/),
  status: z.enum(OKTA_STATUSES).default('ACTIVE'),
  created: date,
  activated: date,
  statusChanged: date,
  lastLogin: date,
  lastUpdated: date,
  passwordChanged: date,
  type: z.looseObject({ id: z.string() }).default({ id: 'oty1example000000000' }),
  profile: z.looseObject({
    login: z.string(),
    email: z.string().optional(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    displayName: z.string().optional(),
  }),
  credentials: z.looseObject({}).default({ provider: { type: 'OKTA', name: 'OKTA' } }),
});

export type OktaUserInput = z.input<typeof oktaUserSchema>;
export type OktaUser = z.output<typeof oktaUserSchema>;
