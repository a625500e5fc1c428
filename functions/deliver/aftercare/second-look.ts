import type { Change } from '../../identity/change.ts';
import type { ChangeMessage } from '../../queue/message.ts';

/** The message to read a change's person again, of which a reading that began before `readAfter` is no answer. */
export function secondLook(change: Change, readAfter: number): ChangeMessage {
  const { tenant, source, eventId, occurredAt, receivedAt, subject } = change;
  return {
    kind: 'change',
    tenant,
    source,
    // Within the length of a safe id, whatever the event's own is; each later look has a receipt of its own.
    eventId: `${eventId.replace(/:again\d*$/, '').slice(0, 100)}:again${readAfter}`,
    eventType: 'second_look',
    occurredAt,
    receivedAt,
    subject: { id: subject.id, ...(subject.login !== undefined && { login: subject.login }) },
    readAfter,
  };
}
