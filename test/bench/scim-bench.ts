import { createServer } from 'node:http';
import { patchOperations } from '../../functions/scim/change/operations.ts';
import { patch } from '../../functions/scim/change/patch.ts';
import { parseFilter } from '../../functions/scim/filter/parser.ts';
import { LENIENT } from '../../functions/scim/schema/leniencies.ts';
import { DEMO_CLIENT } from '../../local/simulators/clarus/clarus-simulator.ts';
import { startStack } from '../../local/stack.ts';
import { USER } from '../support/scim-types.ts';
import { inParallel, type Row, timeOf } from './measure.ts';

const REQUESTS = 600;
const WIDTH = 8;
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const AUTHORIZED = { authorization: 'Bearer demo-scim-token', 'content-type': 'application/scim+json' };

/** The engine by itself, and requests through the whole bridge beside a bare server that asks Clarus the same. */
export async function scimBench(): Promise<Row[]> {
  return [...(await engineRows()), ...(await requestRows())];
}

async function engineRows(): Promise<Row[]> {
  const filter =
    'userName eq "lea.ver@acme.example" and (active eq true or emails[type eq "work" and value co "@"])';
  const operations = {
    schemas: [PATCH_OP],
    Operations: [
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'x@acme.example' },
      { op: 'Replace', value: { 'name.givenName': 'Lea', active: 'False' } },
    ],
  };
  const before = { userName: 'lea', emails: [{ type: 'work', value: 'lea@acme.example' }], active: true };
  const parse = await timeOf(2000, () => parseFilter([USER], filter));
  const fold = await timeOf(2000, () => patch(USER, before, patchOperations(operations), LENIENT));
  const perSecond = (milliseconds: number) => `${Math.round(1000 / milliseconds)} ops/s`;
  return [
    { what: `scim: parse a filter of ${filter.length} characters`, measured: perSecond(parse) },
    { what: 'scim: fold a PATCH of two operations', measured: perSecond(fold) },
  ];
}

async function requestRows(): Promise<Row[]> {
  const stack = await startStack();
  stack.clarus.setUsers([
    ...stack.clarus.users(),
    ...Array.from({ length: 40 }, (_, i) => ({ id: 1000 + i, email: `b${i}@acme.example`, name: 'B' })),
  ]);
  const bare = createServer((request, response) => {
    const wanted = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('clarus');
    const calls = wanted === 'patch' ? barePatch(stack.clarus.url) : Promise.resolve();
    calls.then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      () => response.writeHead(502).end(),
    );
  });
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const floor = `http://127.0.0.1:${Object(bare.address()).port}`;
  try {
    const base = `${stack.url}/scim/demo/v2`;
    const filter = `${base}/Users?filter=${encodeURIComponent('userName eq "pat.picker@acme.example"')}`;
    const answer = await fetch(`${base}/Users`, { headers: AUTHORIZED });
    const ids = Object(await answer.json()).Resources.map(({ id }: { id: string }) => id);
    return [
      row('GET by id', await load(() => get(`${base}/Users/42`)), await load(() => get(floor))),
      row('GET by userName', await load(() => get(filter)), await load(() => get(floor))),
      row(
        'PATCH active, one Clarus PATCH each',
        await load((i) => setActive(base, ids, i)),
        await load(() => get(`${floor}/?clarus=patch`)),
      ),
    ];
  } finally {
    bare.close();
    await stack.stop();
  }
}

interface Load {
  perSecond: number;
  p50: number;
  p99: number;
}

/** So many requests, eight at a time. */
async function load(request: (i: number) => Promise<Response>): Promise<Load> {
  const times: number[] = [];
  const begin = performance.now();
  await inParallel(
    Array.from({ length: REQUESTS }, (_, i) => i),
    WIDTH,
    async (i) => {
      const start = performance.now();
      const response = await request(i);
      await response.text();
      if (!response.ok) throw new Error(`The bench was answered ${response.status}.`);
      times.push(performance.now() - start);
    },
  );
  const seconds = (performance.now() - begin) / 1000;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { perSecond: REQUESTS / seconds, p50: at(0.5), p99: at(0.99) };
}

function row(what: string, measured: Load, floor: Load): Row {
  return {
    what: `scim: ${what} through the local bridge / a bare Node server`,
    measured: inWords(measured),
    floor: inWords(floor),
    ratio: floor.perSecond / measured.perSecond,
  };
}

function inWords({ perSecond, p50, p99 }: Load): string {
  return `${Math.round(perSecond)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
}

function get(url: string): Promise<Response> {
  return fetch(url, { headers: AUTHORIZED });
}

/** Of several users in turn, each switched off and on again, so that every request is a change of its own. */
function setActive(base: string, ids: readonly string[], i: number): Promise<Response> {
  const id = ids[i % ids.length];
  const active = Math.floor(i / ids.length) % 2 === 1;
  const body = JSON.stringify({ schemas: [PATCH_OP], Operations: [{ op: 'replace', value: { active } }] });
  return fetch(`${base}/Users/${id}`, { method: 'PATCH', headers: AUTHORIZED, body });
}

let token: Promise<string> | undefined;

async function barePatch(clarus: string): Promise<void> {
  token ??= fetch(`${clarus}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: DEMO_CLIENT.clientId,
      client_secret: DEMO_CLIENT.clientSecret,
    }),
  }).then(async (response) => String(Object(await response.json()).access_token));
  const response = await fetch(`${clarus}/api/users/42`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${await token}`,
      'x-clarus-subdomain': 'demo',
      'content-type': 'application/json',
    },
    body: '{"data":{"type":"users","attributes":{"is_active":true}}}',
  });
  await response.text();
}
