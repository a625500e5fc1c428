import { join } from 'node:path';
import { Duration, Stack, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Alarms } from './alarms/alarms.ts';
import { bundle, entryOf } from './bundle.ts';
import { DeliverFunction } from './deliver-function.ts';
import { EventQueue } from './event-queue.ts';
import { BridgeApi } from './http-api.ts';
import { addOutputs } from './outputs.ts';
import { ReceiveFunction } from './receive-function.ts';
import { ScimFunction } from './scim-function.ts';
import type { Settings } from './settings.ts';
import { StateTable } from './state-table.ts';
import { SweepFunction } from './sweep-function.ts';
import type { TenantFile } from './tenant-files.ts';
import { TenantSecret } from './tenant-secret.ts';

interface BridgeStackProps extends Settings {
  tenants: readonly TenantFile[];
  /** Where bundles are put until they are assets. */
  outdir: string;
}

/** How long `deliver` may take for ten events; the queues' visibility timeout follows from it. */
const DELIVER_TIMEOUT = Duration.seconds(60);

/** One deployment of the bridge, for any account and region. */
export class BridgeStack extends Stack {
  constructor(scope: Construct, id: string, { stage, alarmTopicArn, tenants, outdir }: BridgeStackProps) {
    const tags = { service: 'clarus-bridge', stage };
    super(scope, id, {
      description: `Clarus identity bridge, stage ${stage}: identity providers' events become user updates.`,
      terminationProtection: stage === 'prod',
      tags,
    });
    // The tags above are the stack's own; CDK tags resources only when told so.
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);

    const contents = new Map(tenants.map(({ tenant, content }) => [tenant.tenant, content]));
    const codeOf = (name: string) => bundle(entryOf(name), join(outdir, 'bundle', name), contents).directory;

    const consumerTimeout = DELIVER_TIMEOUT;
    const changes = new EventQueue(this, 'Changes', { name: 'changes', stage, consumerTimeout });
    const revocations = new EventQueue(this, 'Revocations', { name: 'revocations', stage, consumerTimeout });
    const { table } = new StateTable(this, 'State', { stage });
    const secrets = tenants.map(
      ({ tenant }) => new TenantSecret(this, `Secret-${tenant.tenant}`, tenant.tenant).secret,
    );

    const receive = new ReceiveFunction(this, 'Receive', {
      stage,
      code: codeOf('receive'),
      changes,
      revocations,
    });
    const deliver = new DeliverFunction(this, 'Deliver', {
      stage,
      code: codeOf('deliver'),
      timeout: DELIVER_TIMEOUT,
      changes,
      revocations,
      table,
      secrets,
    });
    const scim = new ScimFunction(this, 'Scim', {
      stage,
      code: codeOf('scim'),
      changes,
      revocations,
      table,
      secrets,
    });
    const api = new BridgeApi(this, 'Http', { stage, receive: receive.lambda, scim: scim.lambda });
    const sweep = new SweepFunction(this, 'Sweep', {
      stage,
      code: codeOf('sweep'),
      changes,
      revocations,
      table,
      secrets,
      webhooksUrl: api.stage.url,
    });
    new Alarms(this, 'Alarms', {
      stage,
      ...(alarmTopicArn !== undefined && { alarmTopicArn }),
      tenants: tenants.length,
      changes,
      revocations,
      http: api.stage,
      receive: receive.lambda,
      deliver: deliver.lambda,
      scim: scim.lambda,
      sweep: sweep.lambda,
    });
    addOutputs(this, { tenants, api, changes, revocations, table });
  }
}
