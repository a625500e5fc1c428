import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { BridgeError } from '../functions/identity/bridge-error.ts';
import { createSendMessages } from '../functions/queue/send-messages.ts';
import { createHeld } from '../functions/state/held.ts';
import { table } from '../functions/state/table.ts';
import { TENANT_ID } from '../functions/tenants/webhook-tenant.ts';
import { release } from './release.ts';
import { STAGE } from './settings.ts';
import { stackOutputs } from './stack-outputs.ts';

const USAGE = `npm run bridge -- release --tenant T [--stage S] [--table NAME --queue URL]

Lets go the deactivations that the brake holds for a tenant. NAME and URL are the outputs TableName and
ChangesQueueUrl of the stage's stack, which the AWS CLI finds if you do not name them. The stage is dev unless
you say otherwise. Runs with your own AWS credentials and region: dynamodb:Query and DeleteItem on the table,
sqs:SendMessage on the queue, cloudformation:DescribeStacks.`;

/** What an operator does by hand. */
async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { tenant: text, table: text, queue: text, stage: { ...text, default: 'dev' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const { tenant = '', stage } = values;
  if (positionals[0] !== 'release' || !TENANT_ID.test(tenant) || !STAGE.test(stage)) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const { table: name, queue } = await resources(values.table, values.queue, stage);
  const held = createHeld(table(new DynamoDBClient(), name));
  const count = await release(held, createSendMessages(new SQSClient()), queue, tenant);
  console.log(`${count} held ${count === 1 ? 'change' : 'changes'} of ${tenant} released.`);
}

async function resources(
  tableName: string | undefined,
  queueUrl: string | undefined,
  stage: string,
): Promise<{ table: string; queue: string }> {
  if (tableName !== undefined && queueUrl !== undefined) return { table: tableName, queue: queueUrl };
  const outputs = await stackOutputs(stage);
  const [named, queue] = [tableName ?? outputs.get('TableName'), queueUrl ?? outputs.get('ChangesQueueUrl')];
  if (named !== undefined && queue !== undefined) return { table: named, queue };
  throw new TypeError(
    'The stack has no outputs TableName and ChangesQueueUrl: deploy it, or name both yourself.',
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
