import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptHere, readTenantFiles, subdomainsIn } from '../../local/tenant-files.ts';

const SIMULATOR = 'http://127.0.0.1:3001';

describe('tenant files on one machine', () => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tenants-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(name: string, content: unknown): void {
    writeFileSync(join(directory, name), JSON.stringify(content));
  }

  it('are all of a directory’s but the schema', () => {
    write('acme.json', { clarus: { subdomain: 'acme-wms' } });
    write('demo.json', { clarus: { subdomain: 'demo' } });
    write('tenant.schema.json', { type: 'object' });
    write('notes.txt', '');

    const files = readTenantFiles(directory);

    expect(Object.keys(files).sort()).toEqual(['acme', 'demo']);
    expect(subdomainsIn(files).sort()).toEqual(['acme-wms', 'demo']);
  });

  it('must be JSON', () => {
    writeFileSync(join(directory, 'acme.json'), '{"tenant":');

    expect(() => readTenantFiles(directory)).toThrow(/acme\.json is not JSON: /);
  });

  it('must be there', () => {
    expect(() => readTenantFiles(directory)).toThrow('no tenant file');
  });

  it.each([
    { named: undefined, used: SIMULATOR },
    { named: 'https://clarus-api.com', used: SIMULATOR },
    { named: 'https://127.0.0.1.example.com', used: SIMULATOR },
    { named: 'not a URL', used: SIMULATOR },
    { named: 'http://127.0.0.1:9999', used: 'http://127.0.0.1:9999' },
  ])('that name Clarus $named talk to $used', ({ named, used }) => {
    const clarus = { subdomain: 'demo', ...(named !== undefined && { baseUrl: named }) };

    const files = keptHere({ demo: { tenant: 'demo', clarus } }, SIMULATOR);

    expect(files).toEqual({ demo: { tenant: 'demo', clarus: { subdomain: 'demo', baseUrl: used } } });
  });

  it('that are wrong stay as they are, for the functions to tell', () => {
    const files = { broken: { clarus: 1 }, nothing: null };

    expect(keptHere(files, SIMULATOR)).toEqual(files);
    expect(subdomainsIn(files)).toEqual([]);
  });
});
