import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { secretName } from '../functions/tenants/tenant-secret.ts';

/**
 * A tenant's secret, empty: its value is random text that no vendor takes, until somebody puts the
 * credentials there. They never pass through a template, and a deployment never touches them: CloudFormation
 * writes a value when the secret is made and again only if the way of generating it changed.
 */
export class TenantSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, tenant: string) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      secretName: secretName(tenant),
      description:
        `Vendor credentials of the tenant ${tenant}, to be put in by hand as JSON: ` +
        '{"clarus":{"clientId":"...","clientSecret":"..."},"okta":{"apiToken":"..."},"entra":{' +
        '"clientId":"...","clientSecret":"...","clientState":"..."},"scim":{"signingKeys":[{"kid":"1","key":"..."}]}} ' +
        '(okta, entra and scim only where they are used).',
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Clarus, Okta and Microsoft issue these credentials and have no interface to rotate them. An operator rotates ' +
        'them there and stores the new value; the bridge takes it up within minutes.',
    });
  }
}
