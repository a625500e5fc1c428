import * as z from 'zod';

/**
 * The envelope of an Okta event hook, strict in what makes it one. The events inside are only counted here:
 * each is parsed for itself, so that a bad one does not take the others with it.
 */
export const envelopeSchema = z.object({
  eventType: z.literal('com.okta.event_hook'),
  source: z.url(),
  eventId: z.string().min(1).max(128),
  data: z.object({ events: z.array(z.unknown()) }),
});

const target = z.object({
  id: z.string().nullish(),
  type: z.string().nullish(),
  alternateId: z.string().nullish(),
  displayName: z.string().nullish(),
});

/** A LogEvent, as far as it is read. Real ones have null where the documentation has objects. */
export const eventSchema = z.object({
  uuid: z.string(),
  eventType: z.string(),
  published: z.string().nullish(),
  outcome: z.object({ result: z.string().nullish() }).nullish(),
  target: z.array(target.nullish()).nullish(),
});

export type OktaEvent = z.output<typeof eventSchema>;
export type OktaTarget = z.output<typeof target>;
