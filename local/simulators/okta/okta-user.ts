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
  /** The ids of apps and groups; of a user without them nothing is told, as to credentials that may not see it. */
  apps: z.array(z.string()).optional(),
  groups: z.array(z.string()).optional(),
});

export type OktaUserInput = z.input<typeof oktaUserSchema>;
export type OktaUser = z.output<typeof oktaUserSchema>;

/** The user as the Users API shows them. */
export function shownByOkta({ apps: _, groups: __, ...user }: OktaUser): Record<string, unknown> {
  return user;
}

/** The users with when their status changed: now, of whom another one was known and nobody says since when. */
export function withStatusChanges(
  users: readonly OktaUser[],
  known: ReadonlyMap<string, OktaUser>,
  now: number,
): OktaUser[] {
  return users.map((user) => {
    const before = known.get(user.id);
    if (before === undefined || before.status === user.status) return user;
    // Who reads all users, changes one and puts them back says nothing of a time.
    const isSaid = user.statusChanged !== LONG_AGO && user.statusChanged !== before.statusChanged;
    return isSaid ? user : { ...user, statusChanged: new Date(now).toISOString() };
  });
}
