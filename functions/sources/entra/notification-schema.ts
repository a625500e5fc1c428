// The functional form of zod, because receive loads this.
import * as z from 'zod/mini';

/**
 * The body of a Graph change or lifecycle notification. The items inside are only counted here: each is
 * parsed for itself, so that a bad one does not take the others with it.
 */
export const collectionSchema = z.object({
  value: z.array(z.unknown()),
  /** Only notifications with resource data have these, and the bridge subscribes to none. */
  validationTokens: z.nullish(z.array(z.unknown())),
});

const text = z.nullish(z.string());

/** An item, as far as it is read. All but the ids are absent now and then, whatever the documentation says. */
export const itemSchema = z.object({
  subscriptionId: z.string(),
  tenantId: z.string(),
  clientState: text,
  changeType: text,
  lifecycleEvent: text,
  resource: text,
  resourceData: z.nullish(z.object({ id: text, eventTime: text })),
});

export type NotificationItem = z.output<typeof itemSchema>;
