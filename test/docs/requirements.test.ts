import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => readFileSync(`test/${path}`, 'utf8'))
  .join('\n')
  .replaceAll("\\'", "'");

it('every test that the table of SCIM requirements names is there', () => {
  // Act
  const text = readFileSync('docs/requirements-scim.md', 'utf8');
  const named = [...text.matchAll(/"([^"|\n]+)"/g)].map(([, it = '']) => it);
  const missing = named.filter((it) => !it.split('…').every((part) => tests.includes(part.trim())));

  // Assess
  expect(named.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});
