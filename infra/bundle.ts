import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';

/** A function as it is uploaded to Lambda. */
export interface Bundle {
  /** Holds `index.mjs` and `tenants.json`, nothing else. */
  directory: string;
  /** Size of `index.mjs`. */
  bytes: number;
  /** The sources in `index.mjs` by their path in the project, each with the bytes left of it there. */
  sources: ReadonlyMap<string, number>;
}

const ROOT = join(import.meta.dirname, '..');

/** The entry of one of the bridge's functions. */
export function entryOf(name: string): string {
  return join(ROOT, 'functions', name, 'handler.ts');
}

/**
 * Bundles a function's entry with the AWS SDK and the tenants it serves into `directory`, which is emptied
 * first. The same input gives the same bytes, so that a deployment without changes uploads nothing.
 */
export function bundle(entry: string, directory: string, tenants: ReadonlyMap<string, unknown>): Bundle {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'lambda-credentials.ts') },
    minify: true,
    keepNames: true,
    // A source map is 3 times the code to load when an error's stack is read. keepNames leaves the names in
    // the stack, and the same commit always gives the same bytes to map it with.
    sourcemap: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const sorted = [...tenants].sort(([one], [other]) => (one < other ? -1 : 1));
  writeFileSync(join(directory, 'tenants.json'), JSON.stringify(Object.fromEntries(sorted)));
  return { directory, ...contentOf(metafile) };
}

function contentOf(metafile: Metafile): Pick<Bundle, 'bytes' | 'sources'> {
  const sources = new Map<string, number>();
  let bytes = 0;
  for (const output of Object.values(metafile.outputs)) {
    bytes += output.bytes;
    for (const [path, input] of Object.entries(output.inputs)) sources.set(path, input.bytesInOutput);
  }
  return { bytes, sources };
}
