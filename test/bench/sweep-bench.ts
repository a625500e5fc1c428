import { createClarus } from '../../functions/clarus/clarus.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { createHttpSend } from '../../functions/platform/http-send.ts';
import { createOktaDirectory } from '../../functions/sources/okta/okta-directory.ts';
import { baseline } from '../../functions/sweep/baseline/baseline.ts';
import { listWalk } from '../../functions/sweep/baseline/walks.ts';
import { inventory } from '../../functions/sweep/inventory/inventory.ts';
import { servicesFor } from '../../functions/sweep/services.ts';
import { DEMO_CLIENT, startClarusSimulator } from '../../local/simulators/clarus/clarus-simulator.ts';
import { DEMO_API_TOKEN, startOktaSimulator } from '../../local/simulators/okta/okta-simulator.ts';
import { type MemoryState, memoryState } from '../support/memory-state.ts';
import { aTenant } from '../support/tenants.ts';
import type { Row } from './measure.ts';

const USERS = 50_000;
const WEEK = 7 * 86_400_000;
const NEVER = Number.POSITIVE_INFINITY;

/** What it takes to meet everybody in Okta and in Clarus, state in memory: at first, after a week, any other time. */
export async function sweepBench(): Promise<Row[]> {
  let later = 0;
  const clock = () => systemClock() + later;
  const people = Array.from({ length: USERS }, (_, index) => index + 1);
  const okta = await startOktaSimulator({ clock, rateLimit: 1_000_000, users: people.map(inOkta) });
  const clarus = await startClarusSimulator({
    clock,
    subdomains: ['acme'],
    users: people.map(inClarus),
    extendedFields: true,
  });
  try {
    const http = { send: createHttpSend(), clock, timeout: 10_000 };
    const tenant = aTenant({ clarus: { subdomain: 'acme', baseUrl: clarus.url } });
    const secret = { clarus: { ...DEMO_CLIENT }, okta: { apiToken: DEMO_API_TOKEN } };
    const secrets = { load: async () => secret, forget: () => {} };
    const state = memoryState();
    const items = countItems(state);
    const ports = { ...state, clock, announce: async () => {}, look: async () => {} };
    const services = servicesFor(tenant, createClarus(http, tenant, secrets));
    const { listUsers } = createOktaDirectory(http, okta.url);
    if (listUsers === undefined) throw new Error('Okta lists nobody.');
    const walk = listWalk('okta', listUsers, tenant, secrets);

    async function row(what: string, work: () => Promise<unknown>): Promise<Row> {
      items.forget();
      okta.forgetRequests();
      clarus.forgetRequests();
      const start = performance.now();
      await work();
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const [ofOkta, ofClarus] = [okta.requests().length, clarus.requests().length];
      return {
        what: `${what}, ${USERS} users`,
        measured: `${seconds} s`,
        floor: `${ofOkta} Okta, ${ofClarus} Clarus, ${items.read()} items read, ${items.written()} written`,
      };
    }

    const counted = await row('first inventory', () => inventory(ports, services, NEVER));
    const first = await row('first comparison', () => baseline(ports, services, walk, { deadline: NEVER }));
    later += WEEK;
    const again = await row('weekly comparison', () => baseline(ports, services, walk, { deadline: NEVER }));
    const run = await row('inventory in a run', () => inventory(ports, services, NEVER));
    return [counted, first, again, run];
  } finally {
    await Promise.all([okta.stop(), clarus.stop()]);
  }
}

/** Counts what DynamoDB would read and write: reads in a batch are one each, an update of a record is a read and a write. */
function countItems({ calls, records }: MemoryState) {
  let [read, batched]: [Record<string, number>, number] = [{}, 0];
  const { loadMany, list } = records;
  records.loadMany = (tenant, ids) => {
    batched += ids.length;
    return loadMany(tenant, ids);
  };
  records.list = async (tenant, after, count) => {
    const ids = await list(tenant, after, count);
    batched += ids.length;
    return ids;
  };
  const since = (...names: string[]) =>
    names.reduce((sum, name) => sum + (calls[name] ?? 0) - (read[name] ?? 0), 0);
  return {
    forget() {
      [read, batched] = [{ ...calls }, 0];
    },
    read: () =>
      batched + since('cards.find', 'records.load', 'records.update', 'cursors.find', 'receipts.find'),
    written: () => since('cards.note', 'cards.link', 'cards.shorten', 'records.update', 'cursors.put'),
  };
}

function inOkta(person: number) {
  const login = addressOf(person);
  const id = `00u${String(person).padStart(17, '0')}`;
  return { id, profile: { login, email: login, displayName: `Person ${person}` } };
}

function inClarus(person: number) {
  return { id: person, email: addressOf(person), name: `Person ${person}` };
}

function addressOf(person: number): string {
  return `p${person}@acme.example`;
}
