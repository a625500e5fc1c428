import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** The tests by their file, without its ending. */
const files = new Map(
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => [path.slice(0, -'.test.ts'.length), sourceOf(`test/${path}`)]),
);
const tests = [...files.values()].join('\n');

function sourceOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll("\\'", "'");
}

/** The names in quotation marks, with … for what is left out. */
function quotedIn(text: string): string[] {
  return [...text.matchAll(/"([^"|\n]+)"/g)].map(([, name = '']) => name);
}

/** A title begins and ends with the quotation marks of the source, so that no other text is taken for one. */
function isNamedIn(source: string, name: string): boolean {
  const parts = name.split('…').map((part) => part.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`['"\`]${parts.join('.*')}['"\`]`).test(source);
}

/** What the last cell of a row names: test files, each followed by the names of tests in it. */
function namedBy(row: string): { file: string; names: string[] }[] {
  const cell = row.split('|').at(-2) ?? '';
  const [, ...parts] = cell.split(/`([a-z][\w-]*(?:\/[\w-]+)+)`/);
  return parts.flatMap((file, index) =>
    index % 2 === 0 ? [{ file, names: quotedIn(parts[index + 1] ?? '') }] : [],
  );
}

/** The rows of a page's tables, without their heads. */
function rowsOf(page: string): string[] {
  const lines = readFileSync(`docs/${page}.md`, 'utf8').split('\n');
  const isRow = (line: string | undefined) => line?.startsWith('|') === true;
  return lines.filter((line, index) => isRow(line) && isRow(lines[index - 1]) && !/^[|\s-]+$/.test(line));
}

it('every test that the table of SCIM requirements names is there', () => {
  // Act
  const named = quotedIn(readFileSync('docs/requirements-scim.md', 'utf8'));
  const missing = named.filter((name) => !isNamedIn(tests, name));

  // Assess
  expect(named.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

describe.each([
  { page: 'requirements-access', least: 60 },
  { page: 'requirements-sources', least: 35 },
])('$page', ({ page, least }) => {
  it('names a test in every row', () => {
    // Act
    const rows = rowsOf(page);
    const without = rows.filter((row) => namedBy(row).length === 0);

    // Assess
    expect(rows.length).toBeGreaterThan(least);
    expect(without).toEqual([]);
  });

  it('names tests that are there, in the files that it names', () => {
    // Act
    const named = rowsOf(page).flatMap(namedBy);
    const missing = named.flatMap(({ file, names }) => {
      const source = files.get(file);
      if (source === undefined) return [file];
      return names.filter((name) => !isNamedIn(source, name)).map((name) => `${file} "${name}"`);
    });

    // Assess
    expect(named.flatMap(({ names }) => names).length).toBeGreaterThan(least);
    expect(missing).toEqual([]);
  });
});
