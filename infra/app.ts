import { App } from 'aws-cdk-lib/core';
import { BridgeError } from '../functions/identity/bridge-error.ts';
import { addBridge } from './bridge-app.ts';

// `cdk synth`, `cdk diff` and `cdk deploy` run this file.
const app = new App();
try {
  await addBridge(app);
  app.synth();
} catch (error) {
  // Ours say what to do; a stack trace would only hide it.
  if (!(error instanceof BridgeError)) throw error;
  console.error(error.message);
  process.exit(1);
}
