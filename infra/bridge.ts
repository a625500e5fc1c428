import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { BridgeError } from '../functions/identity/bridge-error.ts';
import { createSendMessages } from '../functions/queue/send-messages.ts';
import { createHeld } from '../functions/state/held.ts';
import { table } from '../functions/state/table.ts';
import { TENANT_ID } from '../functions/tenants/webhook-tenant.ts';
import { release } from './release.ts';

const USAGE = `npm run bridge -- release --tenant T --table NAME --queue URL

Lets go the deactivations that the brake holds for a tenant. NAME and URL are the outputs TableName and
ChangesQueueUrl of the stack, and may stand in TABLE_NAME and CHANGES_QUEUE_URL instead. Runs with your own AWS
credentials and region: dynamodb:Query and DeleteItem on the table, sqs:SendMessage on the queue.`;

/** What an operator does by hand. */
async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { tenant: text, table: text, queue: text };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const { tenant } = values;
  const name = values.table ?? process.env.TABLE_NAME;
  const queueUrl = values.queue ?? process.env.CHANGES_QUEUE_URL;
  const [command] = positionals;
  if (command !== 'release' || !TENANT_ID.test(tenant ?? '') || tenant === undefined || !name || !queueUrl) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const held = createHeld(table(new DynamoDBClient(), name));
  const count = await release(held, createSendMessages(new SQSClient()), queueUrl, tenant);
  console.log(`${count} held ${count === 1 ? 'change' : 'changes'} of ${tenant} released.`);
}

try {
  await main();
} catch (error) {
  // Ours say what to do; a stack trace would only hide it.
  if (!(error instanceof BridgeError || error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
