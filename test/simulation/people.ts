import {
  assign,
  changesOne,
  comesBack,
  gap,
  getsSecond,
  hasNewId,
  isDeleted,
  isEdited,
  isHired,
  isRenamed,
  isSucceeded,
  leaves,
  passesOn,
  passwordExpires,
} from './acts.ts';
import { getsUser, isRecycled, isSwitchedByHand } from './hands.ts';
import {
  type Act,
  entraAddresses,
  type Meant,
  makeUser,
  newPerson,
  type Scene,
  sourcesFor,
} from './scene.ts';
import type { World } from './world/world.ts';

/** Plays a history: people come, change, leave and come back. */
export async function play(world: World): Promise<Meant> {
  const scene: Scene = {
    world,
    people: [],
    owners: new Map(),
    recycled: new Map(),
    initially: new Map(),
    hands: [],
    count: { people: 0, logins: 0 },
    heirs: [],
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

function actsOf({ world: { mode } }: Scene): Act[] {
  return [
    ...[changesOne, changesOne, changesOne, leaves, leaves, comesBack, isEdited, isHired],
    ...[isDeleted],
    ...(mode.renames ? [isRenamed, isRenamed] : []),
    ...(mode.passesOn ? [passesOn, passesOn] : []),
    ...(mode.newcomers ? [isSucceeded, isSucceeded] : []),
    ...(mode.newIds ? [hasNewId] : []),
    ...(mode.seconds ? [getsSecond] : []),
    ...(mode.passwords ? [passwordExpires] : []),
    ...(mode.hands ? [isSwitchedByHand] : []),
    ...(mode.recycling ? [isRecycled, getsUser] : []),
  ];
}

/** Somebody whom the bridge finds when it is installed. */
function wasThere(scene: Scene): void {
  const { world } = scene;
  const { random, okta, entra, tell } = world;
  const person = newPerson(scene);
  const { name, email, login } = person;
  const isOn = random.chance(0.85);
  const sources = sourcesFor(scene);
  const inOkta = sources.includes('okta') ? okta.has(name, name, person, isOn) : undefined;
  const inEntra = sources.includes('entra') ? entra.has(name, name, entraAddresses(person), isOn) : undefined;
  const accounts = sources.join(' and ');
  tell(`${name} (${email}, login ${login}) is ${isOn ? 'in' : 'out'} in ${accounts}`);
  const isProvisioned = sources.includes('scim') && isOn;
  if (isProvisioned) assign(scene, person, inOkta ?? inEntra);
  if (world.mode.create && random.chance(0.4)) return;
  // How an account stood that nothing tells of can be known by nobody.
  const isTold =
    world.mode.reads !== false && world.mode.tellsMemberships !== false && !sources.includes('scim');
  if (random.chance(0.9)) makeUser(scene, person, !isTold || random.chance(0.85) ? isOn : !isOn);
}
