import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTenantFiles, SCHEMA_FILE, TENANTS_DIRECTORY } from '../../infra/tenant-files.ts';
import { checkTenants, tenantJsonSchema } from '../../infra/tenants.ts';
import { tenantDirectory, tenantFile } from './synthesized.ts';

function demoFile(tenant: string, credential: string, stages?: string[]): Record<string, unknown> {
  const sha256 = [createHash('sha256').update(credential).digest('hex')];
  return tenantFile(tenant, {
    okta: { orgUrl: 'https://acme.okta.com', eventHook: { sha256 } },
    ...(stages && { stages }),
  });
}

describe('the tenant files of a stage', () => {
  it('are those that name it and those that name none', async () => {
    // Prepare
    const directory = tenantDirectory({
      'acme.json': tenantFile('acme'),
      'globex.json': tenantFile('globex', { stages: ['prod'] }),
      'initech.json': tenantFile('initech', { stages: ['test'] }),
      [SCHEMA_FILE]: '{}',
      'README.md': 'not a tenant',
    });

    // Act
    const files = await readTenantFiles('prod', directory);

    // Assess
    expect(files.map(({ tenant }) => tenant.tenant)).toEqual(['acme', 'globex']);
  });

  it('keep their content as it is written', async () => {
    // Prepare
    const directory = tenantDirectory({ 'acme.json': tenantFile('acme') });

    // Act
    const [file] = await readTenantFiles('dev', directory);

    // Assess
    expect(file?.content).toEqual(tenantFile('acme'));
  });
});

describe('refused is a tenant file', () => {
  it.each([
    {
      what: 'that is not JSON',
      files: { 'acme.json': '{' },
      problem: /acme\.json: not JSON/,
    },
    {
      what: 'with a key that does not exist',
      files: { 'acme.json': tenantFile('acme', { unknwonUser: 'create' }) },
      problem: /acme\.json is not a valid tenant file.*unknwonUser: unknown key\. Known here: .*unknownUser/s,
    },
    {
      what: "that does not bear its tenant's name",
      files: { 'acme-corp.json': tenantFile('acme') },
      problem: /acme-corp\.json: tenant: is "acme", so the file must be called acme\.json/,
    },
    {
      what: 'whose mapping cannot be parsed',
      files: { 'acme.json': tenantFile('acme', { mapping: { name: { expression: 'name.(' } } }) },
      problem: /acme\.json: .*mapping\.name/,
    },
    {
      what: 'whose mapping names an attribute that nobody has',
      files: { 'acme.json': tenantFile('acme', { mapping: { string1: { expression: 'departmnet' } } }) },
      problem: /acme\.json: mapping\.string1\.expression: .*"departmnet"/,
    },
    {
      what: 'whose mapping could void a revocation',
      files: { 'acme.json': tenantFile('acme', { mapping: { is_active: null } }) },
      problem: /acme\.json: mapping\.is_active: null would leave leavers in\. Remove it/,
    },
    {
      what: 'whose settings contradict each other',
      files: { 'acme.json': tenantFile('acme', { profile: ['entra'] }) },
      problem: /acme\.json is not a valid tenant file.*profile\.0: is no source of this file\. It has okta/s,
    },
  ])('$what', async ({ files, problem }) => {
    // Prepare
    const directory = tenantDirectory(files);

    // Act
    const reading = readTenantFiles('dev', directory);

    // Assess
    await expect(reading).rejects.toMatchObject({
      code: 'tenant_invalid',
      message: expect.stringMatching(problem),
    });
  });

  it('even if it belongs to another stage, together with every other problem there is', async () => {
    // Prepare
    const directory = tenantDirectory({
      'acme.json': tenantFile('acme', { stages: ['prod'], receiptDays: 0 }),
      'globex.json': tenantFile('globex', { mapping: { string1: { expression: 'nobody' } } }),
      'initech.json': tenantFile('initrode'),
    });

    // Act
    const reading = readTenantFiles('dev', directory);

    // Assess
    await expect(reading).rejects.toThrow(/acme\.json.*receiptDays.*globex\.json.*initech\.json/s);
  });
});

describe('a published demo credential', () => {
  it('is each one whose hash the tenant demo holds', async () => {
    // Prepare
    const demo = readFileSync(join(TENANTS_DIRECTORY, 'demo.json'), 'utf8');
    const hashes = [...new Set(demo.match(/[0-9a-f]{64}/g))];

    for (const hash of hashes) {
      const okta = { orgUrl: 'https://acme.okta.com', eventHook: { sha256: [hash] } };
      const directory = tenantDirectory({ 'acme.json': tenantFile('acme', { okta }) });

      // Act & assess
      await expect(readTenantFiles('prod', directory)).rejects.toThrow(/published demo credential/);
    }
    expect(hashes.length).toBeGreaterThan(3);
  });

  it.each(['demo-okta-secret', 'demo-entra-state', 'demo-scim-token', 'demo-scim-secret'])(
    'is refused outside dev: %s',
    async (text) => {
      // Prepare
      const directory = tenantDirectory({ 'acme.json': demoFile('acme', text) });

      // Act
      const reading = readTenantFiles('prod', directory);

      // Assess
      await expect(reading).rejects.toThrow(/acme\.json: holds the hash of a published demo credential/);
    },
  );

  it.each([
    { stage: 'dev', stages: undefined, why: 'the stage is dev' },
    { stage: 'prod', stages: ['dev'], why: 'the file is not of the stage' },
    { stage: undefined, stages: ['dev'], why: 'the file is for dev alone' },
  ])('is taken when $why', async ({ stage, stages }) => {
    // Prepare
    const directory = tenantDirectory({ 'acme.json': demoFile('acme', 'demo-okta-secret', stages) });

    // Act
    const reading = readTenantFiles(stage, directory);

    // Assess
    await expect(reading).resolves.toBeDefined();
  });

  it.each([{ stages: undefined }, { stages: ['dev', 'prod'] }])(
    'is refused by the check of all stages when the stages are $stages',
    async ({ stages }) => {
      // Prepare
      const directory = tenantDirectory({ 'acme.json': demoFile('acme', 'demo-okta-secret', stages) });

      // Act
      const reading = readTenantFiles(undefined, directory);

      // Assess
      await expect(reading).rejects.toThrow(/demo credential/);
    },
  );
});

describe('node infra/tenants.ts', () => {
  const command = (...args: string[]) =>
    spawnSync(process.execPath, ['infra/tenants.ts', ...args], { encoding: 'utf8' });

  it('writes the schema, after which --check is content and silent', () => {
    // Prepare
    const directory = tenantDirectory({ 'acme.json': tenantFile('acme') });

    // Act
    const writing = command(directory);
    const checking = command('--check', directory);

    // Assess
    expect(writing).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(checking).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('fails the check with the problems and without a stack trace', () => {
    // Prepare
    const directory = tenantDirectory({ 'acme.json': tenantFile('initech') });

    // Act
    const { status, stderr } = command('--check', directory);

    // Assess
    expect(status).toBe(1);
    expect(stderr).toMatch(/^\S*acme\.json: tenant: is "initech".*\n$/);
  });
});

describe('the schema for editors', () => {
  it('is up to date, and the tenant files of this project are valid', async () => {
    // Act
    const tenants = await checkTenants(TENANTS_DIRECTORY);

    // Assess
    expect(tenants).toBeGreaterThan(0);
    expect(readFileSync(join(TENANTS_DIRECTORY, SCHEMA_FILE), 'utf8')).toBe(tenantJsonSchema());
  });

  it('fails the check when it is out of date', async () => {
    // Prepare
    const directory = tenantDirectory({ 'acme.json': tenantFile('acme'), [SCHEMA_FILE]: '{}' });

    // Act
    const checking = checkTenants(directory);

    // Assess
    await expect(checking).rejects.toThrow(/tenant\.schema\.json is out of date.*node infra\/tenants\.ts/);
  });

  it('asks of an author only what has no default', () => {
    // Act
    const { required, additionalProperties } = JSON.parse(tenantJsonSchema());

    // Assess
    expect(required).toEqual(['tenant', 'clarus']);
    expect(additionalProperties).toBe(false);
  });
});
