import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { BridgeError } from '../functions/identity/bridge-error.ts';

const outputsSchema = z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() }));

/**
 * The outputs of a stage's stack by name, asked of CloudFormation by the AWS CLI with the caller's own
 * credentials. Throws BridgeError `configuration_invalid` with what to do instead.
 */
export async function stackOutputs(stage: string): Promise<ReadonlyMap<string, string>> {
  const query = ['--query', 'Stacks[0].Outputs', '--output', 'json'];
  const stack = ['cloudformation', 'describe-stacks', '--stack-name', `clarus-bridge-${stage}`];
  try {
    const { stdout } = await promisify(execFile)('aws', [...stack, ...query]);
    const outputs = outputsSchema.parse(JSON.parse(stdout));
    return new Map(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  } catch (cause) {
    throw new BridgeError(
      'configuration_invalid',
      `The outputs of the stack clarus-bridge-${stage} cannot be read by the AWS CLI. Nothing was released. Check ` +
        'the stage, the region and your credentials, or name --table and --queue yourself.',
      { retryable: false, cause },
    );
  }
}
