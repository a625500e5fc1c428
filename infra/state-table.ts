import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { INDEXES, KEYS, TIME_TO_LIVE, tableName } from '../functions/state/table-definition.ts';
import type { Settings } from './settings.ts';

/**
 * The one table: cards, records and receipts. It is the proof of what was done, so it outlives the stack and even a
 * replacement, cannot be deleted by mistake and can be put back to any second of the last 35 days. Its name is fixed, so
 * that a stack that is made anew finds out that the table is there.
 */
export class StateTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { stage }: Pick<Settings, 'stage'>) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: tableName(stage),
      partitionKey: text(KEYS.partition),
      sortKey: text(KEYS.sort),
      billingMode: BillingMode.PAY_PER_REQUEST,
      // DynamoDB's own key: a KMS key would add a permission, a price per request and a way to lock the
      // table, and would keep out nobody whom IAM lets in.
      encryption: TableEncryption.DEFAULT,
      timeToLiveAttribute: TIME_TO_LIVE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    for (const { name, partition, sort, whole } of Object.values(INDEXES)) {
      this.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: text(partition),
        sortKey: text(sort),
        projectionType: whole ? ProjectionType.ALL : ProjectionType.KEYS_ONLY,
      });
    }
  }
}

function text(name: string) {
  return { name, type: AttributeType.STRING };
}
