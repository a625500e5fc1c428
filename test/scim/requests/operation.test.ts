import { expect, it } from 'vitest';
import { operationOf } from '../../../functions/scim/requests/operation.ts';

it.each([
  ['GET', 'v2', '/Users', { name: 'users.list', changes: 'nothing' }],
  ['POST', 'v2', '/users/.search', { name: 'users.list', changes: 'nothing' }],
  ['HEAD', 'v2', '/Users/42', { name: 'users.get', changes: 'nothing', on: '42' }],
  ['POST', 'v2', '/Users', { name: 'users.create', changes: 'user' }],
  ['PUT', 'v2', '/Users/42', { name: 'users.replace', changes: 'user', on: '42' }],
  ['PATCH', 'v2', '/Users/42', { name: 'users.patch', changes: 'user', on: '42' }],
  ['DELETE', 'v2', '/Users/42', { name: 'users.delete', changes: 'user', on: '42' }],
  ['PATCH', 'v2', '/Groups/2', { name: 'groups.patch', changes: 'members', on: '2' }],
  ['PUT', 'v2', '/Groups/2', { name: 'groups.replace', changes: 'members', on: '2' }],
  ['GET', 'v2', '/Users/pat@acme.example', { name: 'users.get', changes: 'nothing' }],
  ['GET', 'v2', '/pat@acme.example', { name: 'other', changes: 'nothing' }],
  ['GET', 'v2', '', { name: 'other', changes: 'nothing' }],
  ['PUT', 'v2', '/Users', { name: 'users.other', changes: 'nothing' }],
  ['constructor', 'v2', '/Users', { name: 'users.other', changes: 'nothing' }],
  ['POST', 'v2', '/.search', { name: 'search', changes: 'nothing' }],
  ['GET', 'v2', '/Roles/2', { name: 'roles.get', changes: 'nothing', on: '2' }],
  ['GET', 'v2', '/Schemas', { name: 'schemas.list', changes: 'nothing' }],
  ['GET', 'v2', '/ResourceTypes/User', { name: 'types.get', changes: 'nothing' }],
  ['POST', 'oauth', '/token', { name: 'token.grant', changes: 'nothing' }],
  ['GET', 'status', '', { name: 'status.get', changes: 'nothing' }],
])('%s /%s%s is %j', (method, version, path, expected) => {
  const segments = path.split('/').slice(1);
  const address = { tenant: 'acme', version, segments, query: new URLSearchParams() };
  expect(operationOf(address, method)).toEqual(expected);
});
