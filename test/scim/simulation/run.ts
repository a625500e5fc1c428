import type fc from 'fast-check';
import { expect } from 'vitest';
import { aClient } from './clients.ts';
import { aHistory, type History } from './oracle.ts';
import { ANN, BOB, DAN, type News, type Plan } from './plan.ts';
import { A_WHILE, type Answer, aWorld, map, type World } from './world.ts';

/** Ann, whom SCIM creates and Okta knows. */
const ANNS_ID = '42';
const IN_OKTA = { tenant: 'acme', source: 'okta', account: '00uANN' };
/** Bob and Dan, who were in Clarus before. */
const [BOBS_ID, DANS_ID] = ['41', '40'];

/**
 * Runs the plan to its end, with what looks do after two minutes or without, and holds what there is against what
 * clients were told and Okta said.
 */
export async function run(plan: Plan, scheduler: fc.Scheduler, looks: 'looks' | 'no looks'): Promise<void> {
  const [world, history] = [aWorld(scheduler), aHistory()];
  await scheduler.waitFor(begin(world, history));
  world.deaths.push(...plan.deaths);
  world.fates.push(...plan.fates);
  world.journeys.push(...plan.journeys);
  const isAlone = plan.clients.length === 1 && plan.news.length === 0;
  const fulfil = aClient(world, history, isAlone);
  const clients = plan.clients.map(async (wishes) => {
    for (const wish of wishes) await fulfil(wish);
  });
  await scheduler.waitFor(Promise.all([...clients, directory(world, plan.news)]));
  while (world.clarus.landings.size > 0) {
    await scheduler.waitFor(Promise.allSettled(world.clarus.landings));
  }
  for (const list of [world.deaths, world.fates]) list.length = 0;
  world.clock.advance(2 * A_WHILE);
  await scheduler.waitFor(world.deliverQueued(looks === 'looks' ? undefined : 'revocations'));
  const { body } = await scheduler.waitFor(world.call({ method: 'GET', path: '/Users' }));
  const oktaIn = plan.news.findLast((it) => it.kind === 'okta')?.active ?? true;
  for (const id of world.clarus.users.keys()) {
    const shown = body.Resources.find((it: { id: string }) => it.id === id);
    await check(world, history, id, shown, id !== ANNS_ID || oktaIn);
    if (looks === 'looks') {
      const { pending, lookAt } = world.state.storedRecords.get(`acme ${id}`) ?? {};
      expect([pending, lookAt]).toEqual([undefined, undefined]);
    }
  }
  const logins = body.Resources.map((it: { userName: string }) => it.userName.toLowerCase());
  expect(new Set(logins).size).toBe(logins.length);
}

async function begin(world: World, history: History): Promise<void> {
  const ann = { displayName: 'Ann', title: 'x' };
  const created = await world.call({ method: 'POST', path: '/Users', body: { ...ann, userName: ANN } });
  expect([created.status, created.body.id]).toEqual([201, ANNS_ID]);
  world.clarus.users.set(BOBS_ID, { email: BOB, name: 'Bob', is_active: true, role_id: 9 });
  await world.call({ method: 'GET', path: '/Users' });
  world.clarus.users.set(DANS_ID, { email: DAN, name: 'Dan', is_active: true, role_id: 9 });
  await world.state.cards.note(IN_OKTA, { words: [], at: world.clock() });
  await world.state.cards.link(IN_OKTA, ANNS_ID);
  await world.okta(IN_OKTA.account, true);
  const atFirst = { start: -1, end: 0, sure: true };
  const everybody = { active: true, there: true, in7: false, in8: false };
  history.say(ANNS_ID, { ...ann, ...everybody }, atFirst);
  history.say(BOBS_ID, { displayName: 'Bob', title: undefined, ...everybody }, atFirst);
  history.say(DANS_ID, { displayName: 'Dan', title: undefined, ...everybody }, atFirst);
  world.queued.length = 0;
}

/** The directory beside it: Okta's event hook speaks of Ann, and revocations that are queued are carried out. */
async function directory(world: World, news: readonly News[]): Promise<void> {
  for (const it of news) {
    if (it.kind === 'poll') await world.deliverQueued('revocations');
    else await world.okta(IN_OKTA.account, it.active);
  }
}

/** Clarus has what SCIM shows, which is what clients were told; who is out by SCIM or by Okta is out. */
async function check(
  world: World,
  history: History,
  id: string,
  shown: Answer['body'] | undefined,
  isInOkta: boolean,
): Promise<void> {
  const inClarus = world.clarus.users.get(id);
  history.check(id, 'there', shown !== undefined);
  if (shown === undefined) {
    // A creation whose end nobody heard may have left somebody whom SCIM does not know.
    const isKnown = world.state.storedRecords.get(`acme ${id}`)?.scim.scim !== undefined;
    if (isKnown) expect([id, inClarus?.is_active]).toEqual([id, false]);
    return;
  }
  for (const respect of ['active', 'displayName', 'title']) history.check(id, respect, shown[respect]);
  const roles = (shown.groups ?? []).map(({ value }: { value: string }) => value);
  for (const role of ['7', '8']) history.check(id, `in${role}`, roles.includes(role));
  if (roles.length > 0) expect([id, String(inClarus?.role_id)]).toEqual([id, roles.at(-1)]);
  const { is_active, ...profile } = (await map(shown)).attributes;
  expect(inClarus).toMatchObject({ ...profile, is_active: is_active === true && isInOkta });
}
