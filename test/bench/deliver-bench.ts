import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SQSRecord } from 'aws-lambda';
import { createDeliver, type DeliverPorts } from '../../functions/deliver/deliver.ts';
import { tenantServices } from '../../functions/deliver/services.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { createHttpSend } from '../../functions/platform/http-send.ts';
import { createLog } from '../../functions/platform/logger.ts';
import { parseTenant } from '../../functions/tenants/parse-tenant.ts';
import { tenantTable } from '../../functions/tenants/tenant-table.ts';
import { DEMO_CLIENT } from '../../local/clarus-simulator.ts';
import { aChange } from '../support/changes.ts';
import { memoryState } from '../support/memory-state.ts';
import { aTenantFile } from '../support/tenants.ts';
import { median, type Row } from './measure.ts';

const USERS = 1000;
const ROUNDS = 21;
/** A kept connection costs less than `fetch`, and what is won so may not be spent. */
const BUDGET = 0.9;

/** The CPU that `deliver` spends on a revocation, state in memory, beside that of a bare PATCH by fetch. */
export async function deliverBench(): Promise<Row[]> {
  const child = fork(join(import.meta.dirname, 'clarus-process.ts'));
  try {
    const [url] = await once(child, 'message');
    const floors: number[] = [];
    const measured: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      floors.push(await cpuOf(await barePatches(String(url))));
      measured.push(await cpuOf(deliveries(String(url))));
    }
    // The first rounds are the compiler's.
    const [ours, floor] = [median(measured.slice(2)), median(floors.slice(2))];
    const ratios = measured.map((it, round) => it / (floors[round] ?? Number.NaN));
    return [
      {
        what: 'CPU of deliver per revocation / of a bare PATCH',
        measured: `${ours.toFixed(0)} us`,
        floor: `${floor.toFixed(0)} us`,
        // Of two that ran one after the other: what else the machine does changes from round to round.
        ratio: median(ratios.slice(2)),
        budget: BUDGET,
      },
    ];
  } finally {
    child.disconnect();
  }
}

/** CPU microseconds of this process for each user that `work` is called for, ten at a time. */
async function cpuOf(work: (user: number) => Promise<unknown>): Promise<number> {
  // Each pays for its own garbage.
  globalThis.gc?.();
  const before = process.cpuUsage();
  for (let user = 1; user <= USERS; user += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, i) => work(user + i)));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / USERS;
}

async function barePatches(url: string): Promise<(user: number) => Promise<unknown>> {
  const form = {
    grant_type: 'client_credentials',
    client_id: DEMO_CLIENT.clientId,
    client_secret: DEMO_CLIENT.clientSecret,
  };
  const grant = await fetch(`${url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token } = Object(await grant.json());
  const headers = {
    authorization: `Bearer ${access_token}`,
    'x-clarus-subdomain': 'acme',
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ data: { type: 'users', attributes: { is_active: false } } });
  return async (user) => (await fetch(`${url}/api/users/${user}`, { method: 'PATCH', headers, body })).text();
}

function deliveries(url: string): (user: number) => Promise<void> {
  const secrets = { load: async () => ({ clarus: { ...DEMO_CLIENT } }), forget: () => {} };
  const file = aTenantFile({ clarus: { subdomain: 'acme', baseUrl: url } });
  const tenants = tenantTable(new Map([['acme', file]]), parseTenant);
  const http = { send: createHttpSend(), clock: systemClock, timeout: 10_000 };
  const deliver = createDeliver({
    ...lightState(),
    servicesOf: tenantServices(tenants, http, secrets),
    knownUsers: async () => 0,
    alert: () => {},
    readAgain: async () => {},
    directories: {},
    secrets,
    lookAgain: async () => {},
    queues: { revocations: { url: '', deadLetterUrl: '', urgent: true } },
    retryLater: async () => {},
    deadLetter: async () => {},
    clock: systemClock,
    random: Math.random,
    log: createLog(),
    toReadBack: () => {},
    measure: () => {},
    measureOpen: () => {},
  });
  const records = Array.from({ length: USERS + 1 }, (_, user) => aRecord(user));
  return (user) => deliver(records[user] ?? aRecord(user));
}

/** The state of people who are linked, without the cost of copying it: it is not what is measured. */
function lightState(): Pick<
  DeliverPorts,
  | 'cards'
  | 'records'
  | 'receipts'
  | 'openItems'
  | 'accountsByAddress'
  | 'beginnings'
  | 'subscriptions'
  | 'cursors'
  | 'brake'
> {
  const { cards, records, receipts, ...state } = memoryState();
  const kept = new Map<string, UserRecord>();
  return {
    ...state,
    cards: {
      ...cards,
      note: async (key, { words }) => ({ ...key, rev: 1, words, addresses: [], link: key.account }),
    },
    records: {
      ...records,
      async join(tenant, id, { account, mark, now }) {
        const { revision } = kept.get(id) ?? newUserRecord(tenant, id);
        const record = {
          ...newUserRecord(tenant, id),
          revision: revision + 1,
          accounts: [account],
          open: { [mark]: now },
        };
        kept.set(id, record);
        return record;
      },
      async save(record) {
        kept.set(record.clarusUserId, { ...record, revision: record.revision + 1 });
        return 'saved';
      },
    },
    receipts: { ...receipts, put: async () => {} },
  };
}

function aRecord(user: number): SQSRecord {
  const change = aChange({ tenant: 'acme', eventId: `event-${user}`, subject: { id: String(user) } });
  // What deliver looks at of a record when all goes well.
  return {
    messageId: `message-${user}`,
    body: JSON.stringify({ kind: 'change', ...change }),
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:revocations',
    attributes: { ApproximateReceiveCount: '1' },
  } as SQSRecord;
}
