/** What a world is made of, and what happens in it. */
export interface Mode {
  name: string;
  /** The directories of the tenant. */
  sources: readonly ('okta' | 'entra' | 'scim')[];
  /** Requests get lost, come late and fail; functions die. */
  rough: boolean;
  /** False: the tenant has no credentials for Okta's API, and events are all there is. */
  reads?: false;
  /** The tenant's app alone (1), and one or two groups beside it: whoever is in none of them is out. */
  assigned?: 1 | 2 | 3;
  /** False: Okta's API does not tell who is a member of what. */
  tellsMemberships?: false;
  locks?: true;
  /** People the bridge has never heard of when something happens to them. */
  unmet?: true;
  renames?: true;
  /** Addresses of who is renamed go to newcomers. */
  passesOn?: true;
  /** The bridge creates users. */
  create?: true;
  /** Addresses of leavers go to newcomers. */
  newcomers?: true;
  /** People come back under another id. */
  newIds?: true;
  /** People have two accounts with one address. */
  seconds?: true;
  /** Passwords expire: Okta dates that like a change of access. */
  passwords?: true;
  /** The SCIM client sends the ids of this directory. */
  idOf?: 'okta' | 'entra';
  /** Clarus' administrators switch people on and off. */
  hands?: true;
  /** They give a user to somebody else, and make users for people who are there. */
  recycling?: true;
}

type Kind = Omit<Mode, 'name' | 'rough'>;

const KINDS: Readonly<Record<string, Kind>> = {
  okta: { sources: ['okta'] },
  'okta-without-reads': { sources: ['okta'], reads: false, newcomers: true },
  'okta-unmet': { sources: ['okta'], unmet: true, newcomers: true, recycling: true },
  'okta-renames': { sources: ['okta'], renames: true },
  'okta-renames-unmet': { sources: ['okta'], renames: true, unmet: true, newcomers: true },
  'okta-creates': { sources: ['okta'], create: true, newcomers: true },
  'okta-creates-renames': { sources: ['okta'], create: true, newcomers: true, renames: true, unmet: true },
  'okta-passed-on': { sources: ['okta'], create: true, renames: true, passesOn: true },
  'okta-newcomers': { sources: ['okta'], newcomers: true, newIds: true },
  'okta-seconds': { sources: ['okta'], seconds: true },
  'okta-passwords': { sources: ['okta'], seconds: true, passwords: true, newcomers: true },
  'okta-app': { sources: ['okta'], assigned: 1, newcomers: true },
  'okta-apps-and-groups': { sources: ['okta'], assigned: 3, locks: true },
  'okta-app-events-only': { sources: ['okta'], assigned: 2, tellsMemberships: false },
  'okta-locks': { sources: ['okta'], locks: true, newcomers: true },
  'okta-hands': { sources: ['okta'], hands: true, recycling: true, newcomers: true },
  entra: { sources: ['entra'] },
  'entra-late-users': { sources: ['entra'], newcomers: true, recycling: true },
  'entra-renames': { sources: ['entra'], renames: true, newcomers: true },
  'entra-creates': { sources: ['entra'], create: true, newcomers: true },
  'entra-seconds': { sources: ['entra'], seconds: true },
  'entra-hands': { sources: ['entra'], hands: true, newcomers: true },
  scim: { sources: ['scim'], newcomers: true },
  'scim-hands': { sources: ['scim'], newcomers: true, hands: true },
  'okta-scim': { sources: ['okta', 'scim'], newcomers: true },
  'okta-scim-id-of': { sources: ['okta', 'scim'], newcomers: true, newIds: true, idOf: 'okta' },
  'okta-scim-without-reads': { sources: ['okta', 'scim'], reads: false },
  'entra-scim': { sources: ['entra', 'scim'], newcomers: true },
  'entra-scim-hands': { sources: ['entra', 'scim'], hands: true, recycling: true },
  'okta-entra-scim': { sources: ['okta', 'entra', 'scim'], newcomers: true, newIds: true, seconds: true },
  'okta-entra': { sources: ['okta', 'entra'], newcomers: true },
  'okta-entra-renames': { sources: ['okta', 'entra'], newcomers: true, renames: true },
  'okta-entra-everything': {
    sources: ['okta', 'entra'],
    newcomers: true,
    newIds: true,
    renames: true,
    seconds: true,
    hands: true,
    recycling: true,
    create: true,
  },
};

/** Each kind of world without and with trouble. */
export const MODES: readonly Mode[] = Object.entries(KINDS).flatMap(([name, kind]) => [
  { ...kind, name, rough: false },
  { ...kind, name: `${name}-rough`, rough: true },
]);
