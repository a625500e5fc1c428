import { expect } from 'vitest';
import { operations } from '../../support/scim-bench.ts';
import type { History } from './oracle.ts';
import type { Wish } from './plan.ts';
import { type Answer, Death, map, type Request, type World } from './world.ts';

type Membership = Extract<Wish, { role: string }>;
type Change = Extract<Wish, { ifMatch: boolean }>;

type Heard = (status: number | undefined, when: { start: number; end: number }) => void;

/** How often a patient client sends a request: some of what it waits for only a look ends, and looks come last. */
const PATIENCE = 20;

/** What clients do about their wishes, and what they are told, which is noted in the history. */
export function aClient(world: World, history: History, isAlone: boolean): (wish: Wish) => Promise<void> {
  /** Sends until there is an answer that another try would not change, once or until its patience is at an end. */
  async function insist({ patient }: Wish, request: Request, heard: Heard): Promise<Answer | undefined> {
    for (let tries = patient ? PATIENCE : 1; tries > 0; tries--) {
      await world.waitAfterDeath();
      const start = world.steps();
      const answer = await send(request);
      heard(answer?.status, { start, end: world.steps() });
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer;
    }
    return undefined;
  }

  /** Sends once; undefined when the function has died. */
  async function send(request: Request): Promise<Answer | undefined> {
    try {
      const answer = await world.call(request);
      expect(answer.status).not.toBe(500);
      return answer;
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      world.died();
      return undefined;
    }
  }

  async function fulfil(wish: Wish): Promise<void> {
    if (wish.kind === 'create') return create(wish);
    const query = `/Users?filter=${encodeURIComponent(`userName eq "${wish.login}"`)}`;
    const answer = await insist(wish, { method: 'GET', path: query }, () => {});
    const [found] = answer?.body.Resources ?? [];
    if (found === undefined) return;
    if (wish.kind === 'delete') return remove(wish, found.id);
    if (isMembership(wish)) return member(wish, found.id);
    await change(wish, found);
  }

  async function create(wish: Wish & { kind: 'create' }): Promise<void> {
    const { displayName, title, active } = wish.value;
    const respects = { displayName, title, active, there: true, in7: false, in8: false };
    const start = world.steps();
    const request = { method: 'POST', path: '/Users', body: { ...wish.value, userName: wish.login } };
    // Whom it was about nobody knows: a user of whom nothing was heard, one who was deleted, or who has the login.
    const answer = await insist(wish, request, (status, when) => {
      const mayBe = status === undefined || status >= 429;
      if (mayBe) history.say(undefined, respects, { ...when, sure: false });
      // It may be there without all that was said of it.
      if (mayBe) history.say(undefined, { title: undefined }, { ...when, sure: false });
      if (!active) history.say(undefined, { active }, { ...when, sure: false });
    });
    if (answer?.status === 201) {
      history.say(answer.body.id, respects, { start, end: world.steps(), sure: true });
    }
  }

  async function remove(wish: Wish, id: string): Promise<void> {
    await insist(wish, { method: 'DELETE', path: `/Users/${id}` }, (status, when) => {
      if (status === 404) return;
      history.say(id, { there: false, in7: false, in8: false }, { ...when, sure: status === 204 });
      history.say(id, { active: false }, { ...when, sure: status !== undefined });
    });
  }

  async function member(wish: Membership, id: string): Promise<void> {
    const isIn = wish.kind === 'join';
    const operation = isIn
      ? { op: 'add', path: 'members', value: [{ value: id }] }
      : { op: 'remove', path: `members[value eq "${id}"]` };
    const path = `/Groups/${wish.role}`;
    await insist(wish, { method: 'PATCH', path, body: operations(operation) }, (status, when) => {
      const isDone = status === 204;
      if (isDone || status === undefined) {
        history.say(id, { [`in${wish.role}`]: isIn }, { ...when, sure: isDone });
      }
    });
  }

  async function change(wish: Change, found: Answer['body']): Promise<void> {
    const request = { ...requestOf(wish, found), path: `/Users/${found.id}` };
    const end = await insist(wish, request, (status, when) => noteChange(wish, found, status, when));
    if (isAlone && end?.status === 200) {
      expect(world.clarus.users.get(found.id)).toMatchObject((await map(wish.value)).attributes);
    }
    // Somebody else was faster, or an attempt that died got this far: read again, as a client does.
    if (end?.status === 412) await fulfil(wish);
  }

  function noteChange(
    { kind, value, ifMatch }: Change,
    found: Answer['body'],
    status: number | undefined,
    when: { start: number; end: number },
  ): void {
    if (status === 404 || status === 412) return;
    const { active, ...profile } = kind === 'patch' ? value : wholeOf(found, value);
    const isDone = status === 200;
    const mayBe = isDone || status === undefined;
    if (mayBe) history.say(found.id, profile, { ...when, sure: isDone });
    // What a PUT repeats is no statement, unless another one has said otherwise meanwhile.
    const isEcho = kind === 'put' && active === found.active;
    // A taking stands whatever happens, unless it was meant for one version.
    const stands = active === false && !ifMatch && status !== undefined;
    if (active === false || (active === true && mayBe)) {
      history.say(found.id, { active }, { ...when, sure: (isDone || stands) && !isEcho });
    }
  }

  return fulfil;
}

function isMembership(wish: Wish): wish is Membership {
  return wish.kind === 'join' || wish.kind === 'leave';
}

/** What a PUT says: what was found, with what is wished. */
function wholeOf(found: Answer['body'], value: object): Record<string, unknown> {
  const { displayName, title, active } = { ...found, ...value };
  return { displayName, active, ...(title !== undefined && { title }) };
}

function requestOf({ kind, value, ifMatch, spoilt }: Change, found: Answer['body']) {
  const { userName } = value;
  const said = { ...value, ...(userName !== undefined && { emails: [{ value: userName }] }) };
  const sent = { ...(kind === 'put' && found), ...said, ...(spoilt && { title: 7 }) };
  const body = kind === 'put' ? sent : operations({ op: 'replace', value: sent });
  return {
    method: kind.toUpperCase(),
    body,
    ...(ifMatch && { ifMatch: String(found.meta.version) }),
  };
}
