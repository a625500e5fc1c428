import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stack, startStack } from '../../local/stack.ts';

/** A comment of a shell block with the answers it promises, and those that the lines below it got. */
interface Promised {
  comment: string;
  promised: string[];
  got: string[];
}

let stack: Stack;

beforeAll(async () => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  stack = await startStack();
});
afterAll(() => stack.stop());

/** Runs the shell blocks of a section as they stand, after those before any section. */
async function run(section: string): Promise<Promised[]> {
  const text = readFileSync('docs/connect-scim.md', 'utf8').replaceAll('http://127.0.0.1:3000', stack.url);
  const [setUp, ...sections] = text.slice(text.indexOf('## Try it')).split('\n### ');
  const lines = [setUp, sections.find((it) => it.startsWith(section))].flatMap((it = '') => blocksIn(it));
  const script = lines.map((line) => (line.startsWith('# ') ? `echo '@@ ${line.slice(2)}'` : line));
  const { stdout } = await promisify(execFile)('bash', ['-c', script.join('\n')]);
  return stdout
    .split('@@ ')
    .slice(1)
    .map((part) => {
      const [comment = '', ...answers] = part.split('\n');
      const promised = comment.match(/\b[1-5]\d\d\b/g) ?? [];
      return { comment, promised, got: answers.filter((line) => /^\d{3}$/.test(line)) };
    });
}

function blocksIn(markdown: string): string[] {
  return [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => !line.includes(':3001'));
}

it.each(['As Okta', 'As Entra'])('the lines of "%s" get the answers they promise', async (section) => {
  // Act
  const all = await run(section);

  // Assess
  expect(all.length).toBeGreaterThanOrEqual(8);
  for (const { comment, promised, got } of all) expect({ comment, got }).toEqual({ comment, got: promised });
});
