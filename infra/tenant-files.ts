import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BridgeError } from '../functions/identity/bridge-error.ts';
import { checkMapping } from '../functions/identity/profile/mapping-check.ts';
import { parseTenant } from '../functions/tenants/parse-tenant.ts';
import type { Tenant } from '../functions/tenants/tenant-schema.ts';
import { DEV } from './settings.ts';

/** Where the tenant files of this project are. */
export const TENANTS_DIRECTORY = join(import.meta.dirname, 'tenants');

/** The file beside the tenant files that tells editors what may stand in them. */
export const SCHEMA_FILE = 'tenant.schema.json';

/** A tenant file that can be deployed: as it is written, and what it means. */
export interface TenantFile {
  content: unknown;
  tenant: Tenant;
}

// Whoever reads this project knows these, so outside dev they would let anybody in.
const DEMO_CREDENTIALS = ['demo-okta-secret', 'demo-entra-state', 'demo-scim-token', 'demo-scim-secret'];
const DEMO_HASHES = DEMO_CREDENTIALS.map((text) => createHash('sha256').update(text).digest('hex'));

/**
 * The tenant files of a stage, by name; without a stage, all of them. Every file is checked whatever its
 * stage. Throws BridgeError `tenant_invalid` that lists every problem of every file.
 */
export async function readTenantFiles(stage?: string, directory = TENANTS_DIRECTORY): Promise<TenantFile[]> {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.json') && name !== SCHEMA_FILE)
    .sort();
  const files: TenantFile[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const origin = relative(process.cwd(), join(directory, name));
    try {
      const file = readTenantFile(join(directory, name), origin);
      const found = await problemsOf(file.tenant, name, stage);
      problems.push(...found.map((problem) => `${origin}: ${problem}`));
      files.push(file);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw invalid(problems.join('\n'));
  return files.filter(({ tenant }) => stage === undefined || serves(tenant, stage));
}

function readTenantFile(path: string, origin: string): TenantFile {
  const content = readJson(path, origin);
  return { content, tenant: parseTenant(content, origin) };
}

function readJson(path: string, origin: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw invalid(`${origin}: not JSON: ${cause.message}`);
  }
}

async function problemsOf(tenant: Tenant, fileName: string, stage: string | undefined): Promise<string[]> {
  const problems = await checkMapping(tenant.mapping);
  if (fileName !== `${tenant.tenant}.json`) {
    problems.push(`tenant: is "${tenant.tenant}", so the file must be called ${tenant.tenant}.json.`);
  }
  if (servesBeyondDev(tenant, stage) && holdsDemoCredential(tenant)) {
    problems.push(
      `holds the hash of a published demo credential, which is for the stage ${DEV} alone. ` +
        `Make a credential of your own, or restrict the file to "stages": ["${DEV}"].`,
    );
  }
  return problems;
}

function serves(tenant: Tenant, stage: string): boolean {
  return tenant.stages === undefined || tenant.stages.includes(stage);
}

function servesBeyondDev(tenant: Tenant, stage: string | undefined): boolean {
  if (stage !== undefined) return stage !== DEV && serves(tenant, stage);
  return tenant.stages === undefined || tenant.stages.some((it) => it !== DEV);
}

/** Looks everywhere, so that a source yet to come is covered too. */
function holdsDemoCredential(tenant: Tenant): boolean {
  const text = JSON.stringify(tenant);
  return DEMO_HASHES.some((hash) => text.includes(hash));
}

function invalid(message: string): BridgeError {
  return new BridgeError('tenant_invalid', message, { retryable: false });
}
