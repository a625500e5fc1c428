import type { ClarusUserInput } from './simulators/clarus/users.ts';
import type { GraphUserInput } from './simulators/graph/graph-user.ts';
import type { OktaUserInput } from './simulators/okta/okta-user.ts';

/** The people that the simulators start with. In Okta Lea has just left; Clarus does not know it yet. */
export const LEAVER: OktaUserInput = {
  id: '00uLEAVER',
  status: 'DEPROVISIONED',
  profile: {
    login: 'lea.ver@acme.example',
    email: 'lea.ver@acme.example',
    firstName: 'Lea',
    lastName: 'Ver',
  },
};

export const OKTA_PEOPLE: readonly OktaUserInput[] = [
  LEAVER,
  colleague('00uPICKER', 'pat.picker@acme.example', 'Pat', 'Picker', 'Outbound'),
  colleague('00uSUPER', 'sam.super@acme.example', 'Sam', 'Super', 'Outbound'),
  colleague('00uGOODS', 'gil.goods@acme.example', 'Gil', 'Goods', 'Inbound'),
  colleague('00uOFFICE', 'ola.office@acme.example', 'Ola', 'Office', 'Finance'),
];

export const CLARUS_PEOPLE: readonly ClarusUserInput[] = [
  { id: 41, email: 'lea.ver@acme.example', name: 'Lea Ver', role_id: 3 },
  { id: 42, email: 'pat.picker@acme.example', name: 'Pat Picker', role_id: 3 },
  { id: 43, email: 'sam.super@acme.example', name: 'Sam Super', role_id: 2 },
  { id: 44, email: 'gil.goods@acme.example', name: 'Gil Goods', role_id: 3 },
  { id: 45, email: 'ola.office@acme.example', name: 'Ola Office', role_id: 6 },
  { id: 46, email: 'nia.nights@acme.example', name: 'Nia Nights', role_id: 3 },
  { id: 47, email: 'dan.dock@acme.example', name: 'Dan Dock', role_id: 3 },
];

/** The people of the Entra directory, who are in no Okta. */
export const ENTRA_PEOPLE = [
  inEntra('aaaaaaaa-0000-4000-8000-000000000046', 'nia.nights@acme.example', 'Nia', 'Nights'),
  inEntra('aaaaaaaa-0000-4000-8000-000000000047', 'dan.dock@acme.example', 'Dan', 'Dock'),
] as const satisfies readonly GraphUserInput[];

function inEntra(id: string, mail: string, givenName: string, surname: string) {
  return { id, userPrincipalName: mail, mail, givenName, surname, displayName: `${givenName} ${surname}` };
}

function colleague(
  id: string,
  login: string,
  firstName: string,
  lastName: string,
  department: string,
): OktaUserInput {
  return { id, status: 'ACTIVE', profile: { login, email: login, firstName, lastName, department } };
}
