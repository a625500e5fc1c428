import { describe, expect, it } from 'vitest';
import { aMemoryScim, MEMORY_SCIM, type MemoryScim } from '../../support/memory-scim.ts';
import { operations } from '../../support/scim-bench.ts';
import { sha256, type TenantFile } from '../../support/tenants.ts';
import { REFUSED_NAME } from '../../support/unreliable-clarus.ts';

const UPN = 'u123456@corp.example';
const MAIL = 'lea.ver@acme.example';
/** As Entra creates somebody whose user principal name is no mail address. */
const LEA = {
  userName: UPN,
  externalId: 'b2c4',
  displayName: 'Lea Ver',
  emails: [{ value: MAIL, type: 'work', primary: true }],
  active: true,
};

/** Lea is in Clarus, user 7, with role 8 and a text, and no client has been shown her. */
function withLea(file: Partial<TenantFile> = {}): MemoryScim {
  const scim = aMemoryScim({ defaultRole: 4, ...file });
  scim.clarus.users.set('7', {
    email: MAIL,
    name: 'L. Ver',
    is_active: true,
    role_id: 8,
    string1: 'Dock 3',
  });
  return scim;
}

function byUserName(scim: MemoryScim, userName: string) {
  return scim.call('GET', `/Users?filter=userName+eq+%22${encodeURIComponent(userName)}%22`);
}

describe('somebody whom no client has written', () => {
  it.each<[string, (scim: MemoryScim) => unknown]>([
    ['and nobody has seen', () => undefined],
    ['and a list has shown', (scim) => scim.call('GET', '/Users')],
    [
      'and who was looked for by e-mail',
      (scim) => scim.call('GET', `/Users?filter=emails.value+eq+%22${MAIL}%22`),
    ],
  ])('%s is who a creation with the address and another userName is about', async (_name, before) => {
    // Prepare
    const scim = withLea();
    await before(scim);

    // Act
    const { status, body } = await scim.call('POST', '/Users', LEA);
    const again = await scim.call('POST', '/Users', LEA);
    const found = await byUserName(scim, UPN);

    // Assess
    expect([status, body.id, body.userName, body.externalId]).toEqual([201, '7', UPN, 'b2c4']);
    expect(found.body.Resources).toMatchObject([{ id: '7', userName: UPN }]);
    expect([again.status, scim.clarus.users.size]).toEqual([409, 1]);
    expect(scim.clarus.users.get('7')).toEqual({
      email: MAIL,
      name: 'Lea Ver',
      is_active: true,
      role_id: 8,
      string1: 'Dock 3',
    });
  });

  it('is no match for more than the record can hold beside what other clients wrote', async () => {
    // Prepare
    const tokens = ['one', 'two'];
    const clients = Object.fromEntries(tokens.map((it) => [it, { sha256: [sha256(it)] }]));
    const scim = withLea({ scim: { ...MEMORY_SCIM, clients } });
    const phoneNumbers = Array.from({ length: 900 }, (_, index) => ({ value: `${index} `.padEnd(70, '0') }));
    const large = { ...LEA, phoneNumbers };
    const others = [];
    for (const authorization of tokens)
      others.push(await scim.call('POST', '/Users', large, { authorization }));

    // Act
    const refused = await scim.call('POST', '/Users', large);
    const small = await scim.call('POST', '/Users', LEA);

    // Assess
    expect([...others, refused, small].map(({ status }) => status)).toEqual([201, 201, 413, 201]);
  });

  it('keeps the role and the groups that the client gave', async () => {
    // Prepare
    const scim = withLea();
    await scim.call('GET', '/Users');
    await scim.call(
      'PATCH',
      '/Groups/7',
      operations({ op: 'add', path: 'members', value: [{ value: '7' }] }),
    );

    // Act
    const { status, body } = await scim.call('POST', '/Users', LEA);

    // Assess
    expect([status, body.groups, scim.clarus.users.get('7')?.role_id]).toEqual([
      201,
      [expect.objectContaining({ value: '7' })],
      7,
    ]);
  });

  it('and whose address was changed in Clarus is found by a creation under the new one', async () => {
    // Prepare
    const scim = withLea();
    await scim.call('GET', '/Users');
    const married = 'lea.smith@acme.example';
    Object.assign(scim.clarus.users.get('7') ?? {}, { email: married });

    // Act
    const { status, body } = await scim.call('POST', '/Users', {
      userName: married,
      displayName: 'Lea Smith',
    });

    // Assess
    expect([status, body.id, scim.clarus.users.get('7')?.name]).toEqual([201, '7', 'Lea Smith']);
    expect((await byUserName(scim, married)).body.Resources).toMatchObject([{ id: '7' }]);
  });

  it('gets access by such a creation, as by any statement', async () => {
    // Prepare
    const scim = withLea();
    Object.assign(scim.clarus.users.get('7') ?? {}, { is_active: false });

    // Act
    const { status } = await scim.call('POST', '/Users', LEA);

    // Assess
    expect([status, scim.clarus.users.get('7')?.is_active]).toEqual([201, true]);
  });

  it('is a 409 where the userName leads to them: the client is to find them', async () => {
    // Prepare
    const scim = withLea();

    // Act
    const { status } = await scim.call('POST', '/Users', { ...LEA, userName: MAIL });

    // Assess
    expect(status).toBe(409);
    expect((await byUserName(scim, MAIL)).body.Resources).toMatchObject([{ id: '7' }]);
  });

  it('is a 409 where the tenant says so, and found by the e-mail', async () => {
    // Prepare
    const scim = withLea({ scim: { ...MEMORY_SCIM, adopt: 'conflict' } });

    // Act
    const { status } = await scim.call('POST', '/Users', LEA);
    const found = await scim.call(
      'GET',
      `/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22${MAIL}%22`,
    );

    // Assess
    expect([status, scim.clarus.users.get('7')?.name]).toEqual([409, 'L. Ver']);
    expect(found.body.Resources).toMatchObject([{ id: '7' }]);
  });

  it('is a 400 when Clarus refuses what is said of them, and no 409', async () => {
    // Prepare
    const scim = withLea();

    // Act
    const refused = await scim.call('POST', '/Users', { ...LEA, displayName: REFUSED_NAME });
    const right = await scim.call('POST', '/Users', LEA);

    // Assess
    expect([refused.status, right.status, right.body.id]).toEqual([400, 201, '7']);
  });

  it.each([
    ['records.save', operations({ op: 'replace', path: 'title', value: 'Lead' })],
    ['names.put', operations({ op: 'replace', path: 'active', value: false })],
  ])('is a 409 when the client writes them before %s', async (port, change) => {
    // Prepare
    const scim = withLea();
    await scim.call('GET', '/Users');
    scim.before('clarus.findUsers', () =>
      scim.before(port, async () => {
        expect((await scim.call('PATCH', '/Users/7', change)).status).toBe(200);
      }),
    );

    // Act
    const { status } = await scim.call('POST', '/Users', LEA);

    // Assess
    expect(status).toBe(409);
  });

  it('and who is protected stays as they are', async () => {
    // Prepare
    const scim = withLea({ protect: { users: [7] } });

    // Act
    const { status } = await scim.call('POST', '/Users', LEA);

    // Assess
    expect([status, scim.clarus.users.get('7')?.name]).toEqual([403, 'L. Ver']);
  });
});

describe('somebody whom the client has written', () => {
  it.each<[string, unknown]>([
    ['created', undefined],
    ['changed', operations({ op: 'replace', path: 'title', value: 'Lead' })],
    ['deactivated', operations({ op: 'replace', path: 'active', value: false })],
  ])('%s is a 409 under another userName with the same address', async (how, change) => {
    // Prepare
    const scim = withLea();
    if (how === 'created') await scim.call('POST', '/Users', LEA);
    else {
      await scim.call('GET', '/Users');
      expect((await scim.call('PATCH', '/Users/7', change)).status).toBe(200);
    }

    // Act
    const { status } = await scim.call('POST', '/Users', { ...LEA, userName: 'other@corp.example' });

    // Assess
    expect(status).toBe(409);
  });
});

describe('a creation', () => {
  it.each<[unknown, unknown]>([
    ['00uLEA', '00uLEA'],
    [4711, '4711'],
    [undefined, undefined],
    ['x'.repeat(256), undefined],
  ])(
    'gives Clarus the externalId to know the person by, where it fits: case %#',
    async (externalId, expected) => {
      // Prepare
      const scim = aMemoryScim();

      // Act
      const { status } = await scim.call('POST', '/Users', { ...LEA, externalId });

      // Assess
      const [user] = [...scim.clarus.users.values()];
      expect([status, Object(user).external_system_reference1]).toEqual([201, expected]);
    },
  );
});
