import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { BridgeError } from '../functions/identity/bridge-error.ts';

/** Bytes: a hundred thousand lines of the request log and more. */
const MOST_OUTPUT = 100_000_000;

const outputsSchema = z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() }));
const callerSchema = z.object({ Arn: z.string().startsWith('arn:') });

/**
 * The outputs of a stage's stack by name, asked of CloudFormation by the AWS CLI with the caller's own
 * credentials. Throws BridgeError `configuration_invalid` with what to do instead.
 */
export async function stackOutputs(stage: string): Promise<ReadonlyMap<string, string>> {
  const stack = ['cloudformation', 'describe-stacks', '--stack-name', `clarus-bridge-${stage}`];
  try {
    const outputs = outputsSchema.parse(await aws(...stack, '--query', 'Stacks[0].Outputs'));
    return new Map(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  } catch (cause) {
    throw new BridgeError(
      'configuration_invalid',
      `The outputs of the stack clarus-bridge-${stage} cannot be read by the AWS CLI. Nothing was done. Check ` +
        'the stage, the region and your credentials, or name --table, --changes and --revocations yourself.',
      { retryable: false, cause },
    );
  }
}

/** The ARN of whoever's credentials the AWS CLI uses. Throws BridgeError `configuration_invalid`. */
export async function callerArn(): Promise<string> {
  try {
    return callerSchema.parse(await aws('sts', 'get-caller-identity')).Arn;
  } catch (cause) {
    throw new BridgeError(
      'configuration_invalid',
      'The AWS CLI does not say whose credentials these are, and receipts are to say who did it. Nothing was done. ' +
        'Check your credentials, or name yourself with --by.',
      { retryable: false, cause },
    );
  }
}

const eventsSchema = z.object({ events: z.array(z.object({ message: z.string() })) });

/**
 * The lines of a stage's request log about a tenant since a time (epoch milliseconds), the oldest first. Throws BridgeError
 * `configuration_invalid`.
 */
export async function requestLog(stage: string, tenant: string, since: number): Promise<string[]> {
  const group = `/clarus-bridge/${stage}/scim`;
  // A tenant's name has no sign that the pattern would read.
  const pattern = `{ $.message = "scim" && $.tenant = "${tenant}" }`;
  const filter = ['--log-group-name', group, '--filter-pattern', pattern, '--start-time', String(since)];
  try {
    const { events } = eventsSchema.parse(await aws('logs', 'filter-log-events', ...filter));
    return events.map(({ message }) => message);
  } catch (cause) {
    throw new BridgeError(
      'configuration_invalid',
      `The log group ${group} cannot be read by the AWS CLI. Check the stage, the region and your credentials, which need ` +
        'logs:FilterLogEvents on it, or name a file with --log.',
      { retryable: false, cause },
    );
  }
}

async function aws(...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)('aws', [...args, '--output', 'json'], {
    maxBuffer: MOST_OUTPUT,
  });
  return JSON.parse(stdout);
}
