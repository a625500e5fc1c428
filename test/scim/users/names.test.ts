import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { claimName, giveName, releaseName, settleName } from '../../../functions/scim/users/names.ts';
import type { StoredScimUser } from '../../../functions/state/scim-user.ts';
import { NOW } from '../../support/changes.ts';
import { memoryScimState } from '../../support/memory-scim-state.ts';

const NAME = 'lea@acme.example';
const LATER = NOW + 41_000;

function aStoredUser(but: Partial<StoredScimUser> = {}): StoredScimUser {
  const attributes = { userName: NAME };
  return {
    clarusUserId: '42',
    attributes,
    created: NOW,
    lastModified: NOW,
    deleted: false,
    version: 0,
    ...but,
  };
}

/** A claim that is there, of a user or of a request under way until a time. */
async function aHeldName(claim: { clarusUserId?: string; until: number }, user?: StoredScimUser) {
  const state = memoryScimState();
  await state.names.put('acme', NAME, { token: 'first', ...claim }, undefined);
  if (user !== undefined) await state.scimUsers.save('acme', user, []);
  return state;
}

describe('a userName', () => {
  it.each([
    ['of a user who is there', { clarusUserId: '42', until: 0 }, aStoredUser(), 'taken'],
    [
      'in another letter case',
      { clarusUserId: '42', until: 0 },
      aStoredUser({ attributes: { userName: 'LEA@acme.example' } }),
      'taken',
    ],
    ['of a user who was deleted', { clarusUserId: '42', until: 0 }, aStoredUser({ deleted: true }), 'free'],
    [
      'of a user who has another by now',
      { clarusUserId: '42', until: 0 },
      aStoredUser({ attributes: { userName: 'x' } }),
      'free',
    ],
    ['of a user who was never stored', { clarusUserId: '42', until: 0 }, undefined, 'free'],
    ['given back', { until: 0 }, undefined, 'free'],
    ['of a request under way', { until: NOW + 1 }, undefined, 'taken'],
    ['of a request that died', { until: NOW }, undefined, 'free'],
  ])('%s is %s', async (_name, held, user, expected) => {
    // Prepare
    const state = await aHeldName(held, user);

    // Act
    const claim = await claimName(state, 'acme', NAME, { token: 'second', now: NOW });

    // Assess
    expect(claim === undefined ? 'taken' : 'free').toBe(expected);
  });

  it('that a dead request of the same user has claimed is had again at once', async () => {
    const state = await aHeldName({ clarusUserId: '42', until: NOW + 40_000 });

    const claim = await claimName(state, 'acme', NAME, { token: 'second', now: NOW, clarusUserId: '42' });

    expect(claim).toMatchObject({ token: 'second', doubtful: true, formerly: '42' });
  });

  it('goes to one of two who claim it at the same time', async () => {
    const state = memoryScimState();

    const claims = await Promise.all(
      ['one', 'two'].map((token) => claimName(state, 'acme', NAME, { token, now: NOW })),
    );

    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  it('names its user from before the user is stored, so that nobody else gets it after a death', async () => {
    // Prepare
    const state = memoryScimState();
    const claim = await claimName(state, 'acme', NAME, { token: 'first', now: NOW });
    if (claim === undefined) throw new Error('not claimed');

    // Act: the request dies after the user is stored and before it ends its claim.
    await giveName(state.names, 'acme', claim, '42');
    await state.scimUsers.save('acme', aStoredUser(), []);

    // Assess
    expect(await state.names.find('acme', NAME)).toMatchObject({ clarusUserId: '42' });
    expect(await claimName(state, 'acme', NAME, { token: 'second', now: LATER })).toBeUndefined();
  });

  it('is lost by a request whose time is over', async () => {
    // Prepare
    const state = memoryScimState();
    const [first] = [await claimName(state, 'acme', NAME, { token: 'first', now: NOW })];
    const second = await claimName(state, 'acme', NAME, { token: 'second', now: LATER });
    if (first === undefined || second === undefined) throw new Error('not claimed');

    // Act
    const given = await giveName(state.names, 'acme', first, '42');
    await settleName(state.names, 'acme', first, '42');

    // Assess
    expect([given, second.doubtful]).toEqual(['conflict', true]);
    expect(await state.names.find('acme', NAME)).toMatchObject({ token: 'second' });
  });

  it('remembers who had it last when it is given back, and whether somebody may have been created', async () => {
    // Prepare
    const state = await aHeldName({ clarusUserId: '42', until: 0 }, aStoredUser({ deleted: true }));
    const claim = await claimName(state, 'acme', NAME, { token: 'second', now: NOW });
    if (claim === undefined) throw new Error('not claimed');

    // Act
    await releaseName(state.names, 'acme', claim, true);

    // Assess
    const third = await claimName(state, 'acme', NAME, { token: 'third', now: NOW });
    expect(third).toMatchObject({ formerly: '42', doubtful: true });
  });

  it('whose claim cannot be ended lapses by itself', async () => {
    // Prepare
    const state = memoryScimState();
    const claim = await claimName(state, 'acme', NAME, { token: 'first', now: NOW });
    if (claim === undefined) throw new Error('not claimed');
    const broken = (error: Error) => ({ ...state.names, put: () => Promise.reject(error) });
    const unavailable = new BridgeError('state_unavailable', 'No.', { retryable: true });

    // Act & assess
    await expect(settleName(broken(unavailable), 'acme', claim, '42')).resolves.toBeUndefined();
    await expect(settleName(broken(new TypeError('a bug')), 'acme', claim, '42')).rejects.toThrow('a bug');
    expect(await claimName(state, 'acme', NAME, { token: 'second', now: LATER })).toBeDefined();
  });
});
