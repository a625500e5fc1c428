import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClarusSimulator,
  startClarusSimulator,
} from '../../../../local/simulators/clarus/clarus-simulator.ts';
import { type ClarusCaller, clarusCaller } from './clarus-caller.ts';

const users = (attributes: Record<string, unknown>) => ({ data: { type: 'users', attributes } });

describe('users in the Clarus simulator', () => {
  let clarus: ClarusSimulator;
  let call: ClarusCaller;

  beforeAll(async () => {
    clarus = await startClarusSimulator();
    call = await clarusCaller(clarus.url);
  });
  beforeEach(() =>
    clarus.setUsers([
      { id: 41, email: 'lea.ver@acme.example', name: 'Lea Ver', role_id: 3 },
      { id: 42, email: 'pat.picker@acme.example', name: 'Pat Picker', role_id: 3 },
    ]),
  );
  afterAll(() => clarus.stop());

  describe('PATCH /api/users/{id}', () => {
    it('changes what is sent and answers with the whole user', async () => {
      const response = await call('PATCH', '/api/users/41', users({ is_active: false, string1: 'Outbound' }));

      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        data: {
          id: 41,
          type: 'users',
          attributes: {
            email: 'lea.ver@acme.example',
            name: 'Lea Ver',
            role_id: 3,
            is_active: false,
            language: '',
            timezone: '',
            string1: 'Outbound',
            string2: '',
            string3: '',
            string4: '',
            string5: '',
            external_system_reference1: '',
            external_system_reference2: '',
            external_system_reference3: '',
          },
        },
      });
      expect(clarus.users()[0]).toMatchObject({ id: 41, is_active: false, string1: 'Outbound' });
    });

    it.each(['999', '0', 'forty-one', '41.5'])('answers 404 for the id %s', async (id) => {
      expect((await call('PATCH', `/api/users/${id}`, users({}))).status).toBe(404);
    });

    it.each([
      { body: users({ is_active: 'false' }), pointer: '/data/attributes/is_active' },
      { body: users({ role_id: '3' }), pointer: '/data/attributes/role_id' },
      { body: users({ role_id: 99 }), pointer: '/data/attributes/role_id' },
      { body: users({ email: null }), pointer: '/data/attributes/email' },
      { body: users({ email: 'no address' }), pointer: '/data/attributes/email' },
      { body: users({ name: '' }), pointer: '/data/attributes/name' },
      { body: users({ string5: 'x'.repeat(256) }), pointer: '/data/attributes/string5' },
      { body: users({ nickname: 'Lea' }), pointer: '/data/attributes/nickname' },
      {
        body: users({ external_system_reference1: '00u' }),
        pointer: '/data/attributes/external_system_reference1',
      },
      { body: { data: { type: 'user', attributes: {} } }, pointer: '/data/type' },
      { body: { data: { id: 41, type: 'users', attributes: {} } }, pointer: '/data/id' },
      { body: { data: { type: 'users' } }, pointer: '/data/attributes' },
      { body: [], pointer: '/' },
    ])('refuses $body at $pointer and changes nothing', async ({ body, pointer }) => {
      const before = clarus.users();

      const response = await call('PATCH', '/api/users/41', body);

      expect(response.status).toBe(422);
      expect(Object(await response.json()).errors).toContainEqual({
        status: '422',
        title: 'Unprocessable Entity',
        detail: expect.any(String),
        source: { pointer },
      });
      expect(clarus.users()).toEqual(before);
    });

    it('refuses an address that another user has, in any letter case', async () => {
      const response = await call('PATCH', '/api/users/41', users({ email: 'Pat.Picker@ACME.example' }));

      expect(response.status).toBe(422);
      expect(Object(await response.json()).errors[0].detail).toBe('has already been taken');
    });

    it('lets a user keep the own address, and frees one that is given up', async () => {
      const same = await call('PATCH', '/api/users/41', users({ email: 'Lea.Ver@acme.example' }));
      const other = await call('PATCH', '/api/users/41', users({ email: 'lea.new@acme.example' }));
      const free = await call('PATCH', '/api/users/42', users({ email: 'lea.ver@acme.example' }));

      expect([same.status, other.status, free.status]).toEqual([200, 200, 200]);
    });

    it('answers 400 to a body that is not JSON', async () => {
      expect((await call('PATCH', '/api/users/41', '{"data"')).status).toBe(400);
    });

    it.each(['text/plain', 'application/jsonp'])('answers 415 to a body of type %s', async (type) => {
      const response = await call('PATCH', '/api/users/41', users({}), { 'content-type': type });

      expect(response.status).toBe(415);
    });

    it('answers 403 without X-Clarus-Subdomain', async () => {
      const response = await call('PATCH', '/api/users/41', users({}), { 'x-clarus-subdomain': '' });

      expect(response.status).toBe(403);
    });
  });

  describe('POST /api/users', () => {
    it('creates a user, active unless said otherwise', async () => {
      const response = await call(
        'POST',
        '/api/users',
        users({ email: 'new@acme.example', name: 'New', external_system_reference1: '00uNEW' }),
      );

      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({
        data: { id: 43, type: 'users', attributes: { email: 'new@acme.example', is_active: true } },
      });
      expect(clarus.users()).toHaveLength(3);
    });

    it.each([
      { missing: 'email', attributes: { name: 'New' } },
      { missing: 'name', attributes: { email: 'new@acme.example' } },
    ])('refuses a user without $missing', async ({ missing, attributes }) => {
      const response = await call('POST', '/api/users', users(attributes));

      expect(response.status).toBe(422);
      expect(Object(await response.json()).errors).toEqual([
        expect.objectContaining({ source: { pointer: `/data/attributes/${missing}` } }),
      ]);
    });

    it('refuses an address that is taken', async () => {
      const response = await call('POST', '/api/users', users({ email: 'LEA.VER@acme.example', name: 'L' }));

      expect(response.status).toBe(422);
    });
  });

  it.each([
    ['GET', '/api/users/41'],
    ['DELETE', '/api/users/41'],
    ['GET', '/anything'],
  ])('knows no %s %s, as the vendor documents none', async (method, path) => {
    expect((await call(method, path)).status).toBe(404);
  });
});
