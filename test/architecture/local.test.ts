import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What may import what, lowest first; '' is the root, the stack itself. */
const ROOMS = [
  'gateway',
  'simulators',
  'simulators/clarus',
  'simulators/okta',
  'simulators/graph',
  'emulators',
  '',
];
/** A vendor's simulator knows no other vendor. */
const VENDORS = ROOMS.filter((room) => room.startsWith('simulators/'));

const MOST_FILES = 14;

const files = readdirSync('local', { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
);

const imports = files.flatMap((from) =>
  [...readFileSync(join('local', from), 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)]
    .map(([, to = '']) => ({ from, to: join(dirname(from), to) }))
    .filter(({ to }) => !to.startsWith('..')),
);

const roomOf = (file: string) => dirname(file).replace(/^\.$/, '');

function isAllowed(from: string, to: string): boolean {
  if (from === to) return true;
  if (VENDORS.includes(from) && VENDORS.includes(to)) return false;
  return ROOMS.indexOf(to) < ROOMS.indexOf(from);
}

describe('local/', () => {
  it('imports point down', () => {
    // Act
    const forbidden = imports.filter(({ from, to }) => !isAllowed(roomOf(from), roomOf(to)));

    // Assess
    expect(imports.length).toBeGreaterThan(50);
    expect(forbidden).toEqual([]);
  });

  it(`every folder has its place, and none holds more than ${MOST_FILES} files`, () => {
    // Act
    const rooms = Map.groupBy(files, roomOf);
    const crowded = [...rooms].filter(([, held]) => held.length > MOST_FILES).map(([room]) => room);

    // Assess
    expect([...rooms.keys()].sort()).toEqual(ROOMS.toSorted());
    expect(crowded).toEqual([]);
  });

  it('is imported by nothing that is deployed', () => {
    // Act
    const importers = ['functions', 'operator', 'infra'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .filter((path) => /from '[./]+\/local\//.test(readFileSync(join(folder, path), 'utf8')))
        .map((path) => `${folder}/${path}`),
    );

    // Assess
    expect(importers).toEqual([]);
  });
});
