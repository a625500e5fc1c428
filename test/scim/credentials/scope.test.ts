import { expect, it } from 'vitest';
import { checkScope } from '../../../functions/scim/credentials/scope.ts';
import { ScimError } from '../../../functions/scim/protocol/error.ts';

const ALL = { path: 'scim', scope: ['users', 'groups'], readOnly: false } as const;
const USERS = { ...ALL, path: 'scim.clients.hr', scope: ['users'] } as const;
const GROUPS = { ...ALL, scope: ['groups'] } as const;
const READER = { ...ALL, readOnly: true };

function mayIt(method: string, path: string, client: Parameters<typeof checkScope>[1]): string {
  try {
    checkScope({ method, segments: path.split('/').slice(1) }, client);
    return 'yes';
  } catch (error) {
    if (!(error instanceof ScimError) || error.status !== 403) throw error;
    expect(error.headers['www-authenticate']).toContain('error="insufficient_scope"');
    return error.message;
  }
}

it.each<[string, string, typeof USERS | typeof GROUPS | typeof READER | typeof ALL, string]>([
  ['GET', '/Users', ALL, 'yes'],
  ['DELETE', '/Users/42', ALL, 'yes'],
  ['PATCH', '/Groups/2', ALL, 'yes'],
  ['POST', '/.search', ALL, 'yes'],
  ['PATCH', '/users/42', USERS, 'yes'],
  [
    'GET',
    '/groups',
    USERS,
    'This client has nothing to do with groups, by scim.clients.hr.scope in the tenant file.',
  ],
  [
    'POST',
    '/Groups/.search',
    USERS,
    'This client has nothing to do with groups, by scim.clients.hr.scope in the tenant file.',
  ],
  [
    'POST',
    '/.Search',
    USERS,
    'This client has nothing to do with groups, by scim.clients.hr.scope in the tenant file.',
  ],
  ['GET', '/Schemas', USERS, 'yes'],
  ['GET', '/Groups/2', GROUPS, 'yes'],
  ['GET', '/Users/42', GROUPS, 'This client has nothing to do with users, by scim.scope in the tenant file.'],
  ['HEAD', '/Users/42', READER, 'yes'],
  ['POST', '/Users/.search', READER, 'yes'],
  ['POST', '/.search', READER, 'yes'],
  ['POST', '/Users', READER, 'This client may look and change nothing, by scim.readOnly in the tenant file.'],
  [
    'PUT',
    '/Users/42',
    READER,
    'This client may look and change nothing, by scim.readOnly in the tenant file.',
  ],
  [
    'PATCH',
    '/Groups/2',
    READER,
    'This client may look and change nothing, by scim.readOnly in the tenant file.',
  ],
  [
    'DELETE',
    '/Users/42',
    READER,
    'This client may look and change nothing, by scim.readOnly in the tenant file.',
  ],
])('%s %s of a client like %j: %s', (method, path, client, expected) => {
  expect(mayIt(method, path, client)).toBe(expected);
});
