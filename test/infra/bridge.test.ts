import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCards } from '../../functions/state/cards.ts';
import { createCursors } from '../../functions/state/cursors.ts';
import { createReceipts } from '../../functions/state/receipts.ts';
import { createScimClients } from '../../functions/state/scim/clients.ts';
import { createUserRecords } from '../../functions/state/user-records.ts';
import { aChange, aThinChange, NOW } from '../support/changes.ts';
import { startTable, type TableBench } from '../support/dynamodb.ts';
import { aReceipt } from '../support/receipts.ts';
import { anSqs } from '../support/sqs.ts';
import { tenantDirectory, tenantFile } from './synthesized.ts';

const COMMAND = join(import.meta.dirname, '../../infra/bridge.ts');
const WHO = 'arn:aws:iam::111122223333:user/pat';

/** What CloudWatch answers of the request log of prod. */
const LOGGED = JSON.stringify({
  events: [
    {
      message: JSON.stringify({
        timestamp: '2026-03-02T09:15:00.000Z',
        message: 'scim',
        requestId: 'r-1',
        tenant: 'acme',
        client: 'scim',
        op: 'users.list',
        status: 200,
        found: 2,
      }),
    },
  ],
});

const tenants = tenantDirectory({ 'acme.json': tenantFile('acme'), 'globex.json': tenantFile('globex') });

let state: TableBench;
beforeAll(async () => {
  state = await startTable();
});
afterAll(() => state.stop());

/** A deployed stack of the stage prod: its table is the one for all tests, its queues are its own. */
interface Deployed {
  outputs: Record<string, string>;
  prod(command: string, ...args: string[]): Promise<Run>;
  messagesOn(queue: 'ChangesQueueUrl' | 'RevocationsQueueUrl'): Promise<unknown[]>;
}

async function deployed(): Promise<Deployed> {
  const sqs = await anSqs();
  const ChangesQueueUrl = await sqs.createQueue('changes');
  const RevocationsQueueUrl = await sqs.createQueue('revocations');
  const outputs = { TableName: state.table.name, ChangesQueueUrl, RevocationsQueueUrl };
  return {
    outputs,
    prod: (command, ...args) =>
      bridge([command, '--tenant', 'acme', '--stage', 'prod', '--tenants', tenants, ...args], outputs),
    async messagesOn(queue) {
      const input = { QueueUrl: outputs[queue], MaxNumberOfMessages: 10 };
      const { Messages = [] } = await sqs.client.send(new ReceiveMessageCommand(input));
      return Messages.map(({ Body }) => JSON.parse(Body ?? ''));
    },
  };
}

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command as an operator does, with an `aws` on the path that answers `known`, or fails. */
async function bridge(args: readonly string[], known: Record<string, string> | undefined): Promise<Run> {
  const bin = mkdtempSync(join(tmpdir(), 'aws-'));
  const list = Object.entries(known ?? {}).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  const script =
    known === undefined
      ? 'exit 254'
      : `case "$1 $4" in "logs /clarus-bridge/prod/scim") echo '${LOGGED}';; "cloudformation clarus-bridge-prod") echo '${JSON.stringify(list)}';;
sts*) echo '${JSON.stringify({ Arn: WHO })}';; esac`;
  writeFileSync(join(bin, 'aws'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: state.url,
    AWS_ENDPOINT_URL_SQS: URL.parse(known?.ChangesQueueUrl ?? '')?.origin,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [COMMAND, ...args], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = Object(error);
    return { code, stdout, stderr };
  }
}

/** A person whom Okta keeps out of a Clarus user. */
async function aLeaver(account: string, clarusUserId: string): Promise<void> {
  const key = { tenant: 'acme', source: 'okta', account };
  const words = [{ id: 'left', at: NOW, seen: NOW, kind: 'stated' as const, gives: false }];
  const cards = createCards(state.table);
  await cards.note(key, { words, at: NOW });
  const { rev } = await cards.link(key, clarusUserId);
  const joined = { account: { ...key, rev, words }, mark: `okta ${account} left`, now: NOW };
  await createUserRecords(state.table).join('acme', clarusUserId, joined);
  const receipt = aReceipt({ eventId: 'left', subjectId: account, clarusUserId });
  await createReceipts(state.table).put(receipt, 400);
}

describe('npm run bridge --', () => {
  it('release: finds table and queues in the stage’s stack, and lets go what the brake holds', async () => {
    // Prepare
    const { prod, messagesOn } = await deployed();
    const thin = aThinChange({ tenant: 'acme', subject: { id: '00uTHIN' }, foundBy: 'resync' });
    const taking = aChange({ tenant: 'acme', subject: { id: '00uTAKING' } });
    for (const change of [thin, taking]) {
      const key = { tenant: 'acme', source: 'okta', account: change.subject.id };
      await createCards(state.table).hold(key, { at: NOW, by: 'takings', change });
    }

    // Act
    const first = await prod('release');
    const second = await prod('release');

    // Assess
    expect([first, second]).toEqual([
      { code: 0, stdout: '2 held changes of acme released.\n', stderr: '' },
      { code: 0, stdout: '0 held changes of acme released.\n', stderr: '' },
    ]);
    expect(await messagesOn('ChangesQueueUrl')).toMatchObject([
      { subject: { id: '00uTHIN' }, released: true },
    ]);
    expect(await messagesOn('RevocationsQueueUrl')).toMatchObject([
      { kind: 'change', subject: { id: '00uTAKING' }, released: true, user: { active: false } },
    ]);
  });

  it('clients: lists them with scope, expiry, use and refusals', async () => {
    // Prepare
    const sha256 = ['a'.repeat(64)];
    const scim = {
      clients: { okta: { sha256, expires: '2027-03-01' }, hr: { sha256: ['b'.repeat(64)], readOnly: true } },
    };
    const directory = tenantDirectory({
      'acme.json': tenantFile('acme', { scim }),
      'globex.json': tenantFile('globex'),
    });
    const { prod } = await deployed();
    const lastRefusal = { at: NOW, requestId: 'r-1', op: 'users.patch', status: 400, why: 'invalidValue' };
    await createScimClients(state.table).note('acme', 'scim-okta', { lastUsedAt: NOW, lastRefusal });

    // Act
    const runs = [
      await prod('clients', '--tenants', directory),
      await prod('clients', '--tenants', directory, '--tenant', 'globex'),
    ];

    // Assess
    expect(runs[0]?.stdout).toBe(
      'scim-okta: users and groups; expires 2027-03-01; last seen 2026-03-02T09:15:00.000Z; ' +
        'last refused 2026-03-02T09:15:00.000Z: users.patch 400 invalidValue, request r-1\n' +
        'scim-hr: users and groups, read only; never seen\n',
    );
    expect(runs[1]).toMatchObject({ code: 1, stderr: 'globex has no SCIM clients.\n' });
  });

  it('requests: lists those in a file of this machine, of a tenant or about a user, without any stack', async () => {
    // Prepare
    const path = join(mkdtempSync(join(tmpdir(), 'requests-')), 'requests.jsonl');
    const line = { timestamp: '2026-03-02T09:15:00.000Z', message: 'scim', requestId: 'r-1', tenant: 'acme' };
    const patch = { ...line, client: 'scim', op: 'users.patch', on: '42', status: 200, active: false };
    const list = { ...line, requestId: 'r-2', op: 'users.list', status: 401, why: 'not_a_client' };
    const others = [
      { ...patch, tenant: 'globex' },
      { ...patch, message: 'else' },
    ];
    writeFileSync(
      path,
      [...[patch, list, ...others].map((it) => JSON.stringify(it)), 'no JSON', ''].join('\n'),
    );
    const requests = (...args: string[]) =>
      bridge(['requests', '--tenant', 'acme', '--log', path, ...args], undefined);

    // Act
    const [all, ofUser, none] = [
      await requests(),
      await requests('--user', '42'),
      await requests('--user', '7'),
    ];

    // Assess
    const first = '2026-03-02T09:15:00.000Z scim users.patch 42: 200 inactive; request r-1\n';
    expect(all).toEqual({
      code: 0,
      stdout: `${first}2026-03-02T09:15:00.000Z nobody users.list: 401 not_a_client; request r-2\n`,
      stderr: '',
    });
    expect(ofUser.stdout).toBe(first);
    expect(none.stdout).toBe('There is no SCIM request about Clarus user 7 of acme in that log.\n');
  });

  it('requests: lists those in the log group of the stage', async () => {
    // Prepare
    const { prod } = await deployed();

    // Act & assess
    expect((await prod('requests')).stdout).toBe(
      '2026-03-02T09:15:00.000Z scim users.list: 200 found 2; request r-1\n',
    );
  });

  it('requests: says what to do when the log group cannot be read', async () => {
    // Act
    const { code, stderr } = await bridge(['requests', '--tenant', 'acme', '--stage', 'prod'], undefined);

    // Assess
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^The log group \/clarus-bridge\/prod\/scim cannot be read/),
    ]);
  });

  it('waiting and discard: lists what is held, and ends it', async () => {
    // Prepare
    const { prod } = await deployed();
    const key = { tenant: 'acme', source: 'okta', account: '00uHELD' };
    const change = aChange({ tenant: 'acme', eventId: 'held-1', subject: { id: '00uHELD' } });
    await createCards(state.table).hold(key, { at: NOW, by: 'takings', change });

    // Act
    const runs = [
      await prod('waiting'),
      await prod('discard', '--account', '00uHELD'),
      await prod('waiting'),
      await prod('discard', '--account', '00uHELD'),
    ];

    // Assess
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 1]);
    expect(runs[0]?.stdout).toBe(
      'okta account 00uHELD, no Clarus user; held since 2026-03-02T09:15:00.000Z by the brake on takings, event held-1, ' +
        'which takes access\n',
    );
    expect(runs[1]?.stdout).toMatch(/^The held change of okta 00uHELD is discarded/);
    expect(runs[2]?.stdout).toBe('Nothing of acme waits, and nothing is held.\n');
    expect(runs[3]?.stderr).toMatch(/^Nothing is held of the account 00uHELD of acme/);
  });

  it('explain and lift: says who keeps somebody out, lifts it by name, and has Clarus follow', async () => {
    // Prepare
    const { prod, messagesOn } = await deployed();
    await aLeaver('00uLEAVER', '42');

    // Act
    const before = await prod('explain', '--user', '42');
    const lifted = await prod('lift', '--user', '42');
    const after = await prod('explain', '--user', '42');

    // Assess
    expect(before.stdout).toMatch(/okta.*00uLEAVER/s);
    expect(lifted.stdout).toMatch(/^Lifted for Clarus user 42 of acme: okta 00uLEAVER\. /);
    expect(after.stdout).toContain('An operator lifted all that had been heard until ');
    expect(await messagesOn('ChangesQueueUrl')).toEqual([
      { kind: 'look', tenant: 'acme', clarusUserId: '42' },
    ]);
    const receipts = await createReceipts(state.table).ofUser('acme', '42');
    expect(receipts.map(({ steps }) => steps.at(-1))).toEqual([
      expect.objectContaining({ step: 'lifted', who: WHO }),
      expect.objectContaining({ step: 'lifted', who: WHO }),
    ]);
  });

  it('unlink: takes an account off its Clarus user, by whoever says who they are', async () => {
    // Prepare
    const { prod } = await deployed();
    await aLeaver('00uMISTAKE', '43');

    // Act
    const args = ['--source', 'okta', '--account', '00uMISTAKE', '--by', 'pat'];
    const runs = [await prod('unlink', ...args), await prod('unlink', ...args)];

    // Assess
    expect(runs.map(({ code }) => code)).toEqual([0, 1]);
    expect(runs[0]?.stdout).toBe(
      'The account okta 00uMISTAKE of acme is no longer linked to Clarus user 43.\n',
    );
    expect(runs[1]?.stderr).toMatch(/is linked to no Clarus user/);
    const [receipt] = await createReceipts(state.table).ofSubject('acme', 'operator', '43');
    expect(receipt?.steps).toMatchObject([{ step: 'unlinked', who: 'pat' }]);
  });

  it('compare: has the next sweep begin anew with the directories of the tenant', async () => {
    // Prepare
    const { prod } = await deployed();

    // Act
    const run = await prod('compare');

    // Assess
    expect(run.stdout).toBe('The next sweeps compare everybody of acme with okta.\n');
    expect(await createCursors(state.table).find('acme', 'okta-baseline')).toBe('');
  });

  it.each<[string, string[], RegExp]>([
    ['a user nobody has met', ['explain', '--user', '99'], /knows nothing of Clarus user 99 of acme/],
    ['the same', ['lift', '--user', '99'], /knows nothing of Clarus user 99 of acme/],
  ])('%s: says so', async (_, [command = '', ...args], text) => {
    const { prod } = await deployed();

    const run = await prod(command, ...args);

    expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(text) });
  });

  it.each<[string, string[], Record<string, string> | undefined, number, RegExp]>([
    ['no tenant', ['release'], {}, 2, /^npm run bridge -- COMMAND/],
    ['another command', ['relaese', '--tenant', 'acme'], {}, 2, /^npm run bridge -- COMMAND/],
    ['a command of every object', ['constructor', '--tenant', 'acme'], {}, 2, /^npm run bridge -- COMMAND/],
    ['nobody named', ['lift', '--tenant', 'acme'], {}, 2, /^npm run bridge -- COMMAND/],
    ['a user who is none', ['lift', '--tenant', 'acme', '--user', 'x'], {}, 2, /^npm run bridge -- COMMAND/],
    [
      'an account that is no key',
      ['discard', '--tenant', 'acme', '--account', 'a#b'],
      {},
      2,
      /^npm run bridge -- COMMAND/,
    ],
    ['a stage that is none', ['release', '--tenant', 'acme', '--stage', '--x'], {}, 1, /--stage/],
    ['no AWS CLI', ['release', '--tenant', 'acme'], undefined, 1, /stack clarus-bridge-dev cannot be read/],
    ['a stack without outputs', ['release', '--tenant', 'acme', '--stage', 'prod'], {}, 1, /has no outputs/],
    [
      'nobody who does it',
      [
        'release',
        '--tenant',
        'acme',
        '--table',
        't',
        '--changes',
        'http://127.0.0.1',
        '--revocations',
        'http://127.0.0.1',
      ],
      undefined,
      1,
      /name yourself with --by/,
    ],
    [
      'no file of the tenant',
      [
        'explain',
        '--tenant',
        'initech',
        '--user',
        '42',
        '--table',
        't',
        '--changes',
        'c',
        '--revocations',
        'r',
      ],
      {},
      1,
      /no tenant file of initech for the stage dev/,
    ],
  ])('%s: says what to do', async (_, args, known, code, text) => {
    const run = await bridge(args, known);

    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(text);
  });
});
