import { describe, expect, it } from 'vitest';
import { newUserRecord, type ScimSide } from '../../../functions/identity/user-record.ts';
import { claimName, releaseName, settleName } from '../../../functions/scim/users/names.ts';
import { NOW } from '../../support/changes.ts';
import { memoryScimState } from '../../support/memory-scim-state.ts';
import { memoryState } from '../../support/memory-state.ts';

const NAME = 'lea@acme.example';
const LATER = NOW + 41_000;
const SCIM = { name: 'acme', client: 'scim' };

/** A name that is held: by a user, or by a request under way until a time. */
async function aHeldName(claim: { clarusUserId?: string; until: number }, side?: Partial<ScimSide>) {
  const { names } = memoryScimState();
  const { records } = memoryState();
  await names.put('acme', 'scim', NAME, { token: 'first', ...claim }, undefined);
  if (side !== undefined) {
    const written = { resource: { userName: NAME }, created: NOW, lastModified: NOW, deleted: false };
    await records.save({ ...newUserRecord('acme', '42'), scim: { scim: { ...written, ...side } } });
  }
  return { names, records };
}

describe('a userName', () => {
  it.each([
    ['of a user who is there', { clarusUserId: '42', until: 0 }, {}, 'taken'],
    [
      'in another letter case',
      { clarusUserId: '42', until: 0 },
      { resource: { userName: 'LEA@acme.example' } },
      'taken',
    ],
    ['of a user who was deleted', { clarusUserId: '42', until: 0 }, { deleted: true }, 'claimed'],
    [
      'of a user who has another by now',
      { clarusUserId: '42', until: 0 },
      { resource: { userName: 'x' } },
      'claimed',
    ],
    ['of a user who was never stored', { clarusUserId: '42', until: 0 }, undefined, 'claimed'],
    ['given back', { until: 0 }, undefined, 'claimed'],
    ['of a request under way', { until: NOW + 1 }, undefined, 'busy'],
    ['of a request that died', { until: NOW }, undefined, 'claimed'],
  ])('%s', async (_, claim, side, expected) => {
    const ports = await aHeldName(claim, side);

    const end = await claimName(ports, SCIM, NAME, { token: 'second', now: NOW });

    expect(end.kind).toBe(expected);
  });

  it('under way tells how long it may be', async () => {
    const ports = await aHeldName({ until: NOW + 12_000 });

    const end = await claimName(ports, SCIM, NAME, { token: 'second', now: NOW });

    expect(end).toEqual({ kind: 'busy', wait: 12_000 });
  });

  it('of several who want it at a time one gets', async () => {
    const ports = await aHeldName({ until: 0 });

    const ends = await Promise.all(
      ['a', 'b', 'c'].map((token) => claimName(ports, SCIM, NAME, { token, now: NOW })),
    );

    expect(ends.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
  });

  it.each([
    ['settled is the user’s', true, 'taken'],
    ['given back is anybody’s', false, 'claimed'],
  ])('%s', async (_, settles, expected) => {
    const ports = await aHeldName({ until: 0 }, {});
    const claim = await claimName(ports, SCIM, NAME, { token: 'second', now: NOW, clarusUserId: '42' });
    if (claim.kind !== 'claimed') return expect.unreachable();
    if (settles) await settleName(ports, SCIM, claim, '42');
    else await releaseName(ports, SCIM, { ...claim, formerly: '77' }, false);

    const end = await claimName(ports, SCIM, NAME, { token: 'third', now: LATER });

    expect(end.kind).toBe(expected);
  });
});
