import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { BridgeError } from '../functions/identity/bridge-error.ts';
import { tenantSchema } from '../functions/tenants/tenant-schema.ts';
import { readTenantFiles, SCHEMA_FILE, TENANTS_DIRECTORY } from './tenant-files.ts';

/** The JSON Schema of a tenant file as its author writes it, for editors. */
export function tenantJsonSchema(): string {
  const schema = z.toJSONSchema(tenantSchema, { io: 'input', unrepresentable: 'any' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/**
 * Checks every tenant file of a directory and that the schema beside them is the one the code has.
 * Returns how many tenants there are. Throws BridgeError `tenant_invalid`.
 */
export async function checkTenants(directory: string): Promise<number> {
  const files = await readTenantFiles(undefined, directory);
  const path = join(directory, SCHEMA_FILE);
  if (readFileSync(path, 'utf8') !== tenantJsonSchema()) {
    throw new BridgeError(
      'tenant_invalid',
      `${relative(process.cwd(), path)} is out of date, editors follow an old schema. ` +
        'Run "node infra/tenants.ts" and commit the file.',
      { retryable: false },
    );
  }
  return files.length;
}

/** `node infra/tenants.ts [--check] [DIRECTORY]`: writes the schema, or checks it and the tenant files. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const directory = positionals[0] ?? TENANTS_DIRECTORY;
  if (!values.check) {
    writeFileSync(join(directory, SCHEMA_FILE), tenantJsonSchema());
    return;
  }
  try {
    await checkTenants(directory);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
