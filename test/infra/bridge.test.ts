import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrake } from '../../functions/state/brake.ts';
import { aThinChange } from '../support/changes.ts';
import { startTable, type TableBench } from '../support/dynamodb.ts';
import { anSqs } from '../support/sqs.ts';

const COMMAND = join(import.meta.dirname, '../../infra/bridge.ts');

let state: TableBench;
beforeAll(async () => {
  state = await startTable();
});
afterAll(() => state.stop());

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command as an operator does, with an `aws` on the path that answers `outputs`, or fails. */
async function bridge(
  args: readonly string[],
  outputs: Record<string, string> | undefined,
  sqsUrl = '',
): Promise<Run> {
  const bin = mkdtempSync(join(tmpdir(), 'aws-'));
  const list = Object.entries(outputs ?? {}).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  const script =
    outputs === undefined
      ? 'exit 254'
      : `case "$4" in clarus-bridge-prod) echo '${JSON.stringify(list)}';; esac`;
  writeFileSync(join(bin, 'aws'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: state.url,
    AWS_ENDPOINT_URL_SQS: sqsUrl,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [COMMAND, ...args], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = Object(error);
    return { code, stdout, stderr };
  }
}

describe('npm run bridge -- release', () => {
  it("finds table and queue in the stage's stack, and lets go what the brake holds", async () => {
    // Prepare
    const sqs = await anSqs();
    const queue = await sqs.createQueue('changes');
    const change = aThinChange({ tenant: 'acme', source: 'entra', subject: { id: 'guid-1' } });
    await createBrake(state.table).hold(change);
    const outputs = { TableName: state.table.name, ChangesQueueUrl: queue };

    // Act
    const first = await bridge(
      ['release', '--tenant', 'acme', '--stage', 'prod'],
      outputs,
      new URL(queue).origin,
    );
    const second = await bridge(
      ['release', '--tenant', 'acme', '--stage', 'prod'],
      outputs,
      new URL(queue).origin,
    );

    // Assess
    expect([first.stdout, second.stdout]).toEqual([
      '1 held change of acme released.\n',
      '0 held changes of acme released.\n',
    ]);
    const { Messages = [] } = await sqs.client.send(new ReceiveMessageCommand({ QueueUrl: queue }));
    expect(Messages.map(({ Body }) => JSON.parse(Body ?? ''))).toMatchObject([
      { kind: 'change', subject: { id: 'guid-1' }, released: true },
    ]);
  });

  it.each<[string, string[], Record<string, string> | undefined, number, RegExp]>([
    ['no tenant', ['release'], {}, 2, /^npm run bridge -- release/],
    ['another command', ['relaese', '--tenant', 'acme'], {}, 2, /^npm run bridge -- release/],
    ['a stage that is none', ['release', '--tenant', 'acme', '--stage', '--x'], {}, 1, /--stage/],
    ['no AWS CLI', ['release', '--tenant', 'acme'], undefined, 1, /stack clarus-bridge-dev cannot be read/],
    ['a stack without outputs', ['release', '--tenant', 'acme', '--stage', 'prod'], {}, 1, /has no outputs/],
  ])('%s: says what to do', async (_, args, outputs, code, text) => {
    const run = await bridge(args, outputs);

    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(text);
  });
});
