import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnOutput, type Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { secretName } from '../functions/tenants/tenant-secret.ts';
import type { EventQueue } from './event-queue.ts';
import type { BridgeApi } from './http-api.ts';
import type { TenantFile } from './tenant-files.ts';

interface Deployed {
  tenants: readonly TenantFile[];
  api: BridgeApi;
  changes: EventQueue;
  revocations: EventQueue;
  table: Table;
}

/** Tells whoever deployed what to hand on: to each tenant its URL, to the operator the names of things. */
export function addOutputs(stack: Stack, { tenants, api, changes, revocations, table }: Deployed): void {
  for (const { tenant } of tenants) {
    const name = tenant.tenant;
    // In a scope of its own, because an output directly in the stack would lose the dashes of its name.
    const scope = new Construct(stack, `Tenant-${name}`);
    if (tenant.okta !== undefined) {
      output(scope, 'OktaWebhookUrl', api.webhookUrl('okta', name), `Okta event hook of ${name}: its URL.`);
    }
    if (tenant.scim !== undefined) {
      output(scope, 'ScimBaseUrl', api.scimUrl(name), `SCIM of ${name}: its base URL.`);
    }
    if (tenant.entra !== undefined) {
      output(
        scope,
        'EntraWebhookUrl',
        api.webhookUrl('entra', name),
        `Graph notifications of ${name}: the URL that the bridge subscribes with.`,
      );
    }
    output(
      scope,
      'SecretName',
      secretName(name),
      `Vendor credentials of ${name}: the secret to put them in.`,
    );
  }
  output(stack, 'TableName', table.tableName, 'Users and receipts.');
  for (const [name, { queue, deadLetterQueue }] of Object.entries({
    Changes: changes,
    Revocations: revocations,
  })) {
    output(stack, `${name}QueueUrl`, queue.queueUrl, `${name} on their way.`);
    output(stack, `${name}DeadLetterQueueUrl`, deadLetterQueue.queueUrl, `${name} that were given up.`);
  }
}

function output(scope: Construct, id: string, value: string, description: string): void {
  new CfnOutput(scope, id, { value, description });
}
