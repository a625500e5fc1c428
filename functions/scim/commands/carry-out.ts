import { type DecideSettings, desired } from '../../identity/access/desired.ts';
import { protectedBy } from '../../identity/access/guard.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import { isLive, leftBehind } from '../../identity/pending.ts';
import { namesIn } from '../../identity/profile/clarus-attributes.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import type { CommandPorts, ScimTenant } from '../ports.ts';
import { type Aim, aimOf } from './aim.ts';
import { type Announcement, announcementOf } from './announce.ts';
import { busy } from './busy.ts';
import { type Command, standsAlone } from './command.ts';
import { follow } from './follow.ts';
import { begun, committed, type Intent, takesAccess } from './intent.ts';
import { createCommandReceipts } from './receipts.ts';
import { endOf, failureOf } from './verdict.ts';

/** What a command makes of a user as it is now. May be asked several times; throws what its caller is to hear. */
export type Plan = (record: UserRecord) => Promise<Intent>;

/** How a command ended that did not fail. `protected`: the tenant file protects the user, and nothing was changed. */
export type CarriedOut = { kind: 'done'; record: UserRecord } | { kind: 'protected' };

/**
 * Carries a command out, all of it or nothing but a revocation: it begins in the record as what is pending, Clarus is
 * brought to what it says, and it ends in the record. Throws what the plan throws, and BridgeError.
 */
export type CarryOut = (
  scim: ScimTenant,
  clarusUserId: string,
  command: Command,
  plan: Plan,
) => Promise<CarriedOut>;

/** Tries to begin while another command of the same user is under way. */
const TRIES = 12;
/** Milliseconds between two of them, and as much again by chance. */
const STEP_BACK = 100;

export function createCarryOut(ports: CommandPorts): CarryOut {
  const writeReceipt = createCommandReceipts(ports);

  return async function carryOut(scim, clarusUserId, command, plan) {
    const announcement = announcementOf(ports, scim, clarusUserId, command);
    let intent: Intent | undefined;
    const planned: Plan = async (record) => {
      intent = await plan(record);
      return intent;
    };
    try {
      for (let round = 0; round < TRIES; round++) {
        if (round > 0) await ports.pause(STEP_BACK * (1 + ports.random()));
        const end = await attempt(scim, clarusUserId, command, planned, announcement);
        if (end !== 'again') return end;
      }
      throw busy(clarusUserId);
    } catch (error) {
      const failure = failureOf(command, error);
      if (failure !== undefined) {
        if (failure.outcome === 'waiting') await announcement.revocationAtAnyRate();
        await writeReceipt(scim, { clarusUserId, command, intent, ...failure });
      }
      throw error;
    }
  };

  /** Begins unless another command of the user is under way, and follows it to its end. */
  async function attempt(
    scim: ScimTenant,
    clarusUserId: string,
    command: Command,
    plan: Plan,
    announcement: Announcement,
  ): Promise<CarriedOut | 'again'> {
    const told = { client: scim.client, command };
    const record = withCreated(await ports.records.load(scim.name, clarusUserId), command);
    if (isLive(record.pending, ports.clock())) return 'again';
    const intent = await plan(record);
    const after = committed(record, told, intent);
    const aim = aimOf(record, after, intent, await settingsFor(scim, intent), told);
    const about = { clarusUserId, command, intent };
    const by = await protection(scim, record, command, intent, aim);
    if (by !== undefined) {
      await writeReceipt(scim, { ...about, outcome: 'protected', reason: `protected_${by}` });
      return { kind: 'protected' };
    }
    if (!aim.needsClarus) {
      const kept = await keep(record, after, scim.client);
      if (kept === 'conflict') return 'again';
      await writeReceipt(scim, { ...about, ...endOf(told, intent, aim.will, ports.clock()) });
      return { kind: 'done', record: kept };
    }
    await announce(announcement, command, intent);
    // One that died before may have changed what nobody speaks of.
    const before = leftBehind(record, ports.clock());
    const touches = [...new Set([...aim.own, ...namesIn(before)])];
    const pending = begun(record, told, intent, touches, ports.clock());
    if ((await ports.records.save(pending)) === 'conflict') return 'again';
    if (takesAccess(intent)) await announceTaking(announcement, intent);
    const started = { ...pending, revision: pending.revision + 1 };
    const converged = await follow(ports, scim, started, { ...aim, told, intent, before });
    await watch(ports, scim, clarusUserId, intent);
    const now = desired(converged.record, aim.settings);
    await writeReceipt(scim, { ...about, ...endOf(told, intent, now, ports.clock(), converged) });
    return { kind: 'done', record: converged.record };
  }

  /** Stores what Clarus need not be told of, if it is anything new. */
  async function keep(
    before: UserRecord,
    after: UserRecord,
    client: string,
  ): Promise<UserRecord | 'conflict'> {
    if (before.accounts === after.accounts && before.scim[client] === after.scim[client]) return before;
    return (await ports.records.save(after)) === 'saved'
      ? { ...after, revision: after.revision + 1 }
      : 'conflict';
  }
}

/** Whatever others have had confirmed since a user was created is newer than what it was created with. */
function withCreated(record: UserRecord, { created }: Command): UserRecord {
  return created === undefined ? record : { ...record, applied: { ...created, ...record.applied } };
}

/** A revocation waits for no role's name to be looked up. */
async function settingsFor(scim: ScimTenant, intent: Intent): Promise<DecideSettings> {
  try {
    return await scim.settings();
  } catch (error) {
    if (!takesAccess(intent) || !(error instanceof BridgeError)) throw error;
    return scim.withoutRoles;
  }
}

/** What protects the user from a command that would change it. */
async function protection(
  scim: ScimTenant,
  record: UserRecord,
  { created }: Command,
  { words }: Intent,
  { needsClarus }: Aim,
): Promise<'user' | 'email' | 'role' | undefined> {
  const changes = needsClarus || words.some(({ kind }) => kind === 'stated');
  if (created !== undefined || !changes) return undefined;
  return protectedBy(record, await scim.guards());
}

/**
 * Before anything is stored, so that whatever dies is looked after. What takes access away does not wait for a queue that
 * does not answer: it is done here, and said again if it fails.
 */
async function announce(announcement: Announcement, command: Command, intent: Intent): Promise<void> {
  if (!standsAlone(command)) return announcement.look();
  try {
    const taking = takesAccess(intent) ? announceTaking(announcement, intent) : undefined;
    await Promise.all([announcement.look(), taking]);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
  }
}

/** What takes access away under a condition is one only once that was met; the look sees to it if this fails. */
async function announceTaking(
  announcement: Announcement,
  { words, account, formerly = account }: Intent,
): Promise<void> {
  try {
    await announcement.revocation(Math.max(...words.map(({ at }) => at)), formerly);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
  }
}

/** Stated takings are held up by nothing, but somebody may want to know of many. */
async function watch(
  { brake, clock, alert }: CommandPorts,
  { name, client, tenant }: ScimTenant,
  clarusUserId: string,
  intent: Intent,
): Promise<void> {
  const limit = tenant.alert?.takingsPerHour;
  if (limit === undefined || !takesAccess(intent)) return;
  try {
    const place = await brake.take(name, 'stated', `${client} ${clarusUserId}`, limit, clock());
    if (place === 'above') alert(name);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
  }
}
