import { edits, gives, removes, takes } from './access.ts';
import {
  type Act,
  accountsOf,
  canGo,
  entraAddresses,
  isMet,
  makeUser,
  mayComeBack,
  newLogin,
  newPerson,
  type Person,
  type Scene,
  sharers,
  sourcesFor,
} from './scene.ts';
import { type Account, isIn } from './world/account.ts';
import { HOUR, MINUTE, SECOND } from './world/time.ts';

/** Whether two things happen at once matters as much as what becomes of things in the long run. */
export function gap({ world: { random } }: Scene): number {
  return random.chance(0.4) ? random.between(5, 130) * SECOND : random.between(10 * MINUTE, 11 * HOUR);
}

export const changesOne: Act = (scene) => {
  const { random } = scene.world;
  const accounts = accountsOf(scene, random.pick(scene.people));
  if (accounts.length === 0) return false;
  const account = random.pick(accounts);
  if (isIn(account)) return takes(scene, account);
  return sharers(scene, account.person).length === 0 && gives(scene, account);
};

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

export const leaves: Act = async (scene) => {
  const person = scene.world.random.pick(scene.people);
  if (!accountsOf(scene, person).some((account) => isIn(account))) return false;
  await everywhere(scene, person, takes, true);
  return true;
};

export const comesBack: Act = async (scene) => {
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

export const isEdited: Act = (scene) => {
  const { random } = scene.world;
  const person = random.pick(scene.people);
  const accounts = accountsOf(scene, person);
  if (accounts.length === 0) return false;
  edits(scene, random.pick(accounts), `${person.name} ${random.int(100)}`);
  return true;
};

export const isHired: Act = async (scene) => {
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
  const { name } = person;
  const sources = sourcesFor(scene);
  const inOkta = sources.includes('okta') ? okta.hire(name, name, person) : undefined;
  await time.runUntil(time.now() + random.int(MINUTE));
  const inEntra = sources.includes('entra') ? entra.hire(name, name, entraAddresses(person)) : undefined;
  if (sources.includes('scim')) assign(scene, person, inOkta ?? inEntra);
}

/** Clients send the id of a directory, and have nobody else then; or one of their own. */
export function assign({ world }: Scene, { name, email }: Person, account: Account | undefined): void {
  const { scim, mode } = world;
  if (mode.idOf !== undefined && account?.source !== mode.idOf) return;
  scim.assign(name, name, account?.id ?? `${name}-${scim.accounts.length}`, email);
}

/** For good where it is out already; some are deleted without having been blocked. */
export const isDeleted: Act = (scene) => {
  const { random } = scene.world;
  const accounts = accountsOf(scene, random.pick(scene.people));
  if (!accounts.every((account) => canGo(scene, account)) || accounts.length === 0) return false;
  removes(scene, random.pick(accounts));
  return true;
};

export const isRenamed: Act = async (scene) => {
  const { random, okta, entra, time, clarus } = scene.world;
  const person = random.pick(scene.people);
  const accounts = accountsOf(scene, person);
  // Of an account that is gone nobody hears the new address, and what is changed of somebody deactivated Okta does not log.
  if (scene.world.accounts().some((it) => it.person === person.name && it.isGone)) return false;
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

/** Somebody is renamed, and a newcomer gets the address: the two events overtake one another. */
export const passesOn: Act = async (scene) => {
  const before = scene.people.map(({ email }) => email);
  if (!(await isRenamed(scene))) return false;
  const address = before.find((email) => scene.people.every((person) => person.email !== email));
  if (address !== undefined) await hire(scene, newPerson(scene, address));
  return true;
};

/** Somebody who has left everywhere is followed by somebody with the same address. */
export const isSucceeded: Act = async (scene) => {
  const { random, entra, time, clarus } = scene.world;
  const leaver = random.pick(scene.people);
  const accounts = accountsOf(scene, leaver);
  const hasSuccessor = scene.people.some((it) => it !== leaver && it.email === leaver.email);
  if (accounts.some((account) => isIn(account) || !canGo(scene, account)) || hasSuccessor) return false;
  const person = newPerson(scene, leaver.email);
  scene.heirs.push([leaver.name, person.name]);
  // A login is unique among all accounts that are there; without reads it is all that is known of somebody.
  if (scene.world.mode.reads === false || random.chance(0.5))
    for (const account of accounts) removes(scene, account);
  else person.login = newLogin(scene.count);
  const isTaken = entra.accounts.some((it) => it.person === leaver.name && it.now.place === 'live');
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
export const hasNewId: Act = async (scene) => {
  const { random, time } = scene.world;
  const person = random.pick(scene.people);
  const accounts = accountsOf(scene, person);
  if (accounts.length === 0 || scene.people.some((it) => it !== person && it.email === person.email))
    return false;
  if (!accounts.every((account) => canGo(scene, account))) return false;
  for (const account of accounts) removes(scene, account);
  await time.runUntil(time.now() + gap(scene));
  if (accountsOf(scene, person).length > 0) return false;
  await hire(scene, person);
  return true;
};

export const getsSecond: Act = (scene) => {
  const { random, okta, entra, mode } = scene.world;
  const { name, email } = random.pick(scene.people);
  const accounts = scene.world.accounts().filter(({ person, isGone }) => person === name && !isGone);
  if (accounts.length === 0 || accounts.length > 3 || sharers(scene, name).length > 0) return false;
  const login = newLogin(scene.count);
  const source = random.pick(mode.sources.filter((it) => it !== 'scim'));
  if (source === 'okta') okta.hire(name, name, { email, login });
  else entra.hire(name, name, { mail: email, upn: login });
  return true;
};

export const passwordExpires: Act = (scene) => {
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
