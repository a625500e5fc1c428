import { BridgeError, type ErrorCode } from '../../identity/bridge-error.ts';
import {
  type AttributeValue,
  type ClarusAttributes,
  entriesIn,
  namesIn,
} from '../../identity/clarus-attributes.ts';
import { converge, outstanding, update } from '../../identity/converge.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import { LOOK_DELAY } from '../../queue/message.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { notFound } from '../protocol/error.ts';
import { allOrNothing } from './all-or-nothing.ts';
import type { Command } from './command.ts';
import { type Decision, type Life, saidAt, withWishes } from './decision.ts';
import { createCommandReceipts } from './receipts.ts';
import { createUndo } from './undo.ts';

interface DecideOptions {
  life?: Life;
  /** What Clarus shows of a user whom SCIM does not know yet. */
  found?: Partial<ClarusAttributes>;
  /** Looks at the newest record: when it is not true of that, nothing is wanted. */
  onlyIf?: (record: UserRecord) => boolean;
}

/** A decision that Clarus has, and how that came. */
export interface CarriedOut {
  decision: Decision;
  record: UserRecord;
  outcome: 'applied' | 'no_change';
  /** Clarus' last HTTP status. */
  status?: number | undefined;
}

/**
 * Writing to Clarus in two steps: what is to be is decided in the record, which settles the order of all
 * commands and news, and then carried out.
 */
export interface ClarusWrites {
  /**
   * Stores what a command wants of a user. Where that is something for Clarus, a look is queued before, so that somebody
   * looks after the user if this attempt dies. Throws ScimError 404 for a user that a client has deleted.
   */
  decide(
    scim: ScimTenant,
    clarusUserId: string,
    wanted: Partial<ClarusAttributes>,
    command: Command,
    options?: DecideOptions,
  ): Promise<Decision>;
  /**
   * Brings Clarus to it and returns the record after that. Throws a BridgeError when Clarus does not have it:
   * then the command leaves nothing behind, but that a deactivation goes to the queue and happens all the same.
   */
  carryOut(scim: ScimTenant, decision: Decision): Promise<CarriedOut>;
  /** The receipt of what has been carried out, when nothing can take it back any more. */
  confirm(scim: ScimTenant, carriedOut: CarriedOut): Promise<void>;
  /** Decides, carries out and confirms. */
  write(
    scim: ScimTenant,
    clarusUserId: string,
    wanted: Partial<ClarusAttributes>,
    command: Command,
    options?: DecideOptions,
  ): Promise<UserRecord>;
  /**
   * Takes back what came to nothing after all, the last of them last, in Clarus as well; with a receipt if that is an
   * error of the command. That it cannot be taken back now is left to the look.
   */
  takeBack(scim: ScimTenant, carriedOut: readonly CarriedOut[], error?: unknown): Promise<void>;
  /** Notes what a user was created with. */
  noteCreated(
    scim: ScimTenant,
    clarusUserId: string,
    attributes: Partial<ClarusAttributes>,
    command: Command,
  ): Promise<UserRecord>;
}

/** Errors by which Clarus tells that it has what it had. */
const UNTOUCHED = new Set<ErrorCode>(['clarus_refused', 'clarus_throttled']);

export function createClarusWrites(ports: ScimPorts): ClarusWrites {
  const writeReceipt = createCommandReceipts(ports);
  const undo = createUndo(ports);

  const decide: ClarusWrites['decide'] = async (
    scim,
    clarusUserId,
    wished,
    command,
    { life = 'change', found = {}, onlyIf = () => true } = {},
  ) => {
    let at = command.saidAt;
    let wanted = wished;
    let before: UserRecord | undefined;
    let announced = false;
    const record = await update(
      ports.users,
      scim.name,
      clarusUserId,
      (stored) => {
        if (life === 'change' && stored.deleted) throw notFound('user');
        before = stored;
        wanted = onlyIf(stored) ? wished : {};
        at ??= saidAt(stored, namesIn(wanted), command.at);
        const after = withWishes(stored, wanted, command, at);
        if (life === 'change') return after;
        // A newcomer is told of as a whole, whatever Clarus is thought to have.
        return life === 'delete' ? { ...after, deleted: true } : { ...after, deleted: false, applied: {} };
      },
      async (next) => {
        if (announced || namesIn(outstanding(next)).length === 0) return;
        announced = true;
        await queueLook(scim.name, clarusUserId, next.revision + 1);
      },
    );
    const said = { ...command, ...(at !== undefined && { saidAt: at }) };
    return { wanted, command: said, before: before ?? record, record, found, life };
  };

  function queueLook(tenant: string, clarusUserId: string, revision: number): Promise<void> {
    return ports.sendMessages([
      {
        queueUrl: ports.queues.changes,
        message: { kind: 'look', tenant, clarusUserId, revision },
        delay: LOOK_DELAY,
      },
    ]);
  }

  async function carryOut(scim: ScimTenant, decision: Decision): Promise<CarriedOut> {
    const { record, wanted } = decision;
    const toSend = outstanding(record);
    if (namesIn(wanted).every((name) => toSend[name] === undefined)) {
      return { decision, record, outcome: 'no_change' };
    }
    const clarus = allOrNothing(scim.clarus, wanted);
    try {
      const { record: after, status } = await converge({ users: ports.users, clarus }, record, false);
      return { decision, record: after, outcome: 'applied', status };
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      const { code } = error;
      const leftIn =
        wanted.is_active === false && !clarus.taken.has('is_active') && code !== 'clarus_user_missing';
      if (leftIn) await queueRevocation(scim, decision);
      const untouched = UNTOUCHED.has(code) ? namesIn(wanted).filter((name) => !clarus.taken.has(name)) : [];
      await undo(scim, record.clarusUserId, [decision], untouched);
      await reject(scim, decision, error);
      throw error;
    }
  }

  function confirm(scim: ScimTenant, { decision, record, outcome, status }: CarriedOut): Promise<void> {
    const { command, wanted } = decision;
    return writeReceipt(scim, { clarusUserId: record.clarusUserId, command, wanted, outcome, status });
  }

  function reject(scim: ScimTenant, { record, command, wanted }: Decision, error: unknown): Promise<void> {
    const { code, status } = Object(error);
    const reason = typeof code === 'string' ? code : `scim_${status}`;
    const end = { clarusUserId: record.clarusUserId, command, wanted, reason };
    return writeReceipt(scim, { ...end, outcome: 'rejected', ...(typeof code === 'string' && { status }) });
  }

  const write: ClarusWrites['write'] = async (scim, clarusUserId, wanted, command, options) => {
    const carriedOut = await carryOut(scim, await decide(scim, clarusUserId, wanted, command, options));
    await confirm(scim, carriedOut);
    return carriedOut.record;
  };

  /** As any other source's revocation, with the same receipt: it happens whether or not the client comes again. */
  async function queueRevocation({ name }: ScimTenant, { record, command }: Decision): Promise<void> {
    const { clarusUserId } = record;
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
          occurredAt: command.saidAt ?? command.at,
          receivedAt: command.at,
          subject: { id: clarusUserId },
          user: { active: false },
        },
      },
    ]);
  }

  async function takeBack(
    scim: ScimTenant,
    carriedOut: readonly CarriedOut[],
    error?: unknown,
  ): Promise<void> {
    const last = carriedOut.at(-1);
    if (last === undefined) return;
    if (error !== undefined) await reject(scim, last.decision, error);
    try {
      const decisions = carriedOut.map(({ decision }) => decision);
      const record = await undo(scim, last.record.clarusUserId, decisions, []);
      await converge({ users: ports.users, clarus: scim.clarus }, record, false);
    } catch (error) {
      // The look that was queued for the decision sees to it.
      if (!(error instanceof BridgeError)) throw error;
    }
  }

  async function noteCreated(
    scim: ScimTenant,
    clarusUserId: string,
    wanted: Partial<ClarusAttributes>,
    command: Command,
  ): Promise<UserRecord> {
    // News of the user may have come between Clarus' creation and this, and been carried out: it stays.
    const record = await update(ports.users, scim.name, clarusUserId, (stored) => {
      const after = withWishes(stored, wanted, command, command.at);
      const fresh = entriesIn<AttributeValue>(wanted).filter(([name]) => stored.desired[name] === undefined);
      return { ...after, applied: { ...after.applied, ...Object.fromEntries(fresh) }, deleted: false };
    });
    await writeReceipt(scim, { clarusUserId, command, wanted, outcome: 'applied' });
    if (namesIn(outstanding(record)).length > 0) await queueLook(scim.name, clarusUserId, record.revision);
    return record;
  }

  return { decide, carryOut, confirm, write, takeBack, noteCreated };
}
