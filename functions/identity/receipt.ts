import type { FoundBy, Source } from './change.ts';
import type { AttributeName } from './clarus-attributes.ts';

/**
 * How an event ended.
 * - `applied`: Clarus confirmed what the event says.
 * - `no_change`: Clarus held it already, or the event says nothing that is mapped.
 * - `superseded`: a later event had already decided every attribute.
 * - `user_not_in_clarus`: nobody there to change.
 * - `taken_over`: applied, and the Clarus user now belongs to this person instead of an earlier one.
 * - `former_owner`: the Clarus user belongs to somebody else; nothing was changed.
 * - `held`: parked by the tenant's brake until somebody releases it.
 * - `rejected`: cannot succeed without help; the event is in the dead-letter queue with the reason.
 */
export const OUTCOMES = [
  'applied',
  'no_change',
  'superseded',
  'user_not_in_clarus',
  'taken_over',
  'former_owner',
  'held',
  'rejected',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The proof of what became of one event. Ids only: no names, no addresses. Times are epoch milliseconds. */
export interface Receipt {
  tenant: string;
  source: Source;
  eventId: string;
  eventType: string;
  subjectId: string;
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
  /** When the bridge was done with the event. */
  settledAt: number;
  /** When Clarus had confirmed it: only for an event that made Clarus change. */
  appliedAt?: number;
}
