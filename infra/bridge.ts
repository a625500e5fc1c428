import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SOURCE_NAME } from '../functions/identity/access/account.ts';
import { BridgeError } from '../functions/identity/bridge-error.ts';
import { SAFE_ID } from '../functions/identity/change.ts';
import { systemClock } from '../functions/platform/clock.ts';
import { createSendMessages } from '../functions/queue/send-messages.ts';
import { createCards } from '../functions/state/cards.ts';
import { createCursors } from '../functions/state/cursors.ts';
import { createOpenItems } from '../functions/state/open-items.ts';
import { createReceipts } from '../functions/state/receipts.ts';
import { createScimClients } from '../functions/state/scim/clients.ts';
import { table } from '../functions/state/table.ts';
import { createUserRecords } from '../functions/state/user-records.ts';
import type { Tenant } from '../functions/tenants/tenant-schema.ts';
import { TENANT_ID } from '../functions/tenants/webhook-tenant.ts';
import type { OperatorPorts } from '../operator/ports.ts';
import { requestLines } from '../operator/requests.ts';
import { callerArn, requestLog, stackOutputs } from './aws-cli.ts';
import { COMMANDS, type Named } from './operator-commands.ts';
import { DEV, STAGE } from './settings.ts';
import { readTenantFiles } from './tenant-files.ts';

const USAGE = `npm run bridge -- COMMAND --tenant T [--stage S]

  waiting                       lists what waits and what the brake holds
  explain --user ID             says why a Clarus user has access or not, and what would change it
  release                       lets go what the brake holds
  discard --account ID          ends one held change: the person stays as they are (--source S if two have it)
  lift --user ID                lifts all that keeps a Clarus user out by now; Clarus follows
  unlink --source S --account ID  takes an account off the Clarus user it is linked to
  clients                       lists the SCIM clients: scope, expiry, when last seen, what they were last refused
  requests                      lists SCIM requests of the last --hours (24), about one Clarus user with --user ID; of a
                                bridge on this machine with --log .bridge/requests.jsonl
  compare                       has the next sweeps compare everybody with the directories

The stage is dev unless you say otherwise. Table and queues are the outputs TableName, ChangesQueueUrl and
RevocationsQueueUrl of the stage's stack, which the AWS CLI finds unless you name --table, --changes and
--revocations. Receipts say who did it: the ARN of your credentials, or --by. Tenant files are read from
infra/tenants, or --tenants DIRECTORY.
Runs with your own AWS credentials and region: dynamodb:GetItem, PutItem, UpdateItem and Query on the table and its
indexes, sqs:SendMessage on the queues, cloudformation:DescribeStacks, and for requests logs:FilterLogEvents.`;

const text = { type: 'string' } as const;
const OPTIONS = {
  tenant: text,
  stage: { ...text, default: DEV },
  account: text,
  source: text,
  user: text,
  by: text,
  table: text,
  changes: text,
  revocations: text,
  tenants: text,
  log: text,
  hours: { ...text, default: '24' },
} as const;

const HOURS = /^[1-9]\d{0,2}$/;

const FORMS: Readonly<Record<keyof Named, RegExp>> = {
  account: SAFE_ID,
  source: SOURCE_NAME,
  user: /^[1-9]\d{0,15}$/,
};

type Values = ReturnType<typeof parsed>['values'];

/** What an operator does by hand. */
async function main(): Promise<void> {
  const { values, positionals } = parsed();
  const { tenant = '', stage } = values;
  const isAboutRequests = positionals[0] === 'requests';
  const command = Object.hasOwn(COMMANDS, positionals[0] ?? '') ? COMMANDS[positionals[0] ?? ''] : undefined;
  if (
    (command === undefined && !isAboutRequests) ||
    !TENANT_ID.test(tenant) ||
    !STAGE.test(stage) ||
    !HOURS.test(values.hours) ||
    !isTold(command?.needs ?? [], values)
  ) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const { account, source, user } = values;
  if (command === undefined) {
    console.log((await requestsOf(values, tenant)).join('\n'));
    return;
  }
  const { lines, failed } = await command.run({
    ports: await portsOf(values),
    tenant,
    named: { ...(account && { account }), ...(source && { source }), ...(user && { user }) },
    file: () => fileOf(tenant, stage, values.tenants),
    who: async () => values.by ?? (await callerArn()),
  });
  for (const line of lines) (failed ? console.error : console.log)(line);
  if (failed) process.exitCode = 1;
}

function parsed() {
  return parseArgs({ options: OPTIONS, allowPositionals: true });
}

/** Whether the command has what it needs, and all that is named may stand in a key. */
function isTold(needs: readonly (keyof Named)[], values: Partial<Named>): boolean {
  const names = ['account', 'source', 'user'] as const;
  return names.every((name) => {
    const value = values[name];
    return value === undefined ? !needs.includes(name) : FORMS[name].test(value);
  });
}

async function portsOf(values: Values): Promise<OperatorPorts> {
  const { name, queues } = await resources(values);
  const state = table(new DynamoDBClient(), name);
  return {
    cards: createCards(state),
    openItems: createOpenItems(state),
    records: createUserRecords(state),
    receipts: createReceipts(state),
    cursors: createCursors(state),
    clients: createScimClients(state),
    sendMessages: createSendMessages(new SQSClient()),
    queues,
    clock: systemClock,
  };
}

async function resources({
  stage,
  ...named
}: Values): Promise<{ name: string; queues: OperatorPorts['queues'] }> {
  const { table: name, changes, revocations } = named;
  if (name !== undefined && changes !== undefined && revocations !== undefined) {
    return { name, queues: { changes, revocations } };
  }
  const outputs = await stackOutputs(stage);
  const found = {
    name: name ?? outputs.get('TableName'),
    changes: changes ?? outputs.get('ChangesQueueUrl'),
    revocations: revocations ?? outputs.get('RevocationsQueueUrl'),
  };
  if (found.name !== undefined && found.changes !== undefined && found.revocations !== undefined) {
    return { name: found.name, queues: { changes: found.changes, revocations: found.revocations } };
  }
  throw new TypeError(
    'The stack has no outputs TableName, ChangesQueueUrl and RevocationsQueueUrl: deploy it, or name all three yourself.',
  );
}

/** The request log is no state of the bridge: one of this machine is read without any stack. */
async function requestsOf({ log, hours, stage, user }: Values, tenant: string): Promise<string[]> {
  const lines =
    log === undefined
      ? await requestLog(stage, tenant, systemClock() - Number(hours) * 3_600_000)
      : readFileSync(log, 'utf8').split('\n');
  const found = requestLines(lines, { tenant, user });
  const whom = user === undefined ? tenant : `Clarus user ${user} of ${tenant}`;
  return found.length > 0 ? found : [`There is no SCIM request about ${whom} in that log.`];
}

async function fileOf(tenant: string, stage: string, directory: string | undefined): Promise<Tenant> {
  const found = (await readTenantFiles(stage, directory)).find((it) => it.tenant.tenant === tenant);
  if (found !== undefined) return found.tenant;
  throw new BridgeError(
    'tenant_unknown',
    `There is no tenant file of ${tenant} for the stage ${stage} here. Nothing was done. Run this where the stage was ` +
      'deployed from, or name the directory of its files with --tenants.',
    { retryable: false },
  );
}

try {
  await main();
} catch (error) {
  // Ours say what to do; a stack trace would only hide it.
  if (!(error instanceof BridgeError || error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
