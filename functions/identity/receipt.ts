import type { SourceName } from './access/account.ts';
import type { FoundBy } from './change.ts';
import type { AttributeName } from './profile/clarus-attributes.ts';

/**
 * How an event ended.
 * - `applied`: Clarus confirmed what the event says.
 * - `no_change`: Clarus held it already, or the event says nothing that is mapped.
 * - `superseded`: a later word of the same source had already decided.
 * - `kept_out`: it gives access, and another source, a hand in Clarus or the first look keeps the person out.
 * - `former_holder`: another account speaks for the source by now; Clarus was not made to change by this one.
 * - `user_not_in_clarus`: every address the account ever had was looked up, and nobody is there to change.
 * - `taken_over`: applied, and the Clarus user now belongs to this person instead of an earlier one.
 * - `protected`: the tenant file protects the Clarus user; nothing was changed.
 * - `held`: parked by the tenant's brake until somebody releases or discards it.
 * - `waiting`: could not be done yet; it is tried until it is done.
 * - `rejected`: cannot succeed without help; the event is in the dead-letter queue with the reason.
 */
export const OUTCOMES = [
  'applied',
  'no_change',
  'superseded',
  'kept_out',
  'former_holder',
  'user_not_in_clarus',
  'taken_over',
  'protected',
  'held',
  'waiting',
  'rejected',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Outcomes that wait for somebody: such a receipt is replaced, and its event is followed when it comes again. */
export const OPEN_OUTCOMES: ReadonlySet<Outcome> = new Set([
  'user_not_in_clarus',
  'held',
  'waiting',
  'rejected',
]);

/** What happened to an event, one after the other. */
export const STEPS = [
  'received',
  'read',
  'decided',
  'confirmed',
  'read_back',
  'tried',
  'held',
  'released',
  'discarded',
  'lifted',
  'unlinked',
  'redriven',
  'healed',
] as const;

/** One step of an event's story. Ids and stable words only. */
export interface Step {
  at: number;
  step: (typeof STEPS)[number];
  /** Such as a reading's result, a decision's reason, an error's code; of `read_back`, `in`, `out` or `unknown`. */
  what?: string;
  /** Who did it, where that was a person: an operator's ARN. */
  who?: string;
  /** Of a try: which one. */
  attempt?: number;
}

/** The proof of what became of one event. Ids only: no names, no addresses. Times are epoch milliseconds. */
export interface Receipt {
  tenant: string;
  source: SourceName;
  eventId: string;
  eventType: string;
  subjectId: string;
  /** The provider's id of who did it there. */
  actor?: string;
  /** What found the change when no webhook did. */
  foundBy?: FoundBy;
  clarusUserId?: string;
  outcome: Outcome;
  /** A stable word for why, where the outcome alone does not say. */
  reason?: string;
  /** The Clarus attributes the event speaks of. */
  attributes: readonly AttributeName[];
  isActive?: boolean;
  /** Those of the attributes that could not be mapped or that Clarus will not take. */
  refused?: readonly AttributeName[];
  /** Clarus' HTTP status to the last request made for this event. */
  clarusStatus?: number;
  occurredAt: number;
  receivedAt: number;
  /** When the bridge was done with the event, or tried it last. */
  settledAt: number;
  /** When Clarus had confirmed it: only for an event that made Clarus change. */
  appliedAt?: number;
  /** What happened, in order: the first and the last tries, and how many of the rest are left out. */
  steps: readonly Step[];
  triesLeftOut?: number;
}
