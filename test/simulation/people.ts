import { type Account, isIn } from './world/account.ts';
import type { ClarusUser } from './world/clarus.ts';
import type { EntraAccount } from './world/entra.ts';
import { APP, GROUPS, type OktaAccount } from './world/okta.ts';
import { HOUR, MINUTE, SECOND } from './world/time.ts';
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
  /** Users whom somebody gave to somebody else by hand. */
  recycled: Set<number>;
  /** How a user was when somebody made it. */
  initially: Map<number, boolean>;
  hands: Hand[];
}

interface Scene extends Meant {
  world: World;
  count: { people: number; logins: number };
}

/** Something that people do. False: it cannot be done now. */
type Act = (scene: Scene) => boolean | Promise<boolean>;

/** Plays a history: people come, change, leave and come back. */
export async function play(world: World): Promise<Meant> {
  const scene: Scene = {
    world,
    people: [],
    owners: new Map(),
    recycled: new Set(),
    initially: new Map(),
    hands: [],
    count: { people: 0, logins: 0 },
  };
  const { random, time, mode, sweep } = world;
  for (let count = random.between(1, 3); count > 0; count--) wasThere(scene);
  // There is always the account that the bridge has.
  world.clarus.create({ email: 'bridge@acme.example', name: 'Bridge', is_active: true });
  const steps = random.between(2, 9);
  const firstSweep = mode.unmet ? random.between(0, steps) : 0;
  for (let step = 0; step < steps; step++) {
    if (step === firstSweep) sweep.start();
    await time.runUntil(time.now() + gap(scene));
    for (let tries = 0; tries < 20 && !(await random.pick(actsOf(scene))(scene)); tries++);
  }
  sweep.start();
  return scene;
}

/** Whether two things happen at once matters as much as what becomes of things in the long run. */
function gap({ world: { random } }: Scene): number {
  return random.chance(0.4) ? random.between(5, 130) * SECOND : random.between(10 * MINUTE, 11 * HOUR);
}

function actsOf({ world: { mode } }: Scene): Act[] {
  return [
    ...[changesOne, changesOne, changesOne, leaves, leaves, comesBack, isEdited, isHired],
    ...[isDeleted],
    ...(mode.renames ? [isRenamed, isRenamed] : []),
    ...(mode.newcomers ? [isSucceeded, isSucceeded] : []),
    ...(mode.newIds ? [hasNewId] : []),
    ...(mode.seconds ? [getsSecond] : []),
    ...(mode.passwords ? [passwordExpires] : []),
    ...(mode.hands ? [isSwitchedByHand] : []),
    ...(mode.recycling ? [isRecycled, getsUser] : []),
  ];
}

function newPerson({ world: { random, mode }, people, count }: Scene, email?: string): Person {
  const number = ++count.people;
  const name = NAMES[number - 1] ?? `P${number}`;
  const address = email ?? `${name.toLowerCase()}@acme.example`;
  const isOtherwise = mode.reads !== false && random.chance(0.3);
  const person = {
    name,
    email: address,
    login: isOtherwise ? newLogin(count) : address,
    hasMail: random.chance(0.6),
  };
  people.push(person);
  return person;
}

const NAMES = ['Lea', 'Nia', 'Pat', 'Kim', 'Ola', 'Ray', 'Sam', 'Tia', 'Uma', 'Vic'];

function newLogin(count: Scene['count']): string {
  return `m${++count.logins}@corp.local`;
}

/** Somebody whom the bridge finds when it is installed. */
function wasThere(scene: Scene): void {
  const { world } = scene;
  const { random, okta, entra, tell } = world;
  const person = newPerson(scene);
  const isOn = random.chance(0.85);
  const sources = sourcesFor(scene);
  if (sources.includes('okta')) okta.has(person.name, person.name, person, isOn);
  if (sources.includes('entra')) entra.has(person.name, person.name, entraAddresses(person), isOn);
  const accounts = sources.join(' and ');
  tell(`${person.name} (${person.email}, login ${person.login}) is ${isOn ? 'in' : 'out'} in ${accounts}`);
  if (world.mode.create && random.chance(0.4)) return;
  // How an account stood that nothing tells of can be known by nobody.
  const isTold = world.mode.reads !== false && world.mode.tellsMemberships !== false;
  if (random.chance(0.9)) makeUser(scene, person, !isTold || random.chance(0.85) ? isOn : !isOn);
}

/** All directories, or some of several. */
function sourcesFor({ world: { random, mode } }: Scene): Mode['sources'] {
  const some = mode.sources.filter(() => random.chance(0.85));
  return some.length === 0 ? [random.pick(mode.sources)] : some;
}

type Mode = World['mode'];

function entraAddresses({ email, login, hasMail }: Person): { mail: string | undefined; upn: string } {
  return hasMail ? { mail: email, upn: login } : { mail: undefined, upn: email };
}

function makeUser(
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

function accountsOf({ world }: Scene, { name }: Person): (OktaAccount | EntraAccount)[] {
  return [...world.okta.accounts, ...world.entra.accounts].filter(
    ({ person, isGone }) => person === name && !isGone,
  );
}

const changesOne: Act = (scene) => {
  const { random } = scene.world;
  const accounts = accountsOf(scene, random.pick(scene.people));
  if (accounts.length === 0) return false;
  const account = random.pick(accounts);
  if (isIn(account)) return takes(scene, account);
  return sharers(scene, account.person).length === 0 && gives(scene, account);
};

/** Who else has somebody's address, by accounts that are there. */
function sharers(scene: Scene, name: string): Person[] {
  const email = scene.people.find((it) => it.name === name)?.email;
  return scene.people.filter(
    (it) => it.name !== name && it.email === email && accountsOf(scene, it).length > 0,
  );
}

/** Who has an address at a time is one person, in all directories. */
function mayComeBack(scene: Scene, person: Person): boolean {
  return sharers(scene, person.name).every((it) => !accountsOf(scene, it).some((account) => isIn(account)));
}

function takes({ world: { okta, entra, random, mode } }: Scene, account: Account): boolean {
  const inEntra = entra.accounts.find((it) => it === account);
  if (inEntra !== undefined) {
    if (random.chance(0.6)) entra.block(inEntra);
    else entra.bin(inEntra);
    return true;
  }
  const inOkta = okta.accounts.find((it) => it === account);
  if (inOkta === undefined || inOkta.endsIn !== undefined) return false;
  if (mode.assigned && random.chance(0.6)) {
    for (const id of inOkta.memberOf) okta.unassign(inOkta, id);
    return true;
  }
  if (mode.locks && random.chance(0.3)) okta.lock(inOkta);
  else if (random.chance(0.5)) okta.suspend(inOkta);
  else okta.deactivate(inOkta);
  return true;
}

function gives({ world: { okta, entra, random, mode } }: Scene, account: Account): boolean {
  const inEntra = entra.accounts.find((it) => it === account);
  if (inEntra !== undefined) {
    if (inEntra.now.place === 'bin') entra.restore(inEntra);
    else if (!inEntra.now.enabled) entra.unblock(inEntra);
    return true;
  }
  const inOkta = okta.accounts.find((it) => it === account);
  if (inOkta === undefined || inOkta.endsIn !== undefined) return false;
  if (inOkta.status === 'SUSPENDED') okta.unsuspend(inOkta);
  else if (inOkta.status === 'DEPROVISIONED') okta.activate(inOkta);
  else if (inOkta.status === 'LOCKED_OUT') okta.unlock(inOkta);
  else if (mode.assigned) okta.assign(inOkta, random.pick([APP, ...GROUPS].slice(0, mode.assigned)));
  return true;
}

/** Everywhere, within some minutes. */
async function everywhere(
  scene: Scene,
  person: Person,
  does: (scene: Scene, account: Account) => boolean,
  isNow: boolean,
): Promise<void> {
  const { time, random } = scene.world;
  for (const account of random.shuffle(accountsOf(scene, person))) {
    for (let tries = 0; tries < 3 && isIn(account) === isNow; tries++) does(scene, account);
    await time.runUntil(time.now() + random.int(MINUTE));
  }
}

const leaves: Act = async (scene) => {
  const person = scene.world.random.pick(scene.people);
  if (!accountsOf(scene, person).some((account) => isIn(account))) return false;
  await everywhere(scene, person, takes, true);
  return true;
};

const comesBack: Act = async (scene) => {
  const person = scene.world.random.pick(scene.people);
  if (!accountsOf(scene, person).some((account) => isIn(account) === false)) return false;
  if (!mayComeBack(scene, person)) return false;
  await everywhere(scene, person, gives, false);
  for (const user of scene.world.clarus.users) {
    const owner = scene.owners.get(user.id);
    if (user.email === person.email && sharers(scene, person.name).some(({ name }) => name === owner)) {
      scene.owners.set(user.id, person.name);
    }
  }
  return true;
};

const isEdited: Act = (scene) => {
  const { random, okta, entra } = scene.world;
  const person = random.pick(scene.people);
  const accounts = accountsOf(scene, person);
  if (accounts.length === 0) return false;
  const account = random.pick(accounts);
  const name = `${person.name} ${random.int(100)}`;
  const inOkta = okta.accounts.find((it) => it === account);
  if (inOkta !== undefined) okta.edit(inOkta, name);
  const inEntra = entra.accounts.find((it) => it === account);
  if (inEntra !== undefined) entra.edit(inEntra, name);
  return true;
};

const isHired: Act = async (scene) => {
  const { random, mode } = scene.world;
  if (scene.people.length >= 6 || (!mode.create && random.chance(0.6))) return false;
  const person = newPerson(scene);
  if (!mode.create && random.chance(0.5)) makeUser(scene, person, random.chance(0.8));
  await hire(scene, person);
  if (!mode.create && random.chance(0.5)) makeUser(scene, person, true);
  return true;
};

async function hire(scene: Scene, person: Person): Promise<void> {
  const { okta, entra, time, random } = scene.world;
  const sources = sourcesFor(scene);
  if (sources.includes('okta')) okta.hire(person.name, person.name, person);
  await time.runUntil(time.now() + random.int(MINUTE));
  if (sources.includes('entra')) entra.hire(person.name, person.name, entraAddresses(person));
}

/** For good where it is out already; some are deleted without having been blocked. */
const isDeleted: Act = (scene) => {
  const { random, okta, entra } = scene.world;
  const accounts = accountsOf(scene, random.pick(scene.people));
  if (!accounts.every((account) => canGo(scene, account)) || accounts.length === 0) return false;
  return remove(scene, random.pick(accounts), { okta, entra });
};

function remove(scene: Scene, account: Account, { okta, entra }: Pick<World, 'okta' | 'entra'>): boolean {
  const inOkta = okta.accounts.find((it) => it === account);
  if (inOkta !== undefined) {
    if (isIn(inOkta)) okta.deactivate(inOkta);
    okta.remove(inOkta);
  }
  const inEntra = entra.accounts.find((it) => it === account);
  if (inEntra !== undefined) {
    if (inEntra.now.place === 'live') entra.bin(inEntra);
    if (scene.world.random.chance(0.6)) entra.purge(inEntra);
  }
  return true;
}

const isRenamed: Act = async (scene) => {
  const { random, okta, entra, time, clarus } = scene.world;
  const person = random.pick(scene.people);
  const accounts = accountsOf(scene, person);
  // What is changed of somebody deactivated Okta does not log.
  if (accounts.length === 0 || !accounts.every((account) => isIn(account) && isMet(scene, account)))
    return false;
  const email = `${person.name.toLowerCase()}.${++scene.count.logins}@acme.example`;
  if (clarus.withAddress(email) !== undefined) return false;
  if (person.login === person.email) person.login = email;
  person.email = email;
  for (const account of random.shuffle(accounts)) {
    const inOkta = okta.accounts.find((it) => it === account);
    if (inOkta !== undefined) {
      const isMain = inOkta.login === person.login || !inOkta.login.endsWith('@corp.local');
      okta.rename(inOkta, { email, login: isMain ? person.login : inOkta.login });
    }
    const inEntra = entra.accounts.find((it) => it === account);
    if (inEntra !== undefined) entra.rename(inEntra, entraAddresses(person));
    await time.runUntil(time.now() + random.int(MINUTE));
  }
  return true;
};

/** Of whom nobody has heard under the old address nobody can say that they had it. */
function isMet({ world: { sweep, time } }: Scene, { moves }: Account): boolean {
  const last = sweep.wholeBefore(time.now() - 2 * HOUR);
  return last !== undefined && (moves[0]?.at ?? time.now()) < last;
}

/** Nobody can say whose an account was that is gone before anybody has read it, unless an event names the address. */
function canGo(scene: Scene, account: Account): boolean {
  return isMet(scene, account) || (account.source === 'okta' && account.login === account.email);
}

/** Somebody who has left everywhere is followed by somebody with the same address. */
const isSucceeded: Act = async (scene) => {
  const { random, okta, entra, time, clarus } = scene.world;
  const leaver = random.pick(scene.people);
  const accounts = accountsOf(scene, leaver);
  const hasSuccessor = scene.people.some((it) => it !== leaver && it.email === leaver.email);
  if (accounts.some((account) => isIn(account) || !canGo(scene, account)) || hasSuccessor) return false;
  const person = newPerson(scene, leaver.email);
  // A login is unique among all accounts that are there; without reads it is all that is known of somebody.
  if (scene.world.mode.reads === false || random.chance(0.5))
    for (const account of accounts) remove(scene, account, { okta, entra });
  else person.login = newLogin(scene.count);
  const isTaken = accountsOf(scene, leaver).some(
    (account) => account.source === 'entra' && 'now' in account && account.now.place === 'live',
  );
  if (isTaken) person.hasMail = true;
  if (person.login === person.email && accountsOf(scene, leaver).length > 0)
    person.login = newLogin(scene.count);
  await time.runUntil(time.now() + gap(scene));
  for (const user of clarus.users.filter(
    ({ id, email }) => email === person.email && scene.owners.get(id) === leaver.name,
  )) {
    scene.owners.set(user.id, person.name);
  }
  await hire(scene, person);
  return true;
};

/** The same person, and an account anew. */
const hasNewId: Act = async (scene) => {
  const { random, okta, entra, time } = scene.world;
  const person = random.pick(scene.people);
  const accounts = accountsOf(scene, person);
  if (accounts.length === 0 || scene.people.some((it) => it !== person && it.email === person.email))
    return false;
  if (!accounts.every((account) => canGo(scene, account))) return false;
  for (const account of accounts) remove(scene, account, { okta, entra });
  await time.runUntil(time.now() + gap(scene));
  if (accountsOf(scene, person).length > 0) return false;
  await hire(scene, person);
  return true;
};

const getsSecond: Act = (scene) => {
  const { random, okta, entra } = scene.world;
  const person = random.pick(scene.people);
  const login = newLogin(scene.count);
  const accounts = accountsOf(scene, person);
  if (accounts.length === 0 || accounts.length > 3) return false;
  if (random.pick(accounts).source === 'okta')
    okta.hire(person.name, person.name, { email: person.email, login });
  else entra.hire(person.name, person.name, { mail: person.email, upn: login });
  return true;
};

const passwordExpires: Act = (scene) => {
  const { random, okta, tell } = scene.world;
  const fitting = okta.accounts.filter(
    ({ status, endsIn, isGone }) => status === 'ACTIVE' && !endsIn && !isGone,
  );
  if (fitting.length === 0) return false;
  const account = random.pick(fitting);
  okta.expirePassword(account);
  tell(`okta ${account.id}: the password expires`);
  return true;
};

const isSwitchedByHand: Act = (scene) => {
  const { random, clarus, time, tell } = scene.world;
  if (clarus.users.length === 0) return false;
  const user = random.pick(clarus.users);
  const active = !user.is_active;
  clarus.change(user, { is_active: active });
  scene.hands.push({ user, at: time.now(), active });
  tell(`Clarus ${user.id}: somebody switches it ${active ? 'on' : 'off'}`);
  return true;
};

const isRecycled: Act = (scene) => {
  const { random, clarus, time, tell } = scene.world;
  const without = scene.people.filter(
    (it) =>
      clarus.withAddress(it.email) === undefined && accountsOf(scene, it).some((account) => isIn(account)),
  );
  const free = clarus.users.filter(({ is_active }) => !is_active);
  if (without.length === 0 || free.length === 0) return false;
  const [user, person] = [random.pick(free), random.pick(without)];
  clarus.change(user, { email: person.email, name: person.name, is_active: true });
  scene.owners.set(user.id, person.name);
  scene.recycled.add(user.id);
  scene.hands.push({ user, at: time.now(), active: true });
  tell(`Clarus ${user.id}: somebody gives it to ${person.name} (${person.email}), active`);
  return true;
};

const getsUser: Act = (scene) => {
  const { random, clarus } = scene.world;
  const without = scene.people.filter(({ email }) => clarus.withAddress(email) === undefined);
  if (without.length === 0) return false;
  makeUser(scene, random.pick(without), random.chance(0.8));
  return true;
};
