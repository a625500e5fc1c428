import { describe, expect, it } from 'vitest';
import type { Change } from '../../functions/identity/change.ts';
import { laneOf } from '../../functions/queue/lane.ts';
import { aChange, aThinChange } from '../support/changes.ts';

const GIVING = { user: { active: true } };

describe('the lane of a change', () => {
  it.each<[string, Change, 'revocations' | 'changes']>([
    ["Okta's deactivation", aChange(), 'revocations'],
    ["Okta's activation", aChange(GIVING), 'changes'],
    ["Okta's profile edit", aThinChange(), 'changes'],
    ["Graph's notification, which may be of a block", aThinChange({ source: 'entra' }), 'revocations'],
    ["Graph's deletion", aChange({ source: 'entra', gone: true }), 'revocations'],
    ['what a sweep of delta found', aThinChange({ source: 'entra', foundBy: 'sweep' }), 'revocations'],
    ['a second look', aThinChange({ source: 'entra', readAfter: 1 }), 'revocations'],
    ['everybody, compared for the first time', aThinChange({ source: 'entra', foundBy: 'first' }), 'changes'],
    ['everybody, compared anew', aThinChange({ source: 'entra', foundBy: 'resync' }), 'changes'],
    ['who turned out purged then', aChange({ source: 'entra', foundBy: 'resync' }), 'revocations'],
    ["a SCIM client's deactivation", aChange({ source: 'scim' }), 'revocations'],
    ['what Okta logged of a lock', aChange({ register: 'lock', foundBy: 'sweep' }), 'revocations'],
    ['a released deactivation', aChange({ released: true }), 'revocations'],
  ])('of %s', (_, change, lane) => {
    expect(laneOf(change)).toBe(lane);
  });
});
