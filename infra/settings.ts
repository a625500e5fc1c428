import type { Node } from 'constructs';
import { BridgeError } from '../functions/identity/bridge-error.ts';

/** The stage that a deployment is when nobody says which: the only one that may hold demo credentials. */
export const DEV = 'dev';

/** What is said about a deployment on the command line: `cdk deploy -c stage=prod -c alarmTopicArn=arn:…`. */
export interface Settings {
  stage: string;
  /** Where alarms are sent. Absent: they change colour and tell nobody. */
  alarmTopicArn?: string;
}

/** A stage's name: the same as in the tenant file, so that a stage can be named there. */
export const STAGE = /^[a-z][a-z0-9]{0,15}$/;
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;

/** The settings in a node's context. Throws BridgeError `configuration_invalid`. */
export function readSettings(node: Node): Settings {
  const stage: unknown = node.tryGetContext('stage') ?? DEV;
  if (typeof stage !== 'string' || !STAGE.test(stage)) {
    throw refusal('stage', 'lower-case letters and digits, at most 16, such as "-c stage=prod"');
  }
  const alarmTopicArn: unknown = node.tryGetContext('alarmTopicArn');
  if (alarmTopicArn === undefined) return { stage };
  if (typeof alarmTopicArn !== 'string' || !TOPIC_ARN.test(alarmTopicArn)) {
    throw refusal('alarmTopicArn', 'the ARN of an SNS topic, such as "-c alarmTopicArn=arn:aws:sns:…"');
  }
  return { stage, alarmTopicArn };
}

function refusal(key: string, expected: string): BridgeError {
  return new BridgeError('configuration_invalid', `Nothing was synthesized: ${key} must be ${expected}.`, {
    retryable: false,
  });
}
