import { DEMO_CLIENT } from '../../local/clarus-simulator.ts';
import { oktaEventHook } from '../../local/okta-event-hook.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { inParallel, type Row } from './measure.ts';

/** BURST=1000 is for the impatient. */
const PEOPLE = Number(process.env.BURST ?? 10_000);
const EVENTS_PER_CALL = 100;
/** Two queues with so many batches of ten in flight each. */
const BATCHES = 4;
const CONCURRENCY = BATCHES * 10;

/** A burst of deactivations, each of somebody else, through the whole local stack on one machine. */
export async function burstBench(): Promise<Row[]> {
  const stack = await startStack({ concurrency: BATCHES });
  try {
    const floor = await barePatches(stack);
    const { accepted, refused, settled } = await burst(stack);
    const patched = stack.clarus.users().filter((user) => !user.is_active).length;
    const { deadLetters } = await stack.viewQueues();
    globalThis.gc?.();
    return [
      {
        what: `burst of ${PEOPLE} deactivations / bare loop of ${PEOPLE} PATCHes`,
        measured: `${(settled / 1000).toFixed(1)} s`,
        floor: `${(floor / 1000).toFixed(1)} s`,
        ratio: settled / floor,
      },
      { what: '  all accepted by receive after', measured: `${(accepted / 1000).toFixed(1)} s` },
      { what: '  calls that receive had to refuse, sent again', measured: String(refused) },
      { what: '  lost', measured: String(PEOPLE - patched) },
      { what: '  in the dead-letter queues', measured: String(deadLetters.length) },
      {
        what: '  memory of the local stack after that',
        measured: `${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
      },
    ];
  } finally {
    await stack.stop();
  }
}

async function barePatches(stack: Stack): Promise<number> {
  await everybodyActive(stack);
  const form = {
    grant_type: 'client_credentials',
    client_id: DEMO_CLIENT.clientId,
    client_secret: DEMO_CLIENT.clientSecret,
  };
  const grant = await fetch(`${stack.clarus.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const { access_token } = Object(await grant.json());
  const headers = {
    authorization: `Bearer ${access_token}`,
    'x-clarus-subdomain': 'demo',
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ data: { type: 'users', attributes: { is_active: false } } });
  const start = performance.now();
  await inParallel(everyone(), CONCURRENCY, async (number) => {
    const answer = await fetch(`${stack.clarus.url}/api/users/${number}`, { method: 'PATCH', headers, body });
    await answer.text();
  });
  return performance.now() - start;
}

async function burst(stack: Stack): Promise<{ accepted: number; refused: number; settled: number }> {
  await everybodyActive(stack);
  const calls = Array.from({ length: Math.ceil(PEOPLE / EVENTS_PER_CALL) }, (_, call) =>
    everyone().slice(call * EVENTS_PER_CALL, (call + 1) * EVENTS_PER_CALL),
  );
  let refused = 0;
  const start = performance.now();
  await inParallel(calls, 4, async (people) => {
    const body = JSON.stringify(envelope(people));
    // A busy machine may be too slow for the queue's time-out: Okta too sends again what was not taken.
    let status = await hook(stack, body);
    while (status === 503) {
      refused++;
      status = await hook(stack, body);
    }
    if (status !== 204) throw new Error(`receive answered ${status}`);
  });
  const accepted = performance.now() - start;
  await stack.idle();
  return { accepted, refused, settled: performance.now() - start };
}

async function hook({ url }: Stack, body: string): Promise<number> {
  const { status } = await fetch(`${url}/webhooks/okta/demo`, {
    method: 'POST',
    headers: { authorization: 'demo-okta-secret', 'content-type': 'application/json' },
    body,
  });
  return status;
}

function envelope(people: readonly number[]): unknown {
  const events = people.map((number) => {
    const profile = {
      login: address(number),
      email: address(number),
      firstName: 'P',
      lastName: String(number),
    };
    const user = { id: `00uBURST${number}`, profile };
    const hook = oktaEventHook({
      orgUrl: 'https://demo.okta.com',
      user,
      eventTypes: 'user.lifecycle.deactivate',
    });
    return Object(hook).data.events[0];
  });
  const profile = { login: 'p', email: 'p', firstName: 'P', lastName: 'P' };
  const frame = oktaEventHook({
    orgUrl: 'https://demo.okta.com',
    user: { id: '00u', profile },
    eventTypes: [],
  });
  return { ...frame, data: { events } };
}

async function everybodyActive(stack: Stack): Promise<void> {
  stack.clarus.setUsers(everyone().map((id) => ({ id, email: address(id), name: `Person ${id}` })));
}

function everyone(): number[] {
  return Array.from({ length: PEOPLE }, (_, i) => i + 1);
}

function address(number: number): string {
  return `p${number}@acme.example`;
}
