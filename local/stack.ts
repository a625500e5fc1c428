import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { MAX_RECEIVE_COUNT } from '../functions/deliver/backoff.ts';
import { systemClock } from '../functions/platform/clock.ts';
import { createSendMessages } from '../functions/queue/send-messages.ts';
import { createCards } from '../functions/state/cards.ts';
import { createOpenItems } from '../functions/state/open-items.ts';
import { createReceipts } from '../functions/state/receipts.ts';
import { table } from '../functions/state/table.ts';
import { tableName } from '../functions/state/table-definition.ts';
import { secretName } from '../functions/tenants/tenant-secret.ts';
import { release } from '../operator/release.ts';
import { type Delivery, startDelivery } from './delivery.ts';
import { CLARUS_PEOPLE, ENTRA_PEOPLE, OKTA_PEOPLE } from './demo-people.ts';
import { awsClients, awsEnvironment } from './emulators/aws-clients.ts';
import { startAwsEmulators } from './emulators/aws-emulators.ts';
import { createQueuePair, createTable, type QueueName, type QueuePair } from './emulators/aws-resources.ts';
import { type SecretsManagerStub, startSecretsManager } from './emulators/secrets-manager.ts';
import { setEnvironment } from './environment.ts';
import { apiGateway } from './gateway/api-gateway.ts';
import { lambdaContext } from './gateway/lambda-context.ts';
import { serveLoopback } from './gateway/loopback-server.ts';
import { withLocalRoutes } from './local-routes.ts';
import { type QueueView, viewQueues } from './queue-view.ts';
import { viewReceipts } from './receipts-view.ts';
import {
  type ClarusSimulator,
  DEMO_CLIENT,
  startClarusSimulator,
} from './simulators/clarus/clarus-simulator.ts';
import {
  DEMO_GRAPH_CLIENT,
  type GraphSimulator,
  startGraphSimulator,
} from './simulators/graph/graph-simulator.ts';
import { DEMO_API_TOKEN, type OktaSimulator, startOktaSimulator } from './simulators/okta/okta-simulator.ts';
import { importFunctions, importSweep } from './stack-functions.ts';
import {
  checkTenantFiles,
  keptHere,
  readTenantFiles,
  subdomainsIn,
  type TenantFiles,
} from './tenant-files.ts';

export interface StackOptions {
  /** Absent, each is any free one. */
  ports?: { bridge?: number; clarus?: number; okta?: number; graph?: number };
  /** A directory of tenant files. */
  tenants?: string;
  /** Milliseconds an outward request of the functions may take. */
  requestTimeout?: number;
  /** Milliseconds that `scim` has for an answer. */
  scimTimeout?: number;
  /** Seconds that a message stays hidden after a failure that set no other time. */
  visibilityTimeout?: number;
  maxReceiveCount?: number;
  /** Batches in flight at a time, per queue. */
  concurrency?: number;
  /** A file for the request log of `scim`. Absent: the process' own log. */
  requestLog?: string;
}

export interface Stack {
  /** Of the bridge. */
  url: string;
  /** The tenant files in use, as they are on disk. */
  tenants: TenantFiles;
  clarus: ClarusSimulator;
  okta: OktaSimulator;
  graph: GraphSimulator;
  secrets: SecretsManagerStub;
  queues: Record<QueueName, QueuePair>;
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
  /** The tenants' receipts, newest first. */
  receipts(tenant: string): ReturnType<typeof viewReceipts>;
  viewQueues(): Promise<QueueView>;
  /** When nothing is left to do but what waits for its time. */
  idle(): Promise<void>;
  /** Stops taking messages off the queues, after the batches in flight. */
  pauseDelivery(): Promise<void>;
  resumeDelivery(): void;
  /** What EventBridge Scheduler does every 15 minutes. */
  sweep(): Promise<void>;
  /** What `npm run bridge -- release --tenant T` does; the number of changes. */
  release(tenant: string): Promise<number>;
  stop(): Promise<void>;
}

/** What Graph shows with each notification of the tenant `demo`. */
export const DEMO_CLIENT_STATE = 'demo-entra-state';

const TABLE = tableName('local');
const RECEIVE_TIMEOUT = 10_000;
const SWEEP_TIMEOUT = 900_000;
/** What requests under way get to finish when the stack stops. */
const GRACE = 1000;
const TENANTS = join(import.meta.dirname, '../infra/tenants');

/**
 * Starts the whole bridge on this machine: emulators, simulators, the functions, and what invokes them. One
 * at a time in a process, because the functions read the environment, which the process has but one of.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const undo = new AsyncDisposableStack();
  try {
    return await start(options, undo);
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}

async function start(options: StackOptions, undo: AsyncDisposableStack): Promise<Stack> {
  const {
    ports = {},
    tenants = TENANTS,
    concurrency = 2,
    requestTimeout = 10_000,
    scimTimeout = 29_000,
  } = options;
  const { visibilityTimeout = 360, maxReceiveCount = MAX_RECEIVE_COUNT } = options;
  const files = readTenantFiles(tenants);
  await checkTenantFiles(files);

  const aws = await startAwsEmulators();
  undo.defer(aws.stop);
  const { sqs, dynamodb } = awsClients(aws);
  const settings = { visibilityTimeout, maxReceiveCount };
  const [changes, revocations] = await Promise.all([
    createQueuePair(sqs, aws.sqsUrl, 'changes', settings),
    createQueuePair(sqs, aws.sqsUrl, 'revocations', settings),
    createTable(dynamodb, TABLE),
  ]);
  const queues = { changes, revocations };

  let delivery: Delivery | undefined;
  // By now the simulators are gone, so that what still waits for them has failed.
  undo.defer(() => delivery?.pause());
  const secrets = await startSecretsManager(secretsFor(Object.keys(files)));
  undo.defer(secrets.stop);
  const okta = await startOktaSimulator({ port: ports.okta ?? 0, users: OKTA_PEOPLE });
  undo.defer(okta.stop);
  const graph = await startGraphSimulator({ port: ports.graph ?? 0, users: ENTRA_PEOPLE });
  undo.defer(graph.stop);
  const subdomains = subdomainsIn(files);
  const clarus = await startClarusSimulator({ port: ports.clarus ?? 0, subdomains, users: CLARUS_PEOPLE });
  undo.defer(clarus.stop);

  const directory = mkdtempSync(join(tmpdir(), 'clarus-bridge-'));
  undo.defer(() => rmSync(directory, { recursive: true }));
  const tenantsFile = join(directory, 'tenants.json');
  writeFileSync(tenantsFile, JSON.stringify(keptHere(files, clarus.url)));
  undo.defer(
    setEnvironment({
      ...awsEnvironment(aws, secrets.url, directory),
      TENANTS_FILE: tenantsFile,
      TABLE_NAME: TABLE,
      CHANGES_QUEUE_URL: changes.url,
      REVOCATIONS_QUEUE_URL: revocations.url,
      CHANGES_DEAD_LETTER_QUEUE_URL: changes.deadLetters.url,
      REVOCATIONS_DEAD_LETTER_QUEUE_URL: revocations.deadLetters.url,
      OKTA_API_BASE_URL: okta.url,
      GRAPH_BASE_URL: graph.url,
      REQUEST_TIMEOUT: String(requestTimeout),
      REQUESTS_FILE: options.requestLog,
      // The simulators share a clock, and are stale only when told so: who is let in again is in at once.
      READ_MARGIN: '500',
      // Whom somebody has put into the Okta simulator is met by the next sweep.
      COMPARE_EVERY: '0',
      POWERTOOLS_METRICS_NAMESPACE: 'ClarusBridge',
      // Set anew for each function as it is imported.
      POWERTOOLS_SERVICE_NAME: undefined,
    }),
  );
  const functions = await importFunctions();

  const receipts = (tenant: string) => viewReceipts(dynamodb, TABLE, tenant);
  const lookAtQueues = () => viewQueues(aws.sqsUrl, [changes, revocations]);
  const gateway = apiGateway([
    {
      key: 'ANY /webhooks/{source}/{tenant}',
      functionName: 'receive',
      timeout: RECEIVE_TIMEOUT,
      handler: functions.receive,
    },
    { key: 'ANY /scim/{proxy+}', functionName: 'scim', timeout: scimTimeout, handler: functions.scim },
  ]);
  const state = table(dynamodb, TABLE);
  const operator = {
    cards: createCards(state),
    openItems: createOpenItems(state),
    receipts: createReceipts(state),
    sendMessages: createSendMessages(sqs),
    queues: { changes: changes.url, revocations: revocations.url },
    clock: systemClock,
  };
  const releaseHeld = (tenant: string) => release(operator, tenant, 'local');
  const routes = {
    '/_local/receipts': (query: URLSearchParams) => receipts(query.get('tenant') || 'demo'),
    '/_local/queues': lookAtQueues,
    '/_local/sweep': async () => {
      await sweep();
      return { swept: true };
    },
    '/_local/release': async (query: URLSearchParams) => ({
      released: await releaseHeld(query.get('tenant') || 'demo'),
    }),
  };
  delivery = startDelivery(sqs, Object.values(queues), functions.deliver, concurrency);
  const { pause: pauseDelivery, resume: resumeDelivery, idle } = delivery;
  undo.defer(() => Promise.race([pauseDelivery(), delay(GRACE, undefined, { ref: false })]));
  const bridge = await serveLoopback('bridge', withLocalRoutes(routes, gateway), ports.bridge);
  undo.defer(() => bridge.close(GRACE));
  undo.defer(setEnvironment({ WEBHOOKS_URL: bridge.url, POWERTOOLS_SERVICE_NAME: undefined }));
  const sweepHandler = await importSweep();
  const sweep = async () => void (await sweepHandler({}, lambdaContext('sweep', SWEEP_TIMEOUT)));
  return {
    url: bridge.url,
    tenants: files,
    clarus,
    okta,
    graph,
    secrets,
    queues,
    sqs,
    dynamodb,
    receipts,
    viewQueues: lookAtQueues,
    idle,
    pauseDelivery,
    resumeDelivery,
    sweep,
    release: releaseHeld,
    stop: () => undo.disposeAsync(),
  };
}

function secretsFor(tenants: readonly string[]): Record<string, string> {
  const entra = { ...DEMO_GRAPH_CLIENT, clientState: DEMO_CLIENT_STATE };
  const text = JSON.stringify({ clarus: DEMO_CLIENT, okta: { apiToken: DEMO_API_TOKEN }, entra });
  return Object.fromEntries(tenants.map((tenant) => [secretName(tenant), text]));
}
