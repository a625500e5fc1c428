import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { afterAll } from 'vitest';
import * as z from 'zod';
import { addBridge } from '../../infra/bridge-app.ts';
import type { BridgeStack } from '../../infra/bridge-stack.ts';

const temporary: string[] = [];

afterAll(function removeTemporary() {
  for (const directory of temporary) rmSync(directory, { recursive: true, force: true });
});

/** SHA-256 of a credential that nobody has. */
export const CREDENTIAL_HASH = 'ab'.repeat(32);

/** A tenant file's content that is deployed to every stage. */
export function tenantFile(tenant: string, rest: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    tenant,
    clarus: { subdomain: tenant },
    okta: { orgUrl: `https://${tenant}.okta.com`, eventHook: { sha256: [CREDENTIAL_HASH] } },
    ...rest,
  };
}

/** A directory of tenant files by file name; a text is written as it is. */
export function tenantDirectory(files: Record<string, unknown>): string {
  const directory = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

/** An empty directory that is gone after the file's tests. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'clarus-bridge-'));
  temporary.push(directory);
  return directory;
}

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * A CDK app with the flags of cdk.json, as the command line would start it. CDK's own check of a template
 * takes seconds to start, so it runs only where that is asked for.
 */
export function newApp(context: Record<string, string> = {}, builtinCloudFormationValidation = false): App {
  const flags = cdkJson.parse(JSON.parse(readFileSync('cdk.json', 'utf8'))).context;
  return new App({
    context: { ...flags, ...context },
    outdir: temporaryDirectory(),
    builtinCloudFormationValidation,
  });
}

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() }),
  ),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
});

export interface Synthesized {
  stack: BridgeStack;
  template: Template;
  /**
   * Every resource of a type with its properties. Logical ids stand without the hash at their end, here and
   * in references, which are written `<Queue>` and `<Queue.Arn>`.
   */
  resources(type: string): Map<string, Record<string, unknown>>;
  outputs: Map<string, unknown>;
}

/** The stack that the command line would synthesize, already held to cdk-nag. */
export async function synthesized(context: Record<string, string>, tenants: string): Promise<Synthesized> {
  const stack = await addBridge(newApp(context), tenants);
  const template = Template.fromStack(stack);
  const { Resources, Outputs } = templateSchema.parse(template.toJSON());

  function resources(type: string): Map<string, Record<string, unknown>> {
    const found = Object.entries(Resources).filter(([, resource]) => resource.Type === type);
    return new Map(found.map(([id, { Properties = {} }]) => [plain(id), Object(readable(Properties))]));
  }

  const outputs = new Map(Object.entries(Outputs).map(([id, { Value }]) => [plain(id), readable(Value)]));
  return { stack, template, resources, outputs };
}

/** A template's value with references and joined texts as a person would write them. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length !== 1 || only === undefined) return readableEntries(entries);
  const [name, argument] = only;
  if (name === 'Ref') return `<${plain(String(argument))}>`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument))
    return `<${plain(String(argument[0]))}.${argument[1]}>`;
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    return argument[1].map(readable).join(String(argument[0]));
  }
  return readableEntries(entries);
}

function readableEntries(entries: [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries.map(([key, value]) => [key, readable(value)]));
}

function plain(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
