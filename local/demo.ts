import { setTimeout as delay } from 'node:timers/promises';
import { LEAVER } from './demo-people.ts';
import { oktaEventHook } from './simulators/okta/event-hook.ts';
import type { LoggedRequest } from './simulators/request-log.ts';
import { type Stack, startStack } from './stack.ts';

const PATIENCE = 20_000;
const TENANT = 'demo';

/** One deactivation on its way through the bridge, told step by step. Throws when a step does not happen. */
async function tell(stack: Stack): Promise<void> {
  const { login } = LEAVER.profile;
  title('1. Okta deactivates a user and calls the event hook');
  const { orgUrl } = Object(Object(stack.tenants[TENANT]).okta);
  const hook = oktaEventHook({ orgUrl, user: LEAVER, eventTypes: 'user.lifecycle.deactivate' });
  show(hook);

  title('2. Clarus before');
  showUser(stack, login);

  title('3. The bridge answers Okta');
  const url = `${stack.url}/webhooks/okta/${TENANT}`;
  const headers = { authorization: 'demo-okta-secret', 'content-type': 'application/json' };
  const before = performance.now();
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(hook) });
  console.log(`POST ${url}\n${answer.status} after ${Math.round(performance.now() - before)} ms`);
  if (answer.status !== 204) throw new Error(`The bridge answered ${answer.status} instead of 204.`);

  title('4. Clarus receives');
  showRequest(
    await eventually('a PATCH at Clarus', () =>
      stack.clarus.requests().find(({ method, status }) => method === 'PATCH' && status === 200),
    ),
  );

  title('5. The receipt');
  const receipt = await eventually('a receipt', async () => (await stack.receipts(TENANT)).at(0));
  show(receipt);
  if (receipt.appliedAt === undefined) throw new Error(`The receipt says ${receipt.outcome}, not applied.`);

  title('6. Clarus after');
  const user = showUser(stack, login);
  if (user?.is_active !== false) throw new Error(`${login} is still active in Clarus.`);
  const toRevoke = Date.parse(receipt.appliedAt) - Date.parse(receipt.occurredAt);
  console.log(`\nTime to revoke: ${toRevoke} ms from the event in Okta to Clarus' confirmation.`);
}

function title(text: string): void {
  console.log(`\n── ${text}`);
}

function show(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

function showUser({ clarus }: Stack, login: string): { is_active: boolean } | undefined {
  const user = clarus.users().find(({ email }) => email === login);
  console.log(`user ${user?.id}, ${user?.email}: is_active ${user?.is_active}`);
  return user;
}

function showRequest({ method, path, headers, body }: LoggedRequest): void {
  const told = ['authorization', 'x-clarus-subdomain', 'content-type'].map((name) => {
    const value = name === 'authorization' ? 'Bearer (a token)' : headers[name];
    return `${name}: ${value}`;
  });
  console.log([`${method} ${path}`, ...told].join('\n'));
  show(body);
}

async function eventually<Value>(
  what: string,
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const until = performance.now() + PATIENCE;
  while (performance.now() < until) {
    const value = await look();
    if (value !== undefined) return value;
    await delay(10);
  }
  throw new Error(`There was not ${what} within ${PATIENCE / 1000} s.`);
}

// What the functions log and measure would stand between the steps.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED = 'true';
let stack: Stack | undefined;
try {
  stack = await startStack();
  await tell(stack);
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await stack?.stop();
}
