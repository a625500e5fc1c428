import { describe, expect, it } from 'vitest';
import { withoutDiedCommands } from '../../functions/deliver/died-commands.ts';
import { compileMapping } from '../../functions/identity/mapping.ts';
import {
  type DesiredAttributes,
  newUserRecord,
  type UserRecord,
} from '../../functions/identity/user-record.ts';
import { NOW } from '../support/changes.ts';
import { aClock } from '../support/clock.ts';
import { memoryScimState } from '../support/memory-scim-state.ts';
import { memoryState } from '../support/memory-state.ts';

const SHOWN = { userName: 'lea@acme.example', displayName: 'Lea', active: true };
const LONG_AGO = NOW - 120_000;

/** What commands have decided of a user whom SCIM shows as Lea, and what is left of it at the look. */
async function afterLook(
  desired: DesiredAttributes,
  { deleted = false, stored = true }: { deleted?: boolean; stored?: boolean } = {},
): Promise<{ record: UserRecord; saved: number }> {
  const { users, records } = memoryState();
  const { scimUsers } = memoryScimState();
  const times = { created: NOW, lastModified: NOW, version: 0 };
  if (stored) await scimUsers.save('acme', { clarusUserId: '42', attributes: SHOWN, deleted, ...times }, []);
  const applied = Object.fromEntries(Object.entries(desired).map(([name, { value }]) => [name, value]));
  await users.save({ ...newUserRecord('acme', '42'), desired, applied });
  const ports = { users, findScimUser: scimUsers.find, clock: aClock() };
  const map = compileMapping({ role_id: { expression: '3' } });
  const record = await withoutDiedCommands(ports, map, 'acme', '42');
  return { record, saved: (records.get('42')?.revision ?? 0) - 1 };
}

function said<Value>(value: Value, but: { at?: number; origin?: 'scim' | 'okta' } = {}) {
  return { value, at: LONG_AGO, eventId: 'request-1', origin: 'scim' as const, ...but };
}

describe('what a command has left that died before it was answered', () => {
  it('goes back to what SCIM shows, and is sent because Clarus may have it otherwise', async () => {
    const { record } = await afterLook({ name: said('Leah') });

    expect(record.desired.name).toEqual(said('Lea'));
    expect(record.applied).toEqual({});
  });

  it.each<[string, DesiredAttributes]>([
    ['is what SCIM shows', { name: said('Lea') }],
    ['may be under way', { name: said('Leah', { at: NOW - 59_000 }) }],
    ['is the word of another source', { name: said('Leah', { origin: 'okta' }) }],
    ['takes access away', { is_active: said(false) }],
    ['is a role, which groups give', { role_id: said(7) }],
    ['SCIM shows nothing of', { language: said('de') }],
  ])('stays if it %s', async (_name, desired) => {
    const { record, saved } = await afterLook(desired);

    expect([record.desired, saved]).toEqual([desired, 0]);
  });

  it('of a creation anew is a deletion again', async () => {
    const { record } = await afterLook({ is_active: said(true), name: said('Leah') }, { deleted: true });

    expect(record).toMatchObject({ deleted: true, desired: { is_active: { value: false } } });
  });

  it('is nothing for a user whom SCIM does not know', async () => {
    const { record, saved } = await afterLook({ name: said('Leah') }, { stored: false });

    expect([record.desired.name?.value, saved]).toEqual(['Leah', 0]);
  });
});
