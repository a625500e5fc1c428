import * as z from 'zod/mini';

/** How many people may lose access in an hour by what was concluded rather than announced. */
export const brakeSettings = z
  .strictObject({
    users: z._default(z.int().check(z.gte(0), z.lte(5000)), 10),
    percent: z._default(z.number().check(z.gte(0), z.lte(100)), 10),
  })
  .check(
    z.describe(
      'The most people a full comparison with the directory may deactivate in an hour: so many users or so ' +
        'many percent of those known, whichever is more. The rest is held until somebody releases it.',
    ),
  );
