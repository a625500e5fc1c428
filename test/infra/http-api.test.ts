import { beforeAll, describe, expect, it } from 'vitest';
import {
  CREDENTIAL_HASH,
  type Synthesized,
  synthesized,
  tenantDirectory,
  tenantFile,
} from './synthesized.ts';

let stack: Synthesized;

beforeAll(async () => {
  const globex = tenantFile('globex', { okta: undefined });
  const acme = tenantFile('acme', { scim: { sha256: [CREDENTIAL_HASH] } });
  const tenants = tenantDirectory({ 'acme.json': acme, 'globex.json': globex });
  stack = await synthesized({}, tenants);
});

function only(type: string): Record<string, unknown> {
  const [found, ...others] = stack.resources(type).values();
  expect(others).toEqual([]);
  return Object(found);
}

describe('the way in', () => {
  it('is one route to receive and one to scim, in payload format 2.0', () => {
    // Act
    const routes = [...stack.resources('AWS::ApiGatewayV2::Route').values()];
    const integrations = [...stack.resources('AWS::ApiGatewayV2::Integration').values()];

    // Assess
    expect(routes.map(({ RouteKey }) => RouteKey)).toEqual([
      'ANY /webhooks/{source}/{tenant}',
      'ANY /scim/{proxy+}',
    ]);
    const proxy = { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' };
    expect(integrations).toEqual([
      expect.objectContaining({ ...proxy, IntegrationUri: '<ReceiveFunction.Arn>' }),
      expect.objectContaining({ ...proxy, IntegrationUri: '<ScimFunction.Arn>' }),
    ]);
  });

  it('lets API Gateway call each for its route alone, and nobody call deliver', () => {
    // Prepare
    const api = 'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<HttpApi>';

    // Act
    const permissions = [...stack.resources('AWS::Lambda::Permission').values()];

    // Assess
    const call = { Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' };
    expect(permissions).toEqual([
      { ...call, FunctionName: '<ReceiveFunction.Arn>', SourceArn: `${api}/*/*/webhooks/{source}/{tenant}` },
      { ...call, FunctionName: '<ScimFunction.Arn>', SourceArn: `${api}/*/*/scim/{proxy+}` },
    ]);
  });

  it('is limited far above what Okta sends', () => {
    // Act
    const { StageName, DefaultRouteSettings } = only('AWS::ApiGatewayV2::Stage');

    // Assess
    expect(StageName).toBe('$default');
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 });
  });

  it('opens no other origin to browsers', () => {
    // Act
    const api = only('AWS::ApiGatewayV2::Api');

    // Assess
    expect(api).not.toHaveProperty('CorsConfiguration');
  });
});

describe('the access log', () => {
  it('holds what API Gateway knows of a request, and nothing that the caller can fill but the path', () => {
    // Act
    const { Format } = Object(only('AWS::ApiGatewayV2::Stage').AccessLogSettings);
    const variables = Object.values<string>(JSON.parse(Format));

    // Assess
    expect(variables).toEqual([
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.httpMethod',
      '$context.path',
      '$context.routeKey',
      '$context.status',
      '$context.responseLatency',
      '$context.integrationLatency',
      '$context.integrationErrorMessage',
      '$context.identity.sourceIp',
      '$context.responseLength',
    ]);
  });

  it('is kept for a month in a log group of its own', () => {
    // Act
    const { DestinationArn } = Object(only('AWS::ApiGatewayV2::Stage').AccessLogSettings);
    const logGroup = stack.resources('AWS::Logs::LogGroup').get('HttpAccessLogs');

    // Assess
    expect(DestinationArn).toBe('<HttpAccessLogs.Arn>');
    expect(logGroup).toMatchObject({
      LogGroupName: '/aws/vendedlogs/clarus-bridge/dev/http-api',
      RetentionInDays: 30,
    });
  });
});

describe('the outputs', () => {
  it('tell each tenant its webhook and its secret, and the operator the table and the queues', () => {
    // Act
    const outputs = Object.fromEntries(stack.outputs);

    // Assess
    const api = 'https://<HttpApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>';
    expect(outputs).toEqual({
      TenantacmeOktaWebhookUrl: `${api}/webhooks/okta/acme`,
      TenantacmeScimBaseUrl: `${api}/scim/acme/v2`,
      TenantacmeSecretName: 'clarus-bridge/acme',
      TenantglobexSecretName: 'clarus-bridge/globex',
      TableName: '<StateTable>',
      ChangesQueueUrl: '<ChangesQueue>',
      ChangesDeadLetterQueueUrl: '<ChangesDeadLetters>',
      RevocationsQueueUrl: '<RevocationsQueue>',
      RevocationsDeadLetterQueueUrl: '<RevocationsDeadLetters>',
    });
  });
});
