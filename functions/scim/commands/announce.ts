import { BridgeError } from '../../identity/bridge-error.ts';
import { LOOK_DELAY } from '../../queue/message.ts';
import type { CommandPorts, ScimTenant } from '../ports.ts';
import type { Command } from './command.ts';

/**
 * Seconds until a queued revocation is looked at: by then a command has mostly confirmed it, and nothing is left to do.
 */
const REVOCATION_DELAY = 10;

/** What is said on the queues of a command before it begins, so that its death is looked after. */
export interface Announcement {
  /** Has the user looked after when the command is over. Once, however often. */
  look(): Promise<void>;
  /** Has access ended whatever becomes of the command. Once, however often. */
  revocation(at: number, account?: string): Promise<void>;
  /** The same, for a command that has failed: that this fails as well does not matter then. */
  revocationAtAnyRate(): Promise<void>;
}

export function announcementOf(
  { sendMessages, queues }: Pick<CommandPorts, 'sendMessages' | 'queues'>,
  { name, client }: ScimTenant,
  clarusUserId: string,
  { eventId, eventType, at: receivedAt }: Command,
): Announcement {
  const said = { look: false, revocation: false };

  async function look(): Promise<void> {
    if (said.look) return;
    const message = { kind: 'look', tenant: name, clarusUserId } as const;
    await sendMessages([{ queueUrl: queues.changes, message, delay: LOOK_DELAY }]);
    said.look = true;
  }

  async function revocation(at: number, account?: string): Promise<void> {
    if (said.revocation) return;
    const message = {
      kind: 'change',
      tenant: name,
      source: client,
      eventId,
      eventType,
      occurredAt: at,
      receivedAt,
      subject: { id: clarusUserId },
      ...(account !== undefined && { account }),
      user: { active: false },
    } as const;
    await sendMessages([{ queueUrl: queues.revocations, message, delay: REVOCATION_DELAY }]);
    said.revocation = true;
  }

  async function revocationAtAnyRate(): Promise<void> {
    try {
      await revocation(receivedAt);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
    }
  }

  return { look, revocation, revocationAtAnyRate };
}
