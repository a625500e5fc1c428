import { parseArgs } from 'node:util';
import { LEAVER } from './demo-people.ts';
import { PortTakenError } from './loopback-server.ts';
import { oktaEventHook } from './okta-event-hook.ts';
import { type Stack, startStack } from './stack.ts';

/** The variable that moves each service to another port, and where it is without it. */
const PORTS = {
  bridge: { name: 'the bridge', variable: 'PORT', standard: 3000 },
  clarus: { name: 'the Clarus simulator', variable: 'CLARUS_PORT', standard: 3001 },
  okta: { name: 'the Okta simulator', variable: 'OKTA_PORT', standard: 3002 },
} as const;

function portOf(service: keyof typeof PORTS): number {
  const { variable, standard } = PORTS[service];
  const port = Number(process.env[variable] || standard);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(`${variable} is not a port: ${process.env[variable]}`);
}

async function start(): Promise<void> {
  const { values } = parseArgs({ options: { tenants: { type: 'string' } } });
  const stack = await startStack({
    ports: { bridge: portOf('bridge'), clarus: portOf('clarus'), okta: portOf('okta') },
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
  console.log(`bridge ready on ${stack.url}`);
  console.log(`Clarus simulator on ${stack.clarus.url}, Okta simulator on ${stack.okta.url}`);
  if (stack.tenants.demo !== undefined) console.log(tryIt(stack));
}

function tryIt({ url, clarus, tenants }: Stack): string {
  const { orgUrl } = Object(Object(tenants.demo).okta);
  const hook = oktaEventHook({ orgUrl, user: LEAVER, eventTypes: 'user.lifecycle.deactivate' });
  return `
Okta deactivates ${LEAVER.profile.login}:

curl -i ${url}/webhooks/okta/demo -H 'Authorization: demo-okta-secret' \\
  -H 'Content-Type: application/json' -d '${JSON.stringify(hook)}'

What became of it, and what Clarus knows of its users now:

curl -s '${url}/_local/receipts?tenant=demo'
curl -s ${clarus.url}/_sim/users

Okta and Entra find a user by SCIM, at ${url}/scim/demo/v2 with the token demo-scim-token:

curl -s -H 'Authorization: Bearer demo-scim-token' \\
  '${url}/scim/demo/v2/Users?filter=userName+eq+%22pat.picker@acme.example%22'

Ctrl-C stops everything.
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
