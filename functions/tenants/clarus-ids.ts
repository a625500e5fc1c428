import * as z from 'zod/mini';

const ROLE = 'must be the id of a Clarus role, a positive whole number, or its name';
const USER = 'must be the id of a Clarus user, a positive whole number';

export const roleId = z.int().check(z.positive());

/** A Clarus role as a tenant file names it. */
export const role = z.union(
  [z.int(ROLE).check(z.positive(ROLE)), z.string().check(z.minLength(1, ROLE), z.maxLength(255, ROLE))],
  ROLE,
);

/** The roles that a source may give. */
export const roleSettings = z
  .strictObject({
    allowed: z
      .array(role)
      .check(
        z.maxLength(200),
        z.describe(
          'Clarus roles by id or name, the most important first: of several that a person would have, the first one ' +
            'counts. An empty list: this source gives no role.',
        ),
      ),
  })
  .check(
    z.describe(
      'The roles that this source may give. Absent: any role, but to a SCIM client Admin only if a rule names it.',
    ),
  );

/** A Clarus user's id, which Clarus writes as a number and as a text: here it is a text. */
export const clarusUserId = z.pipe(
  z.union([z.int(USER).check(z.positive(USER)), z.string().check(z.regex(/^[1-9]\d{0,15}$/, USER))], USER),
  z.transform(String),
);
