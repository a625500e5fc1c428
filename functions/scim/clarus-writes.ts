import { BridgeError } from '../identity/bridge-error.ts';
import { type ClarusAttributes, entriesIn, namesIn } from '../identity/clarus-attributes.ts';
import { converge, outstanding, type UserPatcher, update } from '../identity/converge.ts';
import { merge } from '../identity/merge.ts';
import type { Outcome, Receipt } from '../identity/receipt.ts';
import type { Desired, DesiredAttributes, UserRecord } from '../identity/user-record.ts';
import { LOOK_DELAY } from '../queue/message.ts';
import type { ScimPorts } from './scim-ports.ts';
import type { ScimTenant } from './scim-tenant.ts';

/** A client's command about one user: ids and times for state and receipts. */
export interface Command {
  eventId: string;
  /** Such as `scim.user.patch`. */
  eventType: string;
  at: number;
}

export interface ClarusWrites {
  /**
   * Brings Clarus to what a command wants of a user and returns the record after that. Throws a BridgeError
   * when Clarus does not have it: then nothing of it is desired any more if Clarus refused it, and all of it
   * still is if the attempt failed. A deactivation that failed goes to the queue as well.
   */
  write(
    scim: ScimTenant,
    clarusUserId: string,
    wanted: Partial<ClarusAttributes>,
    command: Command,
  ): Promise<UserRecord>;
  /** Notes what a user was created with. */
  noteCreated(
    scim: ScimTenant,
    clarusUserId: string,
    attributes: Partial<ClarusAttributes>,
    command: Command,
  ): Promise<UserRecord>;
  /** The receipt of a command. That it cannot be written changes nothing of what Clarus has, so it is logged. */
  receive(
    scim: ScimTenant,
    clarusUserId: string,
    wanted: Partial<ClarusAttributes>,
    command: Command,
    end: { outcome: Outcome; reason?: string; status?: number },
  ): Promise<void>;
}

export function createClarusWrites(ports: ScimPorts): ClarusWrites {
  async function write(
    scim: ScimTenant,
    clarusUserId: string,
    wanted: Partial<ClarusAttributes>,
    command: Command,
  ): Promise<UserRecord> {
    let before: UserRecord | undefined;
    let at = command.at;
    const record = await update(ports.users, scim.name, clarusUserId, (stored) => {
      before = stored;
      at = later(stored, wanted, command.at);
      return merged(stored, wanted, { ...command, at });
    });
    if (namesIn(outstanding(record)).length === 0) {
      await receive(scim, clarusUserId, wanted, command, { outcome: 'no_change' });
      return record;
    }
    // Before Clarus hears of it: when this attempt dies, somebody looks after the user.
    await ports.sendMessages([
      {
        queueUrl: ports.queues.changes,
        message: { kind: 'look', tenant: scim.name, clarusUserId, revision: record.revision },
        delay: LOOK_DELAY,
      },
    ]);
    try {
      const { record: after, status } = await converge(
        { users: ports.users, clarus: allOrNothing(scim.clarus) },
        record,
        false,
      );
      await receive(scim, clarusUserId, wanted, command, {
        outcome: 'applied',
        ...(status !== undefined && { status }),
      });
      return after;
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      await afterFailure(scim, clarusUserId, wanted, { ...command, at }, error, before?.desired ?? {});
      throw error;
    }
  }

  async function afterFailure(
    scim: ScimTenant,
    clarusUserId: string,
    wanted: Partial<ClarusAttributes>,
    command: Command,
    error: BridgeError,
    before: DesiredAttributes,
  ): Promise<void> {
    if (error.code === 'clarus_refused') {
      await update(ports.users, scim.name, clarusUserId, (stored) => takenBack(stored, before, command));
    } else if (wanted.is_active === false) {
      await queueRevocation(scim, clarusUserId, command);
    }
    if (error.retryable) return;
    const status = error.status === undefined ? {} : { status: error.status };
    await receive(scim, clarusUserId, wanted, command, {
      outcome: 'rejected',
      reason: error.code,
      ...status,
    });
  }

  /** As any other source's revocation, with the same receipt: it happens whether or not the client comes again. */
  async function queueRevocation(
    { name }: ScimTenant,
    clarusUserId: string,
    command: Command,
  ): Promise<void> {
    await ports.links.put(name, 'scim', clarusUserId, clarusUserId);
    await ports.sendMessages([
      {
        queueUrl: ports.queues.revocations,
        message: {
          kind: 'change',
          tenant: name,
          source: 'scim',
          eventId: command.eventId,
          eventType: command.eventType,
          occurredAt: command.at,
          receivedAt: command.at,
          subject: { id: clarusUserId },
          user: { active: false },
        },
      },
    ]);
  }

  function noteCreated(
    scim: ScimTenant,
    clarusUserId: string,
    attributes: Partial<ClarusAttributes>,
    command: Command,
  ): Promise<UserRecord> {
    return update(ports.users, scim.name, clarusUserId, (stored) => {
      const at = later(stored, attributes, command.at);
      return {
        ...merged(stored, attributes, { ...command, at }),
        applied: { ...stored.applied, ...attributes },
      };
    });
  }

  const receive: ClarusWrites['receive'] = async (scim, clarusUserId, wanted, command, end) => {
    const { is_active } = wanted;
    const { outcome, reason, status } = end;
    const now = ports.clock();
    const receipt: Receipt = {
      tenant: scim.name,
      source: 'scim',
      eventId: command.eventId,
      eventType: command.eventType,
      subjectId: clarusUserId,
      clarusUserId,
      outcome,
      attributes: namesIn(wanted),
      ...(reason !== undefined && { reason }),
      ...(is_active !== undefined && { isActive: is_active }),
      ...(status !== undefined && { clarusStatus: status }),
      occurredAt: command.at,
      receivedAt: command.at,
      settledAt: now,
      ...(outcome === 'applied' && { appliedAt: now }),
    };
    try {
      await ports.receipts.put(receipt, scim.tenant.receiptDays);
      ports.measure(receipt);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      ports.log('error', 'receipt not written', { ...receipt, code: error.code });
    }
  };

  return { write, noteCreated, receive };
}

/**
 * A command is the client's word of this very moment: later than all that is known of these attributes,
 * whatever other clocks say.
 */
function later({ desired }: UserRecord, wanted: Partial<ClarusAttributes>, at: number): number {
  const times = namesIn(wanted).map((name) => (desired[name]?.at ?? 0) + 1);
  return Math.max(at, ...times);
}

function merged(
  record: UserRecord,
  attributes: Partial<ClarusAttributes>,
  { at, eventId }: Command,
): UserRecord {
  const names = namesIn(attributes);
  if (names.length === 0) return record;
  const refused = { ...record.refused };
  for (const name of names) delete refused[name];
  return { ...record, desired: merge(record.desired, { at, eventId, origin: 'scim', attributes }), refused };
}

/** The record without what a command wanted and Clarus has not got. */
function takenBack(record: UserRecord, before: DesiredAttributes, { eventId }: Command): UserRecord {
  const kept = entriesIn<Desired>(record.desired).map(([name, desired]) => {
    const mine = desired.eventId === eventId && desired.origin === 'scim';
    return [name, mine && record.applied[name] !== desired.value ? before[name] : desired] as const;
  });
  return { ...record, desired: Object.fromEntries(kept.filter(([, desired]) => desired !== undefined)) };
}

/** A client is told that Clarus has all of it or none: nothing is sent one by one when Clarus refuses it together. */
function allOrNothing(clarus: UserPatcher): UserPatcher {
  return {
    async patch(clarusUserId, attributes) {
      const answer = await clarus.patch(clarusUserId, attributes);
      if (answer.kind === 'refused') throw answer.error;
      return answer;
    },
  };
}
