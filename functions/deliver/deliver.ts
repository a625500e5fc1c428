import type { SQSRecord } from 'aws-lambda';
import { BridgeError } from '../identity/bridge-error.ts';
import type { Change } from '../identity/change.ts';
import type { Receipt, Step } from '../identity/receipt.ts';
import type { Log } from '../platform/logger.ts';
import type { AttentionNotice } from '../queue/attention-notice.ts';
import type { DeadLetter } from '../queue/dead-letter.ts';
import { type ChangeMessage, type Message, parseMessage } from '../queue/message.ts';
import type { RetryLater } from '../queue/retry-later.ts';
import type { SubscriptionNotice } from '../queue/subscription-notice.ts';
import { ATTENTION, type CursorStore } from '../state/cursors.ts';
import type { ReceiptStore } from '../state/receipts.ts';
import type { SubscriptionStore } from '../state/subscriptions.ts';
import { createCoveredNews } from './aftercare/covered-news.ts';
import { look } from './aftercare/look.ts';
import { type ReadBack, readBack } from './aftercare/read-back.ts';
import { createShared } from './aftercare/read-backs.ts';
import {
  keepWaiting,
  measureOpenItems,
  stopTrying,
  stopWaiting,
  type WaitingPorts,
} from './aftercare/waiting.ts';
import { backoff, MESSAGE_LIFE } from './backoff.ts';
import { type DeliverChangePorts, deliverChange } from './deliver-change.ts';
import { type Delivered, ended, rejected } from './delivered.ts';
import { createInTurn } from './in-turn.ts';
import type { TenantServices } from './services.ts';
import { DUPLICATE, keyOf } from './steps/note-change.ts';

/** A queue's URL and that of its dead-letter queue, by the queue's name. */
export type Queues = Readonly<Record<string, Queue>>;

export interface Queue {
  url: string;
  deadLetterUrl: string;
  /** Carries what takes or may take access away: tried until it is done, whatever the error. */
  urgent: boolean;
}

export interface DeliverPorts extends DeliverChangePorts, WaitingPorts {
  servicesOf: (tenant: string) => TenantServices;
  receipts: ReceiptStore;
  subscriptions: SubscriptionStore;
  cursors: CursorStore;
  queues: Queues;
  retryLater: RetryLater;
  deadLetter: DeadLetter;
  random: () => number;
  log: Log;
  /** Told of a revocation that Clarus confirmed, to be read back later. */
  toReadBack: (tenant: string, item: ReadBack) => void;
  /** Told of every receipt that was written. */
  measure: (receipt: Receipt) => void;
}

/** The receipt's reason when a notification names a subscription that the tenant does not have. */
export const UNKNOWN_SUBSCRIPTION = 'unknown_subscription';

/** How long receipts of a tenant are kept that is not known any more. */
const RECEIPT_DAYS = 400;

/** A message as it was received. */
interface Delivery {
  record: SQSRecord;
  queue: Queue;
  attempt: number;
}

/**
 * Handles one queue record. Returns when the message is done with: carried out, or on the dead-letter queue
 * with the reason. Throws when it must come again, after having set when.
 */
export function createDeliver(ports: DeliverPorts): (record: SQSRecord) => Promise<void> {
  const inTurn = createInTurn();
  const covered = createCoveredNews();
  const seeInClarus = createShared((tenant, items) => readBack(ports, ports.servicesOf(tenant), items));

  return async function deliver(record) {
    const attempt = Number(record.attributes.ApproximateReceiveCount);
    const delivery = { record, queue: queueOf(record), attempt };
    let message: Message | undefined;
    try {
      message = parseMessage(record.body);
      await tellRedriven(message, delivery);
      const problem = await handle(message, attempt);
      if (problem !== undefined) await bury(delivery, problem);
    } catch (error) {
      if (isFinal(error, delivery)) await giveUp(delivery, message, error);
      else await comeAgain(delivery, message, error);
    }
  };

  function handle(message: Message, attempt: number): Promise<BridgeError | undefined> {
    const { tenant } = message;
    switch (message.kind) {
      case 'look':
        return inTurn(`${tenant} ${message.clarusUserId}`, () => lookAfter(tenant, message.clarusUserId));
      case 'subscription':
        return attend(message);
      case 'attention':
        return compare(message);
      case 'read_back':
        return seeInClarus(message.tenant, message.items).then(() => undefined);
      case 'change':
        return inTurn(`${tenant} ${message.source} ${message.subject.id}`, () => follow(message, attempt));
    }
  }

  async function lookAfter(tenant: string, clarusUserId: string): Promise<undefined> {
    const end = await look(ports, ports.servicesOf(tenant), clarusUserId);
    const sent = end === 'settled' ? [] : [...end.sent];
    ports.log('info', 'look', { tenant, clarusUserId, sent, settled: end === 'settled' });
  }

  /** The sweep has the care of subscriptions: it finds here that one wants it before its time. */
  async function attend({ tenant, subscriptionId, event }: SubscriptionNotice): Promise<undefined> {
    const { known } = await ports.subscriptions.load(tenant);
    const ours = known.includes(subscriptionId);
    ports.log(ours ? 'info' : 'warn', 'subscription notice', { tenant, subscriptionId, event, ours });
    if (ours) await ports.cursors.put(tenant, ATTENTION, String(ports.clock()));
  }

  /** The sweep compares everybody with the directory before its time. */
  async function compare({ tenant, source, event }: AttentionNotice): Promise<undefined> {
    ports.log('info', 'attention notice', { tenant, source, event });
    await ports.cursors.put(tenant, `${source}-attention`, String(ports.clock()));
  }

  /** Whether the subscription that a notification names is none of the tenant's. */
  async function isForeign({ tenant, subscriptionId }: Change): Promise<boolean> {
    if (subscriptionId === undefined) return false;
    return !(await ports.subscriptions.load(tenant)).known.includes(subscriptionId);
  }

  async function follow(change: ChangeMessage, attempt: number): Promise<BridgeError | undefined> {
    const services = ports.servicesOf(change.tenant);
    const delivered = await endOf(services, change, attempt);
    if (isSettled(delivered) && delivered.readAt !== undefined) covered.cover(change, delivered.readAt);
    await stopWaiting(ports, change, delivered);
    if (delivered.outcome === 'held') await measureOpenItems(ports, change.tenant);
    if (delivered.reason === DUPLICATE) {
      ports.log('info', 'change', { ...aboutMessage(change), reason: DUPLICATE });
      return undefined;
    }
    await writeReceipt(change, delivered, attempt, services.tenant.receiptDays);
    return delivered.problem;
  }

  async function endOf(services: TenantServices, change: Change, attempt: number): Promise<Delivered> {
    if (await isForeign(change)) return ended('no_change', { reason: UNKNOWN_SUBSCRIPTION });
    if (attempt === 1 && covered.has(change)) return ended('no_change', { reason: 'already_read' });
    return deliverChange(ports, services, change, attempt);
  }

  /** A dead letter that has been redriven carries why it was one. */
  async function tellRedriven(message: Message, { record, attempt }: Delivery): Promise<void> {
    const what = record.messageAttributes?.code?.stringValue;
    if (message.kind !== 'change' || what === undefined || attempt > 1) return;
    await ports.receipts.append(keyOf(message), message.eventId, [
      { at: ports.clock(), step: 'redriven', what },
    ]);
  }

  async function writeReceipt(
    change: Change,
    delivered: Delivered,
    attempt: number,
    keepDays = RECEIPT_DAYS,
  ): Promise<void> {
    const receipt = receiptOf(change, delivered, ports.clock());
    await ports.receipts.put(receipt, keepDays);
    ports.measure(receipt);
    const { source, subjectId: account, eventId, clarusUserId } = receipt;
    if (receipt.isActive === false && receipt.appliedAt !== undefined && clarusUserId !== undefined) {
      ports.toReadBack(change.tenant, { source, account, eventId, clarusUserId });
    }
    const { attributes: _, steps: __, ...line } = receipt;
    ports.log(delivered.problem === undefined ? 'info' : 'error', 'change', { ...line, attempt });
  }

  /** Nothing more can be done without help: with a receipt, where there is an event. */
  async function giveUp(
    delivery: Delivery,
    message: Message | undefined,
    problem: BridgeError,
  ): Promise<void> {
    if (message?.kind === 'change') {
      try {
        await writeReceipt(message, { ...rejected(problem), ...said(message) }, delivery.attempt);
        await stopTrying(ports, message);
      } catch (error) {
        await comeAgain(delivery, message, error);
      }
    }
    await bury(delivery, problem);
  }

  async function bury(delivery: Delivery, problem: BridgeError): Promise<void> {
    const { record, queue } = delivery;
    const group = record.attributes.MessageGroupId ?? 'unknown';
    try {
      await ports.deadLetter(queue.deadLetterUrl, record.body, group, problem);
    } catch (error) {
      await comeAgain(delivery, undefined, error);
    }
    ports.log('error', 'dead letter', { messageId: record.messageId, ...reasonOf(problem) });
  }

  /** Sets when the message comes again, and throws so that it does. */
  async function comeAgain(delivery: Delivery, message: Message | undefined, error: unknown): Promise<never> {
    const { record, queue, attempt } = delivery;
    const retryAfter = error instanceof BridgeError ? error.retryAfter : undefined;
    const seconds = backoff(attempt, retryAfter, ports.random);
    ports.log('warn', 'retry', {
      messageId: record.messageId,
      attempt,
      seconds,
      ...aboutMessage(message),
      ...reasonOf(error),
    });
    try {
      await ports.retryLater(queue.url, record.receiptHandle, seconds);
    } catch {
      // Then the queue's own visibility timeout applies: later, but it comes.
    }
    if (message?.kind === 'change') {
      const code = error instanceof BridgeError ? error.code : String(Object(error).name);
      await keepWaiting(ports, message, { attempt, code, seconds, urgent: queue.urgent }, writeReceipt);
    }
    throw error;
  }

  /** Whether trying again cannot help, or has been tried long enough. */
  function isFinal(error: unknown, { record, queue }: Delivery): error is BridgeError {
    if (!(error instanceof BridgeError)) return false;
    if (HOPELESS.has(error.code)) return true;
    const age = ports.clock() - Number(record.attributes.SentTimestamp);
    return age > MESSAGE_LIFE || (!error.retryable && !queue.urgent);
  }

  function queueOf({ eventSourceARN }: SQSRecord): Queue {
    const queue = ports.queues[eventSourceARN.slice(eventSourceARN.lastIndexOf(':') + 1)];
    if (queue !== undefined) return queue;
    throw new Error(`deliver is not set up for the queue ${eventSourceARN}`);
  }
}

/** Whether Clarus has what is known of the person. */
function isSettled({ outcome, problem }: Delivered): boolean {
  return problem === undefined && outcome !== 'held';
}

/** No attempt at such a message can ever go through, not even at a revocation. */
const HOPELESS: ReadonlySet<string> = new Set(['change_malformed', 'tenant_unknown']);

/** Ids for the log line of a retry, so that it tells who is affected. */
function aboutMessage(message: Message | undefined): Record<string, unknown> {
  if (message === undefined) return {};
  if (message.kind !== 'change') return { tenant: message.tenant, kind: message.kind };
  const { tenant, source, subject, eventId, user } = message;
  return { tenant, source, account: subject.id, eventId, isActive: user?.active };
}

function said({ user }: Change): Partial<Delivered> {
  return user?.active === undefined ? {} : { attributes: ['is_active'], isActive: user.active };
}

/** Why, for the log: of an error that nobody foresaw only its name, since its text may quote the event. */
function reasonOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof BridgeError)) return { code: String(Object(error).name) };
  const { code, message, status } = error;
  return { code, reason: message, ...(status !== undefined && { status }) };
}

function receiptOf(change: Change, delivered: Delivered, now: number): Receipt {
  const { applied, problem: _, undone: __, wasWaiting: ___, readAt: ____, steps, ...ends } = delivered;
  const received: Step = { at: change.receivedAt, step: 'received', what: change.eventType };
  return {
    tenant: change.tenant,
    source: change.source,
    eventId: change.eventId,
    eventType: change.eventType,
    subjectId: change.subject.id,
    ...(change.actor !== undefined && { actor: change.actor }),
    ...(change.foundBy !== undefined && { foundBy: change.foundBy }),
    ...ends,
    occurredAt: change.occurredAt,
    receivedAt: change.receivedAt,
    settledAt: now,
    ...(applied && { appliedAt: now }),
    steps: [received, ...steps],
  };
}
