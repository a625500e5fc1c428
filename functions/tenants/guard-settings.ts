import * as z from 'zod/mini';
import { clarusUserId, role } from './clarus-ids.ts';

/** How many people may change in an hour by what was concluded rather than stated. */
export const brakeSettings = z
  .strictObject({
    users: z._default(z.int().check(z.gte(0), z.lte(5000)), 10),
    percent: z._default(z.number().check(z.gte(0), z.lte(100)), 10),
    promotions: z._default(
      z
        .int()
        .check(
          z.gte(0),
          z.lte(5000),
          z.describe('The most people who may get a more important role in an hour in the same way.'),
        ),
      10,
    ),
  })
  .check(
    z.describe(
      'The most people who may lose access in an hour by what was concluded (a comparison with the directory, a ' +
        'release, a changed tenant file) rather than stated: so many users or so many percent of those known, ' +
        'whichever is more. The rest is held until somebody releases it.',
    ),
  );

/** Clarus users that the bridge never touches. */
export const protectSettings = z
  .strictObject({
    users: z._default(z.array(clarusUserId).check(z.describe('Clarus user ids.')), []),
    emails: z._default(
      z.array(z.email()).check(z.describe("Clarus users' addresses, in any letter case.")),
      [],
    ),
    roles: z._default(
      z.array(role).check(z.describe('Clarus roles, by id or name: whoever has one of them is protected.')),
      [],
    ),
  })
  .check(
    z.describe(
      'Clarus users that the bridge never changes, whatever a directory says: administrators and accounts for ' +
        'emergencies. The API account of clarus.apiUser is one of them.',
    ),
  );

export const alertSettings = z
  .strictObject({
    takingsPerHour: z
      .int()
      .check(
        z.gte(1),
        z.lte(100_000),
        z.describe('An alarm rings when more people than this lose access in an hour by what sources state.'),
      ),
  })
  .check(z.describe('Numbers above which an alarm rings. Nothing is held up by them.'));
