import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { checkMapping } from '../functions/identity/profile/mapping-check.ts';
import { isLoopback } from '../functions/platform/secure-url.ts';
import { parseTenant } from '../functions/tenants/parse-tenant.ts';

/** Loose, because what is wrong with a tenant file is for the functions to say. */
const tenantFile = z.looseObject({
  clarus: z.looseObject({ subdomain: z.string(), baseUrl: z.string().optional() }),
});

/** File content by tenant name, as the bundle has it. */
export type TenantFiles = Readonly<Record<string, unknown>>;

/** Reads a directory's tenant files. Throws when there is none. */
export function readTenantFiles(directory: string): TenantFiles {
  if (!existsSync(directory))
    throw new Error(`There is no directory ${directory} to read tenant files from.`);
  const names = readdirSync(directory)
    .filter((file) => file.endsWith('.json') && file !== 'tenant.schema.json')
    .map((file) => file.slice(0, -'.json'.length));
  if (names.length === 0) throw new Error(`There is no tenant file in ${directory}.`);
  return Object.fromEntries(names.map((name) => [name, readJson(join(directory, `${name}.json`))]));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${path} is not JSON: ${Object(cause).message}`, { cause });
  }
}

/** Refuses what a deployment would refuse. Throws a BridgeError, or an Error that lists a mapping's problems. */
export async function checkTenantFiles(files: TenantFiles): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const { mapping } = parseTenant(content, `${name}.json`);
    const problems = await checkMapping(mapping);
    if (problems.length > 0) throw new Error(`${name}.json: ${problems.join('\n')}`);
  }
}

/** The Clarus subdomains that the files name. */
export function subdomainsIn(files: TenantFiles): string[] {
  return Object.values(files).flatMap((file) => tenantFile.safeParse(file).data?.clarus.subdomain ?? []);
}

/**
 * The files with the simulator in place of whatever Clarus they name, unless that is on this machine already:
 * nothing leaves it.
 */
export function keptHere(files: TenantFiles, clarusUrl: string): TenantFiles {
  return Object.fromEntries(
    Object.entries(files).map(([name, file]) => {
      const parsed = tenantFile.safeParse(file).data;
      if (parsed === undefined) return [name, file];
      const named = URL.parse(parsed.clarus.baseUrl ?? '');
      const here = named !== null && isLoopback(named);
      return [name, here ? file : { ...parsed, clarus: { ...parsed.clarus, baseUrl: clarusUrl } }];
    }),
  );
}
