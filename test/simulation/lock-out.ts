import { explainUser } from '../../operator/explain.ts';
import { liftTakings } from '../../operator/lift.ts';
import type { Finding } from './oracle.ts';
import { isIn } from './world/account.ts';
import { HOUR } from './world/time.ts';
import type { World } from './world/world.ts';

/**
 * Whether the bridge tells an operator who keeps somebody out, and that is not an account of theirs which is in; and
 * whether what it names ends it. The only place that asks the bridge anything.
 */
export async function isExplainedAndEnds(world: World, finding: Finding): Promise<boolean> {
  if (finding.kind === 'NOT_CREATED') return isWithAnother(world, finding);
  const { kind, user } = finding;
  if (kind !== 'LOCKED_OUT' || user === undefined) return false;
  const { state, bridge, queues, time } = world;
  const id = String(user.id);
  const told = await explainUser(state, bridge.tenant, id);
  const { takings = [], lifts = [] } = told?.explanation ?? {};
  const named = [...takings.map((taking) => taking.lifts), ...(lifts.length > 0 ? [lifts] : [])];
  const isNamed = named.length > 0 && named.every((ends) => ends.some((lift) => lift.kind === 'operator'));
  if (!isNamed || takings.some(({ by, account }) => isInThere(world, id, by, account))) return false;
  const ports = {
    records: state.records,
    queues: { changes: 'changes', revocations: 'revocations' },
    sendMessages: async (messages: readonly { message: Parameters<typeof queues.changes.send>[0] }[]) => {
      for (const { message } of messages) queues.changes.send(message);
    },
  };
  world.tell(`An operator lifts what keeps Clarus ${id} out.`);
  await liftTakings(ports, 'acme', id, time.now());
  await time.runUntil(time.now() + HOUR);
  return user.is_active;
}

/**
 * A directory says in of the account by which somebody is said to be out. Where the account has another user by now,
 * this one hears no more of it.
 */
function isInThere(
  { accounts, state }: World,
  user: string,
  source: string,
  id: string | undefined,
): boolean {
  const link = state.storedCards.get(`acme ${source} ${id}`)?.link ?? user;
  return link === user && accounts().some((it) => it.source === source && it.id === id && isIn(it));
}

/**
 * Somebody without a user of their own, who was given the address of somebody who has it still, is linked there; or a
 * receipt says who keeps them out. Who gets the address of somebody renamed gets a user too.
 */
function isWithAnother({ state, accounts, mode }: World, { person }: Finding): boolean {
  if (mode.passesOn) return false;
  return accounts().some(({ person: whose, source, id }) => {
    const isKeptOut = state.written.some(
      (it) =>
        it.source === source && it.subjectId === id && it.outcome === 'kept_out' && it.reason !== undefined,
    );
    return (
      whose === person && (isKeptOut || state.storedCards.get(`acme ${source} ${id}`)?.link !== undefined)
    );
  });
}
