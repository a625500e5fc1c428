import { type Act, accountsOf, makeUser } from './scene.ts';
import { isIn } from './world/account.ts';

export const isSwitchedByHand: Act = (scene) => {
  const { random, clarus, time, tell } = scene.world;
  if (clarus.users.length === 0) return false;
  const user = random.pick(clarus.users);
  const active = !user.is_active;
  clarus.change(user, { is_active: active });
  scene.hands.push({ user, at: time.now(), active });
  tell(`Clarus ${user.id}: somebody switches it ${active ? 'on' : 'off'}`);
  return true;
};

export const isRecycled: Act = (scene) => {
  const { random, clarus, time, tell } = scene.world;
  const without = scene.people.filter(
    (it) =>
      clarus.withAddress(it.email) === undefined && accountsOf(scene, it).some((account) => isIn(account)),
  );
  const free = clarus.users.filter(({ is_active }) => !is_active);
  if (without.length === 0 || free.length === 0) return false;
  const [user, person] = [random.pick(free), random.pick(without)];
  clarus.change(user, { email: person.email, name: person.name, is_active: true });
  const before = scene.owners.get(user.id);
  const earlier = scene.recycled.get(user.id) ?? [];
  scene.recycled.set(user.id, before === undefined ? earlier : [...earlier, before]);
  scene.owners.set(user.id, person.name);
  scene.hands.push({ user, at: time.now(), active: true });
  tell(`Clarus ${user.id}: somebody gives it to ${person.name} (${person.email}), active`);
  return true;
};

export const getsUser: Act = (scene) => {
  const { random, clarus } = scene.world;
  const without = scene.people.filter(({ email }) => clarus.withAddress(email) === undefined);
  if (without.length === 0) return false;
  makeUser(scene, random.pick(without), random.chance(0.8));
  return true;
};
