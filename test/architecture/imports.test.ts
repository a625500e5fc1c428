import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * What may import what, lowest first: a room looks at those of the layers before it and at no other of its own, so
 * that there are no cycles.
 */
const FUNCTIONS = [
  ['identity'],
  ['platform'],
  ['tenants'],
  ['queue'],
  ['state', 'clarus', 'sources'],
  ['sources/okta', 'sources/entra'],
  ['receive', 'deliver', 'scim', 'sweep'],
];

/**
 * The rooms inside `scim`. `ports` and `call` are files of its root, which is '' here: they say in types what the
 * rooms above them are handed.
 */
const SCIM = [
  ['protocol'],
  ['schema'],
  ['filter'],
  ['change'],
  ['discovery', 'credentials'],
  ['ports'],
  ['requests', 'commands'],
  ['call'],
  ['users'],
  ['groups'],
  [''],
];

/** Rooms that see less than their place in the list lets them: what of `functions` and of `scim` they may import. */
const NARROW: Record<string, { functions?: string[]; scim?: string[] }> = {
  protocol: { functions: ['identity'] },
  schema: { functions: ['identity'] },
  filter: { functions: ['identity'] },
  change: { functions: ['identity'] },
  discovery: { functions: ['identity'] },
  credentials: { functions: ['identity', 'platform', 'tenants', 'sources'] },
  // What becomes of a user is decided without HTTP, schemas and filters.
  commands: { scim: ['ports'] },
};

/** Imports that break the rules for now, each with why; one that is no longer there is to be taken out. */
const EXCEPTIONS: Record<string, string> = {};

const MOST_FILES = 14;

const files = readdirSync('functions', { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
);

interface Import {
  from: string;
  to: string;
}

const imports: Import[] = files.flatMap((from) =>
  [...readFileSync(join('functions', from), 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(
    ([, to = '']) => ({ from, to: join(dirname(from), to) }),
  ),
);

/** The room of `functions` that a file is in. */
function roomOf(file: string): string {
  const rooms = FUNCTIONS.flat().filter((room) => file.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0] ?? dirname(file);
}

/** The room inside `scim`, undefined for a file that is elsewhere. */
function scimRoomOf(file: string): string | undefined {
  if (!file.startsWith('scim/')) return undefined;
  const [first = '', rest] = file.slice('scim/'.length).split('/');
  if (rest !== undefined) return first;
  const name = first.replace(/\.ts$/, '');
  return SCIM.flat().includes(name) ? name : '';
}

function comesBefore(layers: string[][], to: string, from: string): boolean {
  const [low, high] = [to, from].map((room) => layers.findIndex((layer) => layer.includes(room)));
  return low !== undefined && high !== undefined && low >= 0 && low < high;
}

function isAllowed({ from, to }: Import): boolean {
  const [room, other] = [scimRoomOf(from), scimRoomOf(to)];
  const narrow = room === undefined ? undefined : NARROW[room];
  if (room !== undefined && other !== undefined) {
    if (room === other) return true;
    return comesBefore(SCIM, other, room) && (narrow?.scim?.includes(other) ?? true);
  }
  if (roomOf(from) === roomOf(to)) return true;
  return (
    comesBefore(FUNCTIONS, roomOf(to), roomOf(from)) && (narrow?.functions?.includes(roomOf(to)) ?? true)
  );
}

describe('functions/', () => {
  it('imports point down', () => {
    // Act
    const forbidden = imports.filter((it) => !isAllowed(it)).map(({ from, to }) => `${from} -> ${to}`);

    // Assess
    expect(imports.length).toBeGreaterThan(100);
    expect(forbidden.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });

  it('every folder has its place', () => {
    // Act
    const rooms = new Set(files.map(roomOf));
    const scimRooms = new Set(files.flatMap((file) => scimRoomOf(file) ?? []));

    // Assess
    expect([...rooms].sort()).toEqual(FUNCTIONS.flat().sort());
    expect([...scimRooms].sort()).toEqual(SCIM.flat().sort());
  });

  it(`no folder holds more than ${MOST_FILES} files`, () => {
    // Act
    const counts = Map.groupBy(files, (file) => dirname(file));
    const crowded = [...counts].filter(([, held]) => held.length > MOST_FILES).map(([folder]) => folder);

    // Assess
    expect(crowded).toEqual([]);
  });
});
