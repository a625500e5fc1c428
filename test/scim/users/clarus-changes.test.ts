import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/identity/json.ts';
import { compileMapping, type MappingRules } from '../../../functions/identity/mapping.ts';
import { type DesiredAttributes, newUserRecord } from '../../../functions/identity/user-record.ts';
import type { ScimTenant } from '../../../functions/scim/ports.ts';
import { findAttribute } from '../../../functions/scim/schema/resource-type.ts';
import { wishes } from '../../../functions/scim/users/clarus-changes.ts';
import { NOW } from '../../support/changes.ts';
import { USER } from '../../support/scim-types.ts';
import { aTenant } from '../../support/tenants.ts';

const BY_TITLE: MappingRules = { role_id: { expression: 'title', table: { Picker: 3, Boss: 1 } } };

interface Write {
  before?: JsonObject;
  after: JsonObject;
  /** Names of what the client spoke of; everything in `after` unless said otherwise. */
  stated?: string[];
  desired?: DesiredAttributes;
  rules?: MappingRules;
  defaultRole?: number | string;
}

function wishesOf({
  before,
  after,
  stated = Object.keys(after),
  desired = {},
  rules = {},
  defaultRole,
}: Write) {
  const tenant = aTenant(defaultRole === undefined ? {} : { defaultRole });
  // Of a tenant's services only what is looked at.
  const scim = {
    map: compileMapping(rules),
    tenant,
    clarus: { findRole: async () => 7 },
  } as unknown as ScimTenant;
  const applied = Object.fromEntries(Object.entries(desired).map(([name, { value }]) => [name, value]));
  const record = { ...newUserRecord('acme', '42'), desired, applied };
  const paths = stated.flatMap((name) => findAttribute(USER, name) ?? []);
  return wishes(scim, before && { attributes: before, record }, after, paths);
}

function said<Value>(value: Value) {
  return { value, at: NOW, eventId: 'event-1', origin: 'okta' as const };
}

describe('a write wants of Clarus', () => {
  it.each<[string, Write, object]>([
    ['all of a new user', { after: { displayName: 'Lea', active: true } }, { name: 'Lea', is_active: true }],
    [
      'what it has changed',
      {
        before: { displayName: 'Lea', timezone: 'Europe/London' },
        after: { displayName: 'Leah', timezone: 'Europe/London' },
      },
      { name: 'Leah', timezone: 'Europe/London' },
    ],
    [
      'nothing that the record has, said again',
      { before: { displayName: 'Lea' }, after: { displayName: 'Lea' }, desired: { name: said('Lea') } },
      {},
    ],
    [
      'what others have changed, said again',
      { before: { displayName: 'Lea' }, after: { displayName: 'Lea' }, desired: { name: said('Okta') } },
      { name: 'Lea' },
    ],
    [
      'nothing of what others have changed and it does not speak of',
      {
        before: { displayName: 'Lea' },
        after: { displayName: 'Lea', title: 'X' },
        stated: ['title'],
        desired: { name: said('Okta') },
      },
      {},
    ],
    [
      'access whenever it speaks of it',
      { before: { active: false }, after: { active: false }, desired: { is_active: said(false) } },
      { is_active: false },
    ],
    [
      'what the mapping makes of what it speaks of',
      { before: { title: 'Picker' }, after: { title: 'Boss' }, rules: BY_TITLE },
      { role_id: 1 },
    ],
    [
      'an empty text for what it clears',
      {
        before: { preferredLanguage: 'de', title: 'X' },
        after: { title: 'X' },
        stated: ['preferredLanguage'],
      },
      { language: '' },
    ],
    [
      "the tenant's default for a role that is gone",
      { before: { title: 'Boss' }, after: {}, stated: ['title'], rules: BY_TITLE, defaultRole: 4 },
      { role_id: 4 },
    ],
    [
      "the same by the role's name",
      { before: { title: 'Boss' }, after: {}, stated: ['title'], rules: BY_TITLE, defaultRole: 'Picker' },
      { role_id: 7 },
    ],
    [
      'nothing for a role that is gone when there is no default',
      { before: { title: 'Boss' }, after: {}, stated: ['title'], rules: BY_TITLE },
      {},
    ],
  ])('%s', async (_name, write, expected) => {
    const { wanted, problem } = await wishesOf(write);

    expect([wanted, problem]).toEqual([expected, undefined]);
  });
});

describe('what cannot be mapped', () => {
  it.each<[string, Write, boolean]>([
    ['of a new user', { after: { title: 'Pirate' }, rules: BY_TITLE }, true],
    ['and could before', { before: { title: 'Boss' }, after: { title: 'Pirate' }, rules: BY_TITLE }, true],
    [
      'and could not before, in other words',
      { before: { title: 'Captain' }, after: { title: 'Pirate' }, rules: BY_TITLE },
      true,
    ],
    [
      'and could not before, said again',
      { before: { title: 'Pirate' }, after: { title: 'Pirate' }, rules: BY_TITLE },
      false,
    ],
    [
      'and could not before, beside something that goes',
      {
        before: { title: 'Pirate', nickName: 'X' },
        after: { title: 'Pirate' },
        stated: ['nickName'],
        rules: BY_TITLE,
      },
      false,
    ],
    [
      'and could not before, beside something else',
      {
        before: { title: 'Pirate' },
        after: { title: 'Pirate', nickName: 'X' },
        stated: ['nickName'],
        rules: BY_TITLE,
      },
      false,
    ],
  ])('%s is a problem of the write: %s', async (_name, write, expected) => {
    const { problem } = await wishesOf(write);

    expect(problem?.code).toBe(expected ? 'mapping_failed' : undefined);
  });
});
