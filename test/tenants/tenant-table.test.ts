import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseTenant } from '../../functions/tenants/parse-tenant.ts';
import { readAhead, readTenantTable, tenantTable } from '../../functions/tenants/tenant-table.ts';
import { failureOf } from '../support/failure.ts';
import { aTenant, aTenantFile } from '../support/tenants.ts';

describe('the tenants of a deployment', () => {
  it('are found by name', () => {
    const tenants = tenantTable(new Map([['acme', aTenantFile()]]), parseTenant);

    expect(tenants.find('acme')).toEqual(aTenant());
    expect(tenants.get('acme')).toEqual(aTenant());
  });

  it('are read when they are first asked for, and once', () => {
    // Prepare
    let reads = 0;
    const file = {
      ...aTenantFile(),
      get tenant() {
        reads++;
        return 'acme';
      },
    };
    const tenants = tenantTable(new Map([['acme', file]]), parseTenant);
    expect(reads).toBe(0);

    // Act
    const [first, second] = [tenants.find('acme'), tenants.get('acme')];

    // Assess
    expect(second).toBe(first);
    expect(reads).toBe(1);
  });

  it('do not suffer from a broken one among them', async () => {
    // Prepare
    const tenants = tenantTable(
      new Map<string, unknown>([
        ['acme', aTenantFile()],
        ['globex', { tenant: 'globex' }],
      ]),
      parseTenant,
    );

    // Act
    const failures = [
      await failureOf(() => tenants.find('globex')),
      await failureOf(() => tenants.get('globex')),
    ];

    // Assess
    for (const failure of failures)
      expect(failure).toMatchObject({ code: 'tenant_invalid', retryable: false });
    expect(failures[0]?.message).toMatch(/^globex\.json/);
    expect(tenants.find('acme')?.tenant).toBe('acme');
  });

  it.each(['globex', '', 'ACME', 'acme ', '../acme', 'constructor', '__proto__'])(
    'do not include "%s"',
    async (name) => {
      const tenants = tenantTable(new Map([['acme', aTenantFile()]]), parseTenant);

      expect(tenants.find(name)).toBeUndefined();
      expect(await failureOf(() => tenants.get(name))).toMatchObject({
        code: 'tenant_unknown',
        retryable: false,
      });
    },
  );

  it('do not include a name that no file can have, whatever was bundled', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        fc.pre(!/^[a-z0-9]/.test(name));

        expect(tenantTable(new Map([[name, aTenantFile()]]), parseTenant).find(name)).toBeUndefined();
      }),
    );
  });
});

describe('tenants that are read ahead', () => {
  it('are read once and for all, and a broken one is told of when it is asked for', async () => {
    // Prepare
    const read: string[] = [];
    const contents = new Map<string, unknown>([
      ['broken', { tenant: 'broken' }],
      ['acme', aTenantFile()],
    ]);
    const tenants = tenantTable(contents, (content, origin) => {
      read.push(origin);
      return parseTenant(content, origin);
    });

    // Act
    readAhead(tenants);
    const found = tenants.find('acme');
    const failure = await failureOf(() => tenants.find('broken'));

    // Assess
    expect(found).toEqual(aTenant());
    expect(failure.code).toBe('tenant_invalid');
    expect(read).toEqual(['broken.json', 'acme.json', 'broken.json']);
  });
});

describe('the file that a deployment bundles', () => {
  function written(content: string): string {
    const directory = mkdtempSync(join(tmpdir(), 'tenant-table-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'tenants.json');
    writeFileSync(path, content);
    return path;
  }

  it('holds all of them by name', () => {
    const tenants = readTenantTable(written(JSON.stringify({ acme: aTenantFile() })), parseTenant);

    expect(tenants.get('acme')).toEqual(aTenant());
    expect(tenants.find('toString')).toBeUndefined();
  });

  it.each(['{}', 'null', '[]', '5'])('may hold none: %s', (content) => {
    expect(readTenantTable(written(content), parseTenant).find('acme')).toBeUndefined();
  });

  it.each(['', '{'])('and must be JSON ("%s"), else the function does not start', (content) => {
    expect(() => readTenantTable(written(content), parseTenant)).toThrow();
  });
});
