import type { Change } from '../identity/change.ts';
import type { ChangeMessage } from '../queue/message.ts';

/** The message to read a change's person again, of which a reading that began before `readAfter` is no answer. */
export function secondLook(change: Change, readAfter: number): ChangeMessage {
  const { tenant, source, eventId, occurredAt, receivedAt, subject } = change;
  return {
    kind: 'change',
    tenant,
    source,
    // Within the length of a safe id, whatever the event's own is.
    eventId: `${eventId.slice(0, 120)}:again`,
    eventType: 'second_look',
    occurredAt,
    receivedAt,
    subject,
    readAfter,
  };
}
