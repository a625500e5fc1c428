import type { SourceName } from '../../../functions/identity/access/account.ts';

/** What may happen in a history. */
export interface Mode {
  sources: readonly SourceName[];
  /** Lea may have a second account of the first source. */
  second?: true;
  /** Somebody else's disabled account may have had the address for years. */
  oldDouble?: true;
  /** The address passes on to other people, and back. */
  newcomers?: true;
  /** Newcomers are not in every source. */
  partial?: true;
  /** SCIM clients give the same person another id. */
  newIds?: true;
  /** By source, the one whose ids it uses. */
  idOf?: Readonly<Record<SourceName, SourceName>>;
  /** The hook announces nothing but that access ends. */
  takesOnly?: true;
  /** Events may come without a time. */
  timeless?: true;
  /** The Clarus user may be off when first met. */
  firstOff?: true;
  /** False: no source can be read. */
  reads?: false;
  /** The last source may leave the tenant file. */
  removes?: true;
  /** Clarus' administrators switch the user off, and on again. */
  hands?: true;
  /** Operators lift what takes. */
  lifts?: true;
  /** Hooks tell of locks, readings show them. */
  locks?: true;
  /** Readings of a hook's source show what the tenant's own rule makes of the profile. */
  mapped?: true;
  /** Access by a hook's source depends on groups too. */
  groups?: true;
}

const IDS = { scim: 'okta' };

export const MODES: Readonly<Record<string, Mode>> = {
  okta: { sources: ['okta'] },
  'okta, a second account': { sources: ['okta'], second: true },
  'okta, newcomers': { sources: ['okta'], newcomers: true },
  'okta that is not read': { sources: ['okta'], newcomers: true, reads: false },
  'okta without times': { sources: ['okta'], timeless: true, reads: false },
  'okta, off when first met': { sources: ['okta'], firstOff: true, newcomers: true },
  'okta, an old double': { sources: ['okta'], oldDouble: true, newcomers: true },
  'okta, locks': { sources: ['okta'], locks: true, second: true, firstOff: true, hands: true },
  'okta, a rule for is_active': {
    sources: ['okta'],
    mapped: true,
    second: true,
    firstOff: true,
    hands: true,
  },
  'okta, groups': { sources: ['okta'], groups: true, second: true, newcomers: true },
  'okta, groups, off when first met': {
    sources: ['okta'],
    groups: true,
    second: true,
    firstOff: true,
    locks: true,
  },
  'okta, lifts': { sources: ['okta'], lifts: true, firstOff: true, second: true },
  entra: { sources: ['entra'] },
  'entra, an old double': { sources: ['entra'], oldDouble: true },
  'entra, off when first met': { sources: ['entra'], firstOff: true, newcomers: true },
  'entra, a second account': { sources: ['entra'], second: true },
  'entra, newcomers': { sources: ['entra'], newcomers: true },
  scim: { sources: ['scim'], newcomers: true },
  'okta and scim': { sources: ['okta', 'scim'], newcomers: true },
  'okta and scim, new ids': { sources: ['okta', 'scim'], newIds: true },
  'okta and scim, one of them': { sources: ['okta', 'scim'], newcomers: true, partial: true },
  'okta and scim, one of them, ids shared': {
    sources: ['okta', 'scim'],
    newcomers: true,
    partial: true,
    idOf: IDS,
  },
  'okta that only takes, and scim': {
    sources: ['okta', 'scim'],
    newcomers: true,
    takesOnly: true,
    reads: false,
  },
  'okta that only takes, and scim, ids shared': {
    sources: ['okta', 'scim'],
    newcomers: true,
    takesOnly: true,
    reads: false,
    idOf: IDS,
  },
  'okta and scim, lifts': { sources: ['okta', 'scim'], lifts: true, hands: true, newcomers: true },
  'entra and scim': { sources: ['entra', 'scim'], newcomers: true },
  'okta and entra': { sources: ['okta', 'entra'], newcomers: true },
  'three orgs': { sources: ['okta', 'okta-2', 'okta-3'] },
  'a source leaves': { sources: ['okta', 'scim'], removes: true },
  'hands in Clarus': { sources: ['okta', 'scim'], hands: true, firstOff: true },
  'all of them': {
    sources: ['okta', 'entra', 'scim'],
    newcomers: true,
    second: true,
    hands: true,
    locks: true,
    groups: true,
  },
};
