import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { serveLoopback } from '../../local/gateway/loopback-server.ts';

const LOCAL = join(import.meta.dirname, '../../local');
const ANY_PORTS = { PORT: '0', CLARUS_PORT: '0', OKTA_PORT: '0', GRAPH_PORT: '0' };

describe('npm start', () => {
  let child: ChildProcess | undefined;
  afterEach(async () => {
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  });

  /** Starts the command and collects what it says until `text` comes. */
  async function start(
    text: string,
    environment: Record<string, string>,
    ...more: string[]
  ): Promise<string> {
    const env = { ...process.env, ...ANY_PORTS, ...environment };
    child = spawn(process.execPath, [join(LOCAL, 'start.ts'), ...more], { env });
    let said = '';
    const found = Promise.withResolvers<string>();
    const listen = (chunk: Buffer) => {
      said += chunk;
      if (said.includes(text)) found.resolve(said);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    return found.promise;
  }

  it('says that the bridge is ready, and with which commands to try it', async () => {
    const said = await start('Ctrl-C', {});

    expect(said).toMatch(/^bridge ready on http:\/\/127\.0\.0\.1:\d+$/m);
    const [, curl = ''] = /^(curl -i [\s\S]+?'\{.+\}')$/m.exec(said) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', curl]);
    expect(stdout).toMatch(/^HTTP\/1\.1 204/);
  });

  it('says how to try Entra, too', async () => {
    const said = await start('Ctrl-C', {});

    const [, curl = ''] = /^(curl -i \S+\/webhooks\/entra\/demo [\s\S]+?'\{.+\}')$/m.exec(said) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', curl]);
    expect(stdout).toMatch(/^HTTP\/1\.1 202/);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with exit code 0 within seconds of %s', async (signal) => {
    await start('Ctrl-C', {});
    const exit = once(child ?? expect.unreachable(), 'exit');
    const begun = performance.now();

    child?.kill(signal);

    expect(await exit).toEqual([0, null]);
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it.each(['PORT', 'CLARUS_PORT', 'OKTA_PORT', 'GRAPH_PORT'])(
    'says in one line which port is taken: %s',
    async (variable) => {
      const other = await serveLoopback('other', () => {});

      const said = await start('\n', { [variable]: String(other.port) });

      expect(said).toMatch(
        new RegExp(`^Port ${other.port} for the [\\w ]+ is taken: set ${variable} .*\\n$`),
      );
      await other.close();
    },
  );

  it('says in one line that a directory has no tenant files', async () => {
    expect(await start('\n', {}, '--tenants', LOCAL)).toMatch(/^There is no tenant file in .+\n$/);
  });
});

describe('npm run demo', () => {
  it('tells the story to its end and exits with 0', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(LOCAL, 'demo.ts')]);

    expect(stdout).toMatch(/before\nuser 41, lea\.ver@acme\.example: is_active true/);
    expect(stdout).toMatch(/^204 after \d+ ms$/m);
    expect(stdout).toMatch(/^PATCH \/api\/users\/41$/m);
    expect(stdout).not.toMatch(/Bearer [\w-]{20}/);
    expect(stdout).toMatch(/after\nuser 41, lea\.ver@acme\.example: is_active false/);
    expect(stdout).toMatch(/Time to revoke: \d+ ms/);
  });
});
