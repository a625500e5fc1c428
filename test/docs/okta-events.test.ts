import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EVENT_TYPES, type EventType } from '../../functions/sources/okta/event-types.ts';

const WHEN: Record<EventType['scope'], string> = {
  any: 'always',
  app: 'with `apps`',
  group: 'with `groups`',
  lock: 'with `locks`',
};

/** Only the System Log has it: no hook can be subscribed to it. */
const LOGGED_ALONE = 'user.lifecycle.delete.completed';

it('administrators are told of every event type that a hook can bring, and when to subscribe to it', () => {
  // Prepare
  const known = Object.entries(EVENT_TYPES).filter(([type]) => type !== LOGGED_ALONE);
  const expected = known.map(([type, { scope }]) => `${WHEN[scope]}: ${type}`);

  // Act
  const page = readFileSync('functions/sources/okta/README.md', 'utf8');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const told = rows
    .filter(([, , when = '']) => Object.values(WHEN).includes(when))
    .flatMap(([, types = '', when]) =>
      [...types.matchAll(/`([a-z_]+(?:\.[a-z_]+){2,})`/g)].map(([, type]) => `${when}: ${type}`),
    );

  // Assess
  expect(told.sort()).toEqual(expected.sort());
});
