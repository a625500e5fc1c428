import { expect, it } from 'vitest';
import { aMemoryScim } from '../../support/memory-scim.ts';

it('a deletion keeps of somebody deleted by what they come back, and nothing else of the person', async () => {
  // Prepare
  const scim = aMemoryScim({ defaultRole: 4 });
  const { body } = await scim.call('POST', '/Users', {
    userName: 'lea@acme.example',
    externalId: '00uLEA',
    displayName: 'Lea Ver',
    title: 'Boss',
    phoneNumbers: [{ value: '+44 1234', type: 'mobile' }],
    addresses: [{ streetAddress: '1 High Street', type: 'home' }],
  });

  // Act
  const { status } = await scim.call('DELETE', `/Users/${body.id}`);

  // Assess
  const record = scim.record(body.id);
  expect(status).toBe(204);
  expect(record?.scim.scim).toMatchObject({ deleted: true });
  expect(record?.scim.scim?.resource).toEqual({ userName: 'lea@acme.example', externalId: '00uLEA' });
  expect(JSON.stringify(record)).not.toMatch(/Boss|1234|High Street/);
  expect(record?.accounts.map(({ profile }) => profile?.attributes ?? {})).toEqual([{}]);
});
