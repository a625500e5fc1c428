import type { SQSRecord } from 'aws-lambda';
import { BridgeError } from '../identity/bridge-error.ts';
import type { Change } from '../identity/change.ts';
import { namesIn } from '../identity/clarus-attributes.ts';
import { converge, outstanding } from '../identity/converge.ts';
import type { Receipt } from '../identity/receipt.ts';
import type { UserRecord } from '../identity/user-record.ts';
import type { Log } from '../platform/logger.ts';
import type { DeadLetter } from '../queue/dead-letter.ts';
import { LOOK_DELAY, type Look, parseMessage } from '../queue/message.ts';
import type { RetryLater } from '../queue/retry-later.ts';
import type { SubscriptionNotice } from '../queue/subscription-notice.ts';
import { ATTENTION, type CursorStore } from '../state/cursors.ts';
import type { ReceiptStore } from '../state/receipts.ts';
import type { SubscriptionStore } from '../state/subscriptions.ts';
import { backoff, LAST_ATTEMPT } from './backoff.ts';
import { type DeliverChangePorts, deliverChange } from './deliver-change.ts';
import { about, type Delivered, rejected, unchanged } from './delivered.ts';
import { type DiedCommandsPorts, withoutDiedCommands } from './died-commands.ts';
import { createInTurn } from './in-turn.ts';
import type { TenantServices } from './services.ts';

/** A queue's URL and that of its dead-letter queue, by the queue's name. */
export type Queues = Readonly<Record<string, { url: string; deadLetterUrl: string }>>;

export interface DeliverPorts extends DeliverChangePorts, DiedCommandsPorts {
  servicesOf: (tenant: string) => TenantServices;
  receipts: ReceiptStore;
  subscriptions: SubscriptionStore;
  cursors: CursorStore;
  queues: Queues;
  retryLater: RetryLater;
  deadLetter: DeadLetter;
  random: () => number;
  log: Log;
  /** Told of every receipt that was written. */
  measure: (receipt: Receipt) => void;
}

/** The receipt's reason when a notification names a subscription that the tenant does not have. */
export const UNKNOWN_SUBSCRIPTION = 'unknown_subscription';

/** How long receipts of a tenant are kept that is not known any more. */
const RECEIPT_DAYS = 400;

/**
 * Handles one queue record. Returns when the message is done with: carried out, or on the dead-letter queue
 * with the reason. Throws when it must come again, after having set when.
 */
export function createDeliver(ports: DeliverPorts): (record: SQSRecord) => Promise<void> {
  const inTurn = createInTurn();

  return async function deliver(record) {
    const attempt = Number(record.attributes.ApproximateReceiveCount);
    try {
      const problem = await handle(record.body, attempt);
      if (problem !== undefined) await bury(record, problem);
    } catch (error) {
      if (isFinal(error, attempt)) await bury(record, error);
      else await comeAgain(record, attempt, error);
    }
  };

  async function handle(body: string, attempt: number): Promise<BridgeError | undefined> {
    const message = parseMessage(body);
    if (message.kind === 'look') {
      await inTurn(`${message.tenant} ${message.clarusUserId}`, () => look(message));
      return undefined;
    }
    if (message.kind === 'subscription') {
      await attend(message);
      return undefined;
    }
    const { source, tenant, subject } = message;
    return inTurn(`${tenant} ${source} ${subject.id}`, () => follow(message, attempt));
  }

  /** Brings a user to its whole desired state, whatever is thought to have been applied. */
  async function look({ tenant, clarusUserId, revision }: Look): Promise<void> {
    const { clarus, map } = ports.servicesOf(tenant);
    const record = await withoutDiedCommands(ports, map, tenant, clarusUserId);
    if (isSettled(record, revision)) {
      ports.log('info', 'look', { tenant, clarusUserId, sent: [], settled: true });
      return;
    }
    try {
      const { sent } = await converge({ users: ports.users, clarus }, record, true);
      ports.log('info', 'look', { tenant, clarusUserId, sent: [...sent] });
    } catch (error) {
      // In doubt again: the next look has to wait for this one's request in its turn.
      if (error instanceof BridgeError && error.outcomeUnknown) throw error.after(LOOK_DELAY * 1000);
      throw error;
    }
  }

  /** The sweep has the care of subscriptions: it finds here that one wants it before its time. */
  async function attend({ tenant, subscriptionId, event }: SubscriptionNotice): Promise<void> {
    const { known } = await ports.subscriptions.load(tenant);
    const ours = known.includes(subscriptionId);
    ports.log(ours ? 'info' : 'warn', 'subscription notice', { tenant, subscriptionId, event, ours });
    if (ours) await ports.cursors.put(tenant, ATTENTION, String(ports.clock()));
  }

  /** Whether the subscription that a notification names is none of the tenant's. */
  async function isForeign({ tenant, subscriptionId }: Change): Promise<boolean> {
    if (subscriptionId === undefined) return false;
    return !(await ports.subscriptions.load(tenant)).known.includes(subscriptionId);
  }

  async function follow(change: Change, attempt: number): Promise<BridgeError | undefined> {
    const redelivered = attempt > 1;
    let delivered: Delivered;
    let keepDays = RECEIPT_DAYS;
    try {
      const services = ports.servicesOf(change.tenant);
      keepDays = services.tenant.receiptDays;
      delivered = (await isForeign(change))
        ? unchanged('no_change', {}, { reason: UNKNOWN_SUBSCRIPTION })
        : await deliverChange(ports, services, change, redelivered);
    } catch (error) {
      if (!isFinal(error, attempt)) throw error;
      const { active } = change.user ?? {};
      delivered = { ...rejected(error), ...about(active === undefined ? {} : { is_active: active }) };
    }
    const receipt = receiptOf(change, delivered, ports.clock());
    await ports.receipts.put(receipt, keepDays);
    ports.measure(receipt);
    const { attributes: _, ...line } = receipt;
    ports.log(delivered.problem === undefined ? 'info' : 'error', 'change', { ...line, redelivered });
    return delivered.problem;
  }

  async function bury(record: SQSRecord, problem: BridgeError): Promise<void> {
    const { deadLetterUrl } = queueOf(record);
    try {
      await ports.deadLetter(
        deadLetterUrl,
        record.body,
        record.attributes.MessageGroupId ?? 'unknown',
        problem,
      );
    } catch (error) {
      await comeAgain(record, Number(record.attributes.ApproximateReceiveCount), error);
    }
    ports.log('error', 'dead letter', { messageId: record.messageId, ...reasonOf(problem) });
  }

  /** Sets when the message comes again, and throws so that it does. */
  async function comeAgain(record: SQSRecord, attempt: number, error: unknown): Promise<never> {
    const retryAfter = error instanceof BridgeError ? error.retryAfter : undefined;
    const seconds = backoff(attempt, retryAfter, ports.random);
    ports.log('warn', 'retry', { messageId: record.messageId, attempt, seconds, ...reasonOf(error) });
    try {
      await ports.retryLater(queueOf(record).url, record.receiptHandle, seconds);
    } catch {
      // Then the queue's own visibility timeout applies: later, but it comes.
    }
    throw error;
  }

  function queueOf({ eventSourceARN }: SQSRecord): Queues[string] {
    const queue = ports.queues[eventSourceARN.slice(eventSourceARN.lastIndexOf(':') + 1)];
    if (queue !== undefined) return queue;
    throw new Error(`deliver is not set up for the queue ${eventSourceARN}`);
  }
}

/** Whether trying again cannot help, or has been tried long enough. */
function isFinal(error: unknown, attempt: number): error is BridgeError {
  return error instanceof BridgeError && (!error.retryable || attempt >= LAST_ATTEMPT);
}

/**
 * Whether the attempt a look was left for has stored what it applied: the very next revision, with nothing
 * outstanding. When others have written since, that cannot be told, and all is sent once more.
 */
function isSettled(record: UserRecord, revision: number | undefined): boolean {
  return record.revision - 1 === revision && namesIn(outstanding(record)).length === 0;
}

/** Why, for the log: of an error that nobody foresaw only its name, since its text may quote the event. */
function reasonOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof BridgeError)) return { code: String(Object(error).name) };
  const { code, message, status } = error;
  return { code, reason: message, ...(status !== undefined && { status }) };
}

function receiptOf(change: Change, delivered: Delivered, now: number): Receipt {
  const { applied, problem: _, ...ends } = delivered;
  return {
    tenant: change.tenant,
    source: change.source,
    eventId: change.eventId,
    eventType: change.eventType,
    subjectId: change.subject.id,
    ...(change.foundBy !== undefined && { foundBy: change.foundBy }),
    ...ends,
    occurredAt: change.occurredAt,
    receivedAt: change.receivedAt,
    settledAt: now,
    ...(applied && { appliedAt: now }),
  };
}
