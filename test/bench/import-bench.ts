import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, entryOf } from '../../infra/bundle.ts';
import { aTenantFile } from '../support/tenants.ts';
import { median, type Row } from './measure.ts';

const RUNS = 25;

const SQS_CLIENT_ALONE = `
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
export const client = new SQSClient({});
export const command = SendMessageBatchCommand;
`;

const ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  AWS_REGION: 'eu-west-1',
  CHANGES_QUEUE_URL: 'https://sqs.example/changes',
  REVOCATIONS_QUEUE_URL: 'https://sqs.example/revocations',
};

/** How large the bundles are, and how long a fresh process takes to import that of `receive`. */
export function importBench(): Row[] {
  const directory = mkdtempSync(join(import.meta.dirname, '.bench-'));
  try {
    const tenants = new Map([['acme', aTenantFile()]]);
    const receive = bundle(entryOf('receive'), join(directory, 'receive'), tenants);
    const deliver = bundle(entryOf('deliver'), join(directory, 'deliver'), tenants);
    const entry = join(directory, 'sqs-client.ts');
    writeFileSync(entry, SQS_CLIENT_ALONE);
    const client = bundle(entry, join(directory, 'client'), new Map());

    const times = { receive: [] as number[], client: [] as number[] };
    for (let run = 0; run < RUNS; run++) {
      times.client.push(importTime(client.directory));
      times.receive.push(importTime(receive.directory));
    }
    const [measured, floor] = [median(times.receive), median(times.client)];
    return [
      {
        what: 'bundle receive, budget 440 KB',
        measured: kilobytes(receive.bytes),
        floor: `client ${kilobytes(client.bytes)}`,
      },
      { what: 'bundle deliver, budget 680 KB', measured: kilobytes(deliver.bytes) },
      {
        what: 'import of receive / of its SQS client',
        measured: `${measured.toFixed(1)} ms`,
        floor: `${floor.toFixed(1)} ms`,
        ratio: measured / floor,
        budget: 1.25,
      },
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Milliseconds, told by the fresh process itself, so that its own start does not count. */
function importTime(directory: string): number {
  const url = pathToFileURL(join(directory, 'index.mjs')).href;
  const code = `const t = performance.now(); await import('${url}'); console.log(performance.now() - t)`;
  const options = { env: ENVIRONMENT, cwd: tmpdir() };
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], options).toString());
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} KB`;
}
