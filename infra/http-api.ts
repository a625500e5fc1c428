import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

interface BridgeApiProps {
  stage: string;
  receive: IFunction;
  scim: IFunction;
}

/**
 * What is known of a request without looking into it. No header, no query string and no user agent: they
 * are the caller's to fill, and credentials have been found in all three.
 */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  path: '$context.path',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  sourceIp: '$context.identity.sourceIp',
  responseLength: '$context.responseLength',
};

/**
 * Far above what identity providers send (Okta at most 400,000 events a day), because they never repeat a
 * request answered with 429: a limit that bites loses events. It bounds the bill of a flood, no more.
 */
const THROTTLE = { rateLimit: 500, burstLimit: 1000 };

/** The way in: an HTTP API with one route to `receive` and one to `scim`. */
export class BridgeApi extends Construct {
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, { stage, receive, scim }: BridgeApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: `clarus-bridge-${stage}`,
      description: 'Takes the events of identity providers for Clarus WMS.',
      createDefaultStage: false,
    });
    const [webhook] = api.addRoutes({
      path: '/webhooks/{source}/{tenant}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('Receive', receive),
    });
    if (webhook !== undefined) {
      Validations.of(webhook).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Identity providers send a static credential that differs by source and tenant, which no ' +
          'authorizer of API Gateway checks. receive compares its hash before it does anything else.',
      });
    }
    // All that is below /scim/, so that what is not there is answered as SCIM does and not by the gateway.
    const [scimRoute] = api.addRoutes({
      path: '/scim/{proxy+}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('Scim', scim),
    });
    if (scimRoute !== undefined) {
      Validations.of(scimRoute).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'SCIM clients send a bearer token that differs by tenant, and an authorizer of API Gateway would ' +
          'answer in a body that is not SCIM. scim compares its hash before it does anything else.',
      });
    }
    const logs = new LogGroup(this, 'AccessLogs', {
      // API Gateway adds any other log group to one policy of the whole account, which is full at 5,120
      // characters; this prefix is exempt.
      logGroupName: `/aws/vendedlogs/clarus-bridge/${stage}/http-api`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  /** The base URL that a tenant's SCIM client is given. */
  scimUrl(tenant: string): string {
    return `${this.stage.url}scim/${tenant}/v2`;
  }

  /** Where a source sends its events for a tenant. */
  webhookUrl(source: string, tenant: string): string {
    return `${this.stage.url}webhooks/${source}/${tenant}`;
  }
}
