import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  Effect,
  type IRole,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { INDEXES } from '../functions/state/table-definition.ts';

/** What a function may do, one line per resource. */
export interface Grant {
  actions: string[];
  resources: string[];
}

interface BridgeFunctionProps {
  name: string;
  stage: string;
  description: string;
  /** The directory that holds `index.mjs`. */
  code: string;
  memorySize: number;
  timeout: Duration;
  environment: Record<string, string>;
  /** Instances that are kept for it, and more than which it never has. */
  instances?: number;
  /** How long its log is kept. Absent, three months; what must be kept longer stands in the receipts. */
  retention?: RetentionDays;
  /** Beyond writing its own log. */
  grants: Record<string, Grant>;
}

/** The indexes of the table that a function may query. */
export function indexArns({ tableArn }: Table, names: readonly (keyof typeof INDEXES)[]): string[] {
  return names.map((name) => `${tableArn}/index/${INDEXES[name].name}`);
}

/** Where CloudWatch finds what the functions of a stage measure. */
export function metricsNamespace(stage: string): string {
  return `ClarusBridge/${stage}`;
}

/**
 * One function with a role and a log group of its own. The role is written out here and closed: no construct
 * can widen it later, and no managed policy that AWS may change stands behind it.
 *
 * No X-Ray: it allows nothing narrower than writing traces to all of the account (`Resource: *`), and tells
 * less than a receipt, which holds every event's times from the identity provider to Clarus.
 */
export class BridgeFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    super(scope, id);
    const { name, stage, description, memorySize, timeout, environment, instances } = props;
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/clarus-bridge/${stage}/${name}`,
      retention: props.retention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: `clarus-bridge-${stage}-${name}`,
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.code),
      memorySize,
      timeout,
      ...(instances !== undefined && { reservedConcurrentExecutions: instances }),
      role: this.#role({
        OwnLog: {
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [this.logGroup.logGroupArn],
        },
        ...props.grants,
      }),
      logGroup: this.logGroup,
      // Lambda leaves a line alone that is JSON already, as Powertools' are, and makes JSON of the rest:
      // crashes and the platform's reports. Metrics are lines of level INFO, cold starts too.
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      environment: {
        POWERTOOLS_SERVICE_NAME: name,
        // By stage, because alarms watch these metrics and an account may hold several.
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stage),
        POWERTOOLS_LOG_LEVEL: 'INFO',
        ...environment,
      },
    });
  }

  #role(grants: Record<string, Grant>): IRole {
    const policies = Object.entries(grants).map(([purpose, { actions, resources }]) => {
      const statement = new PolicyStatement({ effect: Effect.ALLOW, actions, resources });
      return [purpose, new PolicyDocument({ statements: [statement] })] as const;
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: Object.fromEntries(policies),
    });
    return role.withoutPolicyUpdates();
  }
}
