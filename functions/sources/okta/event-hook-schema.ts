// The functional form of zod, because receive loads this.
import * as z from 'zod/mini';

/**
 * The envelope of an Okta event hook, strict in what makes it one. The events inside are only counted here:
 * each is parsed for itself, so that a bad one does not take the others with it.
 */
export const envelopeSchema = z.object({
  eventType: z.literal('com.okta.event_hook'),
  source: z.url(),
  eventId: z.string().check(z.minLength(1), z.maxLength(128)),
  data: z.object({ events: z.array(z.unknown()) }),
});

const text = z.nullish(z.string());

const target = z.object({
  id: text,
  type: text,
  alternateId: text,
  displayName: text,
});

/** A LogEvent, as far as it is read. Real ones have null where the documentation has objects. */
export const eventSchema = z.object({
  uuid: z.string(),
  eventType: z.string(),
  published: text,
  actor: z.nullish(z.object({ id: z.catch(text, null) })),
  outcome: z.nullish(z.object({ result: text, reason: text })),
  target: z.nullish(z.array(z.nullish(target))),
});

export type OktaEvent = z.output<typeof eventSchema>;
export type OktaTarget = z.output<typeof target>;
