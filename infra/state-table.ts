import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { LINKS_BY_TENANT } from '../functions/state/links.ts';
import { RECEIPTS_BY_TENANT } from '../functions/state/receipts.ts';

/**
 * The one table: users, links and receipts. It is the proof of what was done, so it outlives the stack,
 * cannot be deleted by mistake and can be put back to any second of the last 35 days.
 */
export class StateTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // DynamoDB's own key: a KMS key would add a permission, a price per request and a way to lock the
      // table, and would keep out nobody whom IAM lets in.
      encryption: TableEncryption.DEFAULT,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: RECEIPTS_BY_TENANT,
      partitionKey: { name: 'receiptTenant', type: AttributeType.STRING },
      sortKey: { name: 'receiptTime', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: LINKS_BY_TENANT,
      partitionKey: { name: 'linkTenant', type: AttributeType.STRING },
      sortKey: { name: 'linkSubject', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
}
