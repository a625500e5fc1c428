import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ENTRA_PEOPLE, LEAVER, OKTA_PEOPLE } from './demo-people.ts';
import { PortTakenError } from './gateway/loopback-server.ts';
import { entraNotification } from './simulators/graph/notification.ts';
import { oktaEventHook } from './simulators/okta/event-hook.ts';
import { type Stack, startStack } from './stack.ts';

/** The variable that moves each service to another port, and where it is without it. */
const PORTS = {
  bridge: { name: 'the bridge', variable: 'PORT', standard: 3000 },
  clarus: { name: 'the Clarus simulator', variable: 'CLARUS_PORT', standard: 3001 },
  okta: { name: 'the Okta simulator', variable: 'OKTA_PORT', standard: 3002 },
  graph: { name: 'the Graph simulator', variable: 'GRAPH_PORT', standard: 3003 },
} as const;

const SWEEP_EVERY = 15 * 60_000;
/** What of the bridge stays here: git ignores it. */
const REQUEST_LOG = join(import.meta.dirname, '../.bridge/requests.jsonl');

function portOf(service: keyof typeof PORTS): number {
  const { variable, standard } = PORTS[service];
  const port = Number(process.env[variable] || standard);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(`${variable} is not a port: ${process.env[variable]}`);
}

async function start(): Promise<void> {
  const { values } = parseArgs({ options: { tenants: { type: 'string' } } });
  const stack = await startStack({
    ports: {
      bridge: portOf('bridge'),
      clarus: portOf('clarus'),
      okta: portOf('okta'),
      graph: portOf('graph'),
    },
    requestLog: REQUEST_LOG,
    ...(values.tenants !== undefined && { tenants: values.tenants }),
  });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second Ctrl-C does not wait.
      if (stopping) process.exit(0);
      stopping = true;
      void stack.stop().finally(() => process.exit(0));
    });
  }
  // What EventBridge Scheduler does; the first one subscribes to the Graph simulator and meets everybody. Whoever has
  // just left in Okta was still there then.
  stack.okta.setUsers(OKTA_PEOPLE.map((person) => ({ ...person, status: 'ACTIVE' })));
  const met = stack.okta.users();
  await stack.sweep();
  await stack.idle();
  // Whoever did not wait until the bridge was ready may have put people of their own.
  const now = stack.okta.users();
  if (met.every((user, index) => user === now[index])) stack.okta.setUsers(OKTA_PEOPLE);
  // What whoever looks at the simulators sees there then is their own doing.
  for (const simulator of [stack.clarus, stack.okta, stack.graph]) simulator.forgetRequests();
  setInterval(() => void stack.sweep().catch(console.error), SWEEP_EVERY).unref();
  console.log(`bridge ready on ${stack.url}`);
  const { clarus, okta, graph } = stack;
  console.log(`Simulators: Clarus ${clarus.url}, Okta ${okta.url}, Microsoft Graph ${graph.url}`);
  if (stack.tenants.demo !== undefined) console.log(tryIt(stack));
}

function tryIt({ url, clarus, graph, tenants }: Stack): string {
  const { orgUrl } = Object(Object(tenants.demo).okta);
  const hook = oktaEventHook({ orgUrl, user: LEAVER, eventTypes: 'user.lifecycle.deactivate' });
  return `
Okta deactivates ${LEAVER.profile.login}:

curl -i ${url}/webhooks/okta/demo -H 'Authorization: demo-okta-secret' \\
  -H 'Content-Type: application/json' -d '${JSON.stringify(hook)}'

${entraCommands(url, graph)}What became of it, and what Clarus knows of its users now:

curl -s '${url}/_local/receipts?tenant=demo'
curl -s ${clarus.url}/_sim/users

Okta and Entra find a user by SCIM, at ${url}/scim/demo/v2 with the token demo-scim-token:

curl -s -H 'Authorization: Bearer demo-scim-token' \\
  '${url}/scim/demo/v2/Users?filter=userName+eq+%22pat.picker@acme.example%22'

Ctrl-C stops everything.
`;
}

/** For the tenant's own Entra directory, which the sweep has subscribed to. */
function entraCommands(url: string, graph: Stack['graph']): string {
  const [subscription] = graph.subscriptions();
  const [nia, dan] = ENTRA_PEOPLE;
  if (subscription === undefined) return '';
  const notification = entraNotification(subscription, dan.id);
  return `An Entra admin blocks ${nia.mail}, of which the Graph simulator notifies the bridge:

curl -s ${graph.url}/_sim/changes -d '{"id":"${nia.id}","accountEnabled":false}'

Graph's notification by hand, to which the bridge looks at ${dan.mail}:

curl -i ${url}/webhooks/entra/demo \\
  -H 'Content-Type: application/json' -d '${JSON.stringify(notification)}'

What webhooks have missed is found every 15 minutes, or now:

curl -s ${url}/_local/sweep

`;
}

function explain(error: unknown): string {
  if (!(error instanceof PortTakenError)) return error instanceof Error ? error.message : String(error);
  const { service, port } = error;
  const [, known] = Object.entries(PORTS).find(([key]) => key === service) ?? [];
  return `Port ${port} for ${known?.name ?? service} is taken: set ${known?.variable} to another one.`;
}

try {
  await start();
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
