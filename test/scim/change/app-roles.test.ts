import { describe, expect, it } from 'vitest';
import type { Json } from '../../../functions/identity/json.ts';
import { withAppRoles } from '../../../functions/scim/change/app-roles.ts';

describe('a role', () => {
  it.each<[string, Json, Json]>([
    [
      'that Entra sends as JSON text is read',
      { type: 'App', value: '{"id":"18d1","value":"Picker","displayName":"Pickers"}' },
      { type: 'App', value: 'Picker', display: 'Pickers' },
    ],
    ['without a name has none', { value: ' {"value":"Picker"}' }, { value: 'Picker' }],
    ['of one word stays', { value: 'Picker' }, { value: 'Picker' }],
    ['that begins like JSON and is none stays', { value: '{"value":' }, { value: '{"value":' }],
    ['of JSON without a value stays', { value: '{"id":"18d1"}' }, { value: '{"id":"18d1"}' }],
    ['with another value stays', { value: 7 }, { value: 7 }],
    ['that is a text stays', 'Picker', 'Picker'],
  ])('%s', (_, sent, read) => {
    expect(withAppRoles({ userName: 'lea', roles: [sent] })).toEqual({ userName: 'lea', roles: [read] });
  });

  it.each([[{ userName: 'lea' }], [{ roles: 'Picker' }]])('is not looked for in %j', (attributes) => {
    expect(withAppRoles(attributes)).toEqual(attributes);
  });
});
