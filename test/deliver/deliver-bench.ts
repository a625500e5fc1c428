import type { SQSRecord } from 'aws-lambda';
import type { Clarus } from '../../functions/clarus/clarus.ts';
import type { FoundUser } from '../../functions/clarus/clarus-directory.ts';
import type { NewUser } from '../../functions/clarus/clarus-users.ts';
import { settingsWithoutRoles, settingsWithRoles } from '../../functions/clarus/decide-settings.ts';
import { guardsOf } from '../../functions/clarus/guards.ts';
import type { ReadBack } from '../../functions/deliver/aftercare/read-back.ts';
import { createDeliver, type DeliverPorts } from '../../functions/deliver/deliver.ts';
import type { TenantServices } from '../../functions/deliver/services.ts';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { Change } from '../../functions/identity/change.ts';
import type { PatchAnswer } from '../../functions/identity/converge.ts';
import type { ClarusAttributes } from '../../functions/identity/profile/clarus-attributes.ts';
import { compileMapping } from '../../functions/identity/profile/mapping.ts';
import type { Receipt } from '../../functions/identity/receipt.ts';
import type { Directory, DirectoryAnswer } from '../../functions/sources/directory.ts';
import type { OpenCounts } from '../../functions/state/open-items.ts';
import type { Tenant } from '../../functions/tenants/tenant-schema.ts';
import { aClock, type HandClock } from '../support/clock.ts';
import { type MemoryState, memoryState } from '../support/memory-state.ts';
import { aTenant, type TenantFile } from '../support/tenants.ts';

/** How a message is received. `code` is that of the dead letter it was. */
interface Receiving {
  attempt?: number;
  queue?: string;
  sentAt?: number;
  code?: string;
}

/** Everything around `deliver`, in memory and with handles to pull. */
export interface DeliverBench {
  /** Handles one message as the poller does: true when it is done with. A millisecond goes by before. */
  deliver(message: unknown, but?: Receiving): Promise<boolean>;
  /** The same by another instance of the function, on the same state. */
  deliverElsewhere(message: unknown): Promise<boolean>;
  tenant: Tenant;
  state: MemoryState;
  clock: HandClock;
  /** What Clarus was sent, in order. */
  patches: { id: string; attributes: Partial<ClarusAttributes> }[];
  created: NewUser[];
  /** How often users were looked up by an address. */
  lookups: string[];
  /** How often many users were asked for at once. */
  listings: (readonly string[])[];
  /** Users that Clarus finds, by address. */
  inClarus: Map<string, FoundUser[]>;
  dead: { queueUrl: string; body: string; group: string; code: string; reason: string }[];
  waits: number[];
  looks: string[];
  /** Changes whose people are to be read again, and after how long. */
  secondLooks: { change: Change; after: number }[];
  lines: { level: string; message: string; fields: Record<string, unknown> }[];
  measured: Receipt[];
  gauges: OpenCounts[];
  alerts: string[];
  /** Confirmed revocations that are to be seen in Clarus. */
  readBacks: ReadBack[];
  /** How Clarus answers a PATCH; to be replaced. */
  clarus: {
    patch: (id: string, attributes: Partial<ClarusAttributes>) => PatchAnswer | BridgeError;
    create: Clarus['create'];
  };
  /** How Okta answers a read; to be replaced. */
  okta: {
    answer: DirectoryAnswer | BridgeError;
    reads: number;
    /** Where not everybody is answered the same. */
    readUser?: (id: string) => DirectoryAnswer;
  };
  /** The same of Graph, whose reads may be stale for 90 s. */
  entra: { answer: DirectoryAnswer | BridgeError; reads: number };
  /** How many people the tenant is known to have. */
  known: { users: number };
  /** Ports that do not work. */
  broken: { deadLetter: boolean; retryLater: boolean };
}

export const LEA_IN_CLARUS: FoundUser = { id: '42', email: 'lea.ver@acme.example' };

export function aDeliverBench(file: Partial<TenantFile> = {}): DeliverBench {
  const tenant = aTenant(file);
  const state = memoryState();
  const clock = aClock();
  const bench: Omit<DeliverBench, 'deliver' | 'deliverElsewhere'> = {
    tenant,
    state,
    clock,
    patches: [],
    created: [],
    lookups: [],
    listings: [],
    inClarus: new Map([['lea.ver@acme.example', [LEA_IN_CLARUS]]]),
    dead: [],
    waits: [],
    looks: [],
    secondLooks: [],
    lines: [],
    measured: [],
    gauges: [],
    alerts: [],
    readBacks: [],
    clarus: {
      patch: () => ({ kind: 'applied', status: 200 }),
      create: async () => ({ kind: 'created', id: '77' }),
    },
    okta: { answer: { kind: 'no_credentials' }, reads: 0 },
    entra: { answer: { kind: 'no_credentials' }, reads: 0 },
    known: { users: 0 },
    broken: { deadLetter: false, retryLater: false },
  };

  const clarus: TenantServices['clarus'] = {
    async patch(id, attributes) {
      bench.patches.push({ id, attributes });
      return thrownOr(bench.clarus.patch(id, attributes));
    },
    async create(user) {
      bench.created.push(user);
      return bench.clarus.create(user);
    },
    async findUsers(email) {
      bench.lookups.push(email);
      return bench.inClarus.get(email) ?? [];
    },
    async findUsersByEmail(emails) {
      bench.listings.push(emails);
      return emails.flatMap((email) => bench.inClarus.get(email) ?? []);
    },
    findRole: async () => 7,
  };
  const services: TenantServices = {
    tenant,
    clarus,
    map: compileMapping(tenant.mapping),
    settings: settingsWithRoles(tenant, clarus),
    withoutRoles: settingsWithoutRoles(tenant),
    guards: guardsOf(tenant, clarus),
    isScim: (source) => source === 'scim',
  };
  const okta: Directory = {
    async readUser(_, __, id) {
      bench.okta.reads++;
      return bench.okta.readUser?.(id) ?? thrownOr(bench.okta.answer);
    },
  };
  const entra: Directory = {
    staleFor: 90_000,
    awaitsReading: ({ gone }) => gone === true,
    async readUser() {
      bench.entra.reads++;
      return thrownOr(bench.entra.answer);
    },
  };
  const ports: DeliverPorts = {
    cards: state.cards,
    records: state.records,
    receipts: state.receipts,
    openItems: state.openItems,
    accountsByAddress: state.accountsByAddress,
    beginnings: state.beginnings,
    servicesOf(name) {
      if (name === tenant.tenant) return services;
      throw new BridgeError('tenant_unknown', 'Unknown.', { retryable: false });
    },
    secrets: { load: async () => ({ clarus: { clientId: 'c', clientSecret: 's' } }), forget: () => {} },
    directories: { okta, entra },
    subscriptions: state.subscriptions,
    cursors: state.cursors,
    brake: state.brake,
    knownUsers: async () => bench.known.users,
    alert: (name) => void bench.alerts.push(name),
    readAgain: async (change, after) => void bench.secondLooks.push({ change, after }),
    clock,
    lookAgain: async (_, id) => void bench.looks.push(id),
    queues: {
      changes: { url: 'q:changes', deadLetterUrl: 'q:changes-dead', urgent: false },
      revocations: { url: 'q:revocations', deadLetterUrl: 'q:revocations-dead', urgent: true },
    },
    async retryLater(_, __, seconds) {
      bench.waits.push(seconds);
      if (bench.broken.retryLater) throw new Error('no');
    },
    async deadLetter(queueUrl, body, group, { code, message }) {
      if (bench.broken.deadLetter) throw new BridgeError('queue_unavailable', 'no', { retryable: true });
      bench.dead.push({ queueUrl, body, group, code, reason: message });
    },
    random: () => 0.5,
    log: (level, message, fields) => bench.lines.push({ level, message, fields }),
    toReadBack: (_, item) => bench.readBacks.push(item),
    measure: (receipt) => bench.measured.push(receipt),
    measureOpen: (_, counts) => bench.gauges.push(counts),
  };
  const [deliver, deliverElsewhere] = [createDeliver(ports), createDeliver(ports)];
  return {
    ...bench,
    deliver(message, { attempt = 1, queue = 'revocations', sentAt = clock(), code } = {}) {
      clock.advance(1);
      const record = aRecord(message, attempt, queue, sentAt);
      if (code !== undefined) record.messageAttributes.code = { dataType: 'String', stringValue: code };
      return done(deliver(record));
    },
    deliverElsewhere: (message) => done(deliverElsewhere(aRecord(message, 1, 'revocations', clock()))),
  };
}

function done(delivery: Promise<void>): Promise<boolean> {
  return delivery.then(
    () => true,
    () => false,
  );
}

function thrownOr<Answer>(answer: Answer | BridgeError): Answer {
  if (answer instanceof BridgeError) throw answer;
  return answer;
}

function aRecord(message: unknown, attempt: number, queue: string, sentAt: number): SQSRecord {
  return {
    messageId: 'message-1',
    receiptHandle: 'handle-1',
    body: typeof message === 'string' ? message : JSON.stringify(message),
    attributes: {
      ApproximateReceiveCount: String(attempt),
      SentTimestamp: String(sentAt),
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: 'acme',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${queue}`,
    awsRegion: 'eu-west-1',
  };
}
