import { type App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BridgeError } from '../functions/identity/bridge-error.ts';
import { BridgeStack } from './bridge-stack.ts';
import { readSettings } from './settings.ts';
import { readTenantFiles } from './tenant-files.ts';

/**
 * What one stack holds however long their names are: the ARNs of their secrets stand in a role's policies,
 * which IAM limits to 10,240 characters, and CloudFormation takes 200 outputs.
 */
const MOST_TENANTS = 60;

/**
 * Puts the bridge into a CDK app, as the app's context says, with the tenants of its stage. Synthesis fails
 * on every finding of cdk-nag that is not acknowledged where it arises. Throws BridgeError `tenant_invalid`
 * or `configuration_invalid`.
 */
export async function addBridge(app: App, tenantsDirectory?: string): Promise<BridgeStack> {
  const settings = readSettings(app.node);
  const tenants = await readTenantFiles(settings.stage, tenantsDirectory);
  if (tenants.length > MOST_TENANTS) {
    throw new BridgeError(
      'configuration_invalid',
      `Nothing was synthesized: the stage ${settings.stage} has ${tenants.length} tenants and a stack ` +
        `holds ${MOST_TENANTS}. Name a further stage in some of the tenant files and deploy that too.`,
      { retryable: false },
    );
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  return new BridgeStack(app, `clarus-bridge-${settings.stage}`, {
    ...settings,
    tenants,
    outdir: app.outdir,
  });
}
