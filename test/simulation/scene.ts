import { type Account, isIn } from './world/account.ts';
import type { ClarusUser } from './world/clarus.ts';
import { HOUR } from './world/time.ts';
import type { World } from './world/world.ts';

/** Somebody, with the address that their accounts have from now on. */
export interface Person {
  name: string;
  email: string;
  /** What they sign in with; with some, no address that Clarus knows. */
  login: string;
  hasMail: boolean;
}

/** What somebody did in Clarus by hand. */
export interface Hand {
  user: ClarusUser;
  at: number;
  active: boolean;
}

/** What only people know: who somebody is, and what was meant. */
export interface Meant {
  people: Person[];
  /** Whose a Clarus user was made. */
  owners: Map<number, string>;
  /** Users whom somebody gave to somebody else by hand, and whose they had been. */
  recycled: Map<number, string[]>;
  /** How a user was when somebody made it. */
  initially: Map<number, boolean>;
  hands: Hand[];
}

export interface Scene extends Meant {
  world: World;
  count: { people: number; logins: number };
  /** Who followed whom in an address, and so in a Clarus user. */
  heirs: [leaver: string, heir: string][];
}

/** Something that people do. False: it cannot be done now. */
export type Act = (scene: Scene) => boolean | Promise<boolean>;

export function newPerson({ world: { random, mode }, people, count }: Scene, email?: string): Person {
  const number = ++count.people;
  const name = NAMES[number - 1] ?? `P${number}`;
  const address = email ?? `${name.toLowerCase()}@acme.example`;
  const isOtherwise = mode.reads !== false && random.chance(0.3);
  const login = isOtherwise ? newLogin(count) : address;
  const person = { name, email: address, login, hasMail: random.chance(0.6) };
  people.push(person);
  return person;
}

const NAMES = ['Lea', 'Nia', 'Pat', 'Kim', 'Ola', 'Ray', 'Sam', 'Tia', 'Uma', 'Vic'];

export function newLogin(count: Scene['count']): string {
  return `m${++count.logins}@corp.local`;
}

/** What Entra has of somebody: who has no mailbox has no `mail`. */
export function entraAddresses({ email, login, hasMail }: Person): { mail: string | undefined; upn: string } {
  return hasMail ? { mail: email, upn: login } : { mail: undefined, upn: email };
}

/** All directories, or some of several. */
export function sourcesFor({ world: { random, mode } }: Scene): World['mode']['sources'] {
  const some = mode.sources.filter(() => random.chance(0.85));
  return some.length === 0 ? [random.pick(mode.sources)] : some;
}

/** Somebody's accounts that are there. */
export function accountsOf({ world }: Scene, { name }: Person): Account[] {
  return world.accounts().filter(({ person, isGone }) => person === name && !isGone);
}

/** Who else has or had somebody's address, by accounts that are there. */
export function sharers(scene: Scene, name: string): Person[] {
  const family = new Set([name]);
  for (const _ of scene.heirs) {
    for (const pair of scene.heirs)
      if (pair.some((it) => family.has(it))) for (const it of pair) family.add(it);
  }
  return scene.people.filter(
    (it) => it.name !== name && family.has(it.name) && accountsOf(scene, it).length > 0,
  );
}

/** Who has an address at a time is one person, in all directories. */
export function mayComeBack(scene: Scene, person: Person): boolean {
  return sharers(scene, person.name).every((it) => !accountsOf(scene, it).some((account) => isIn(account)));
}

/** Of whom nobody has heard under the old address nobody can say that they had it. */
export function isMet({ world: { sweep, time } }: Scene, { moves }: Account): boolean {
  const last = sweep.wholeBefore(time.now() - 2 * HOUR);
  return last !== undefined && (moves[0]?.at ?? time.now()) < last;
}

/** Nobody can say whose an account was that is gone before anybody has read it, unless an event names the address. */
export function canGo(scene: Scene, account: Account): boolean {
  if (account.source === 'scim') return true;
  return isMet(scene, account) || (account.source === 'okta' && account.login === account.email);
}

/** Somebody makes a Clarus user for a person by hand. */
export function makeUser(
  { world, owners, initially, hands }: Scene,
  { name, email }: Person,
  isActive: boolean,
): void {
  if (world.clarus.withAddress(email) !== undefined) return;
  const user = world.clarus.create({ email, name, is_active: isActive, role_id: 1 });
  owners.set(user.id, name);
  initially.set(user.id, isActive);
  if (world.time.now() > world.began) hands.push({ user, at: world.time.now(), active: isActive });
  world.tell(`Clarus ${user.id} is made for ${name} (${email}), ${isActive ? 'active' : 'inactive'}`);
}
