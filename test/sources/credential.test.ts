import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAccepted } from '../../functions/sources/credential.ts';
import { HOOK_CREDENTIAL, PREVIOUS_HOOK_CREDENTIAL, sha256 } from '../support/tenants.ts';

const HASHES = [sha256(HOOK_CREDENTIAL), sha256(PREVIOUS_HOOK_CREDENTIAL)];

describe('a credential', () => {
  it.each([
    ['the current one', HOOK_CREDENTIAL],
    ['the previous one, during a rotation', PREVIOUS_HOOK_CREDENTIAL],
  ])('is accepted: %s', (_, presented) => {
    expect(isAccepted(presented, HASHES)).toBe(true);
  });

  it.each<[string, string | undefined, readonly string[] | undefined]>([
    ['none', undefined, HASHES],
    ['an empty one', '', HASHES],
    ['one that begins like it', HOOK_CREDENTIAL.slice(0, -1), HASHES],
    ['one that goes on', `${HOOK_CREDENTIAL}x`, HASHES],
    ['one in another case', HOOK_CREDENTIAL.toLowerCase(), HASHES],
    ['one with a space', ` ${HOOK_CREDENTIAL}`, HASHES],
    ['its hash', sha256(HOOK_CREDENTIAL), HASHES],
    ['the right one where it is taken back', PREVIOUS_HOOK_CREDENTIAL, HASHES.slice(0, 1)],
    ['the right one for nobody', HOOK_CREDENTIAL, undefined],
    ['none for nobody', undefined, undefined],
    ['an empty one for nobody', '', undefined],
    ['the right one where none is accepted', HOOK_CREDENTIAL, []],
    ['none where the hash of nothing is accepted', undefined, [sha256('')]],
    ['an empty one where the hash of nothing is accepted', '', [sha256('')]],
  ])('is not accepted: %s', (_, presented, hashes) => {
    expect(isAccepted(presented, hashes)).toBe(false);
  });

  it('is accepted if it is one of those, whatever it is', () => {
    const aCredential = fc.string({ unit: 'binary', minLength: 1 });

    fc.assert(
      fc.property(aCredential, fc.array(aCredential, { maxLength: 5 }), (presented, accepted) => {
        const hashes = accepted.map(sha256);

        expect(isAccepted(presented, hashes)).toBe(accepted.includes(presented));
        expect(isAccepted(presented, [...hashes, sha256(presented)])).toBe(true);
      }),
    );
  });
});
