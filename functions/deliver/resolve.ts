import type { ClarusDirectory } from '../clarus/clarus-directory.ts';
import { BridgeError } from '../identity/bridge-error.ts';
import { type Change, isEnabling, isRevocation, type Source } from '../identity/change.ts';
import { emailOf, isEmail } from '../identity/default-mapping.ts';
import type { ScimUser } from '../identity/scim-user.ts';
import type { Clock } from '../platform/clock.ts';
import type { Directory, DirectoryAnswer } from '../sources/directory.ts';
import type { LinkStore } from '../state/links.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';

/** Something known of a person, and since when (epoch milliseconds). */
export interface Fact {
  at: number;
  user: ScimUser;
}

/** Whom a change is about and what is known of them. */
export interface Person {
  kind: 'person';
  clarusUserId: string | undefined;
  /** Whether an earlier event led to the Clarus user. */
  linked: boolean;
  facts: readonly Fact[];
  /** That the person may have the Clarus user of somebody who has left, or a new one. */
  enabling: 'yes' | 'after_leaver' | 'no';
  /** When the reading of the identity provider began that the facts come from. */
  readAt?: number;
  /** Why the facts are not what the change states. */
  reason?: 'concluded_gone' | 'not_confirmed';
}

/** A thin event whose user cannot be read: there is nothing to do. */
export interface Unreadable {
  kind: 'unreadable';
  reason: string;
}

export type Resolved = Person | Unreadable;

export interface ResolvePorts {
  links: LinkStore;
  secrets: SecretSource;
  directories: Readonly<Partial<Record<Source, Directory>>>;
  clock: Clock;
}

/**
 * Finds the Clarus user of a change: by the link from an earlier event, else by the address in the identity
 * provider's profile where it may be read, else by the login if it is an address. What was read of the
 * person goes along as facts, dated with the time at which the reading began. Where a read can confirm or
 * deny what the change states, the read is believed. Without `byLink` the link is not asked.
 */
export async function resolve(
  ports: ResolvePorts,
  tenant: Tenant,
  clarus: ClarusDirectory,
  change: Change,
  byLink = true,
): Promise<Resolved> {
  const { source, subject, user } = change;
  const linkedId = byLink ? await ports.links.find(tenant.tenant, source, subject.id) : undefined;
  const directory = ports.directories[source];
  const linked = linkedId !== undefined;
  if (linked && user !== undefined && directory?.confirms?.(change) !== true) {
    const facts = [{ at: change.occurredAt, user }];
    return { kind: 'person', clarusUserId: linkedId, linked, facts, enabling: enablingBy(change) };
  }

  const at = ports.clock();
  const answer = await read(ports, tenant, change);
  const known = knowledge(change, answer, at, linked, directory);
  if (known.kind === 'unreadable') return known;
  const clarusUserId = linkedId ?? (await byAddress(clarus, [addressIn(answer), subject.login]));
  return { ...known, clarusUserId, linked, ...(answer.kind !== 'no_credentials' && { readAt: at }) };
}

/** A revocation does not wait for a read that fails: then the event's word has to do. */
async function read(ports: ResolvePorts, tenant: Tenant, change: Change): Promise<DirectoryAnswer> {
  const directory = ports.directories[change.source];
  if (directory === undefined) return { kind: 'no_credentials' };
  try {
    return await directory.readUser(tenant, await ports.secrets.load(tenant.tenant), change.subject.id);
  } catch (error) {
    if (isRevocation(change) && error instanceof BridgeError) return { kind: 'no_credentials' };
    throw error;
  }
}

type Knowledge = Omit<Person, 'clarusUserId' | 'linked'>;

/** What the change and the answer together say. Throws a retryable BridgeError for who may not be there yet. */
function knowledge(
  change: Change,
  answer: DirectoryAnswer,
  at: number,
  linked: boolean,
  directory: Directory | undefined,
): Knowledge | Unreadable {
  const { source, user } = change;
  const stated: Fact[] = user === undefined ? [] : [{ at: change.occurredAt, user }];
  const inactive: Fact = { at, user: { active: false } };
  switch (answer.kind) {
    case 'found':
      return user === undefined ? asRead(source, answer, at) : asStated(change, user, answer, at, directory);
    case 'deleted':
      return { kind: 'person', facts: [...stated, inactive], enabling: 'no' };
    case 'gone':
      if (user !== undefined) return { kind: 'person', facts: stated, enabling: enablingBy(change) };
      if (isWithin(directory?.staleFor, at - change.receivedAt)) throw absent();
      if (!linked) return { kind: 'unreadable', reason: `${source}_user_gone` };
      return { kind: 'person', facts: [inactive], enabling: 'no', reason: 'concluded_gone' };
    case 'no_credentials':
      if (user === undefined) return { kind: 'unreadable', reason: `${source}_api_credentials_missing` };
      return { kind: 'person', facts: stated, enabling: enablingBy(change) };
  }
}

type Found = Extract<DirectoryAnswer, { kind: 'found' }>;

/**
 * A thin event says nothing but what was read. Entra has no other events, and an address there has one live
 * user: so somebody enabled may follow a leaver, but never push out somebody who has access.
 */
function asRead(source: Source, { user }: Found, at: number): Knowledge {
  const follows = source === 'entra' && user.active === true;
  return { kind: 'person', facts: [{ at, user }], enabling: follows ? 'after_leaver' : 'no' };
}

/** Where the event states whether the person is active, its word stands, unless the read denies it. */
function asStated(
  change: Change,
  user: ScimUser,
  { user: profile, enabled }: Found,
  at: number,
  directory: Directory | undefined,
): Knowledge {
  const stated: Fact = { at: change.occurredAt, user };
  const confirms = directory?.confirms?.(change) === true;
  if (isRevocation(change)) {
    if (confirms && enabled === true) {
      return { kind: 'person', facts: [{ at, user: profile }], enabling: 'no', reason: 'not_confirmed' };
    }
    const confirmed: Fact[] = confirms && enabled === false ? [{ at, user: { active: false } }] : [];
    return { kind: 'person', facts: [stated, ...confirmed], enabling: 'no' };
  }
  if (profile.active === false) {
    return { kind: 'person', facts: [{ at, user: profile }], enabling: 'no', reason: 'not_confirmed' };
  }
  const { active: _, ...beside } = profile;
  return { kind: 'person', facts: [stated, { at, user: beside }], enabling: enablingBy(change) };
}

function enablingBy(change: Change): 'yes' | 'no' {
  return isEnabling(change) ? 'yes' : 'no';
}

/** Replication has a few times as long as reads are known to be stale. */
function isWithin(staleFor: number | undefined, age: number): boolean {
  return staleFor !== undefined && age < 3 * staleFor;
}

function absent(): BridgeError {
  return new BridgeError(
    'entra_user_absent',
    'Microsoft Graph shows the user neither among the live nor among the deleted ones, which it also does for ' +
      'minutes after a change. The user is read again; if that stays so, they count as purged.',
    { retryable: true, retryAfter: 30_000 },
  );
}

/** The login of a deleted user is mangled, so only an address that the directory gave as such is used. */
function addressIn(answer: DirectoryAnswer): string | undefined {
  if (answer.kind === 'found') return emailOf(answer.user);
  return answer.kind === 'deleted' ? answer.email : undefined;
}

async function byAddress(
  clarus: ClarusDirectory,
  candidates: readonly (string | undefined)[],
): Promise<string | undefined> {
  const addresses = new Set(candidates.filter((it) => it !== undefined).map((it) => it.toLowerCase()));
  for (const address of addresses) {
    const found = isEmail(address) ? await clarus.findUser(address) : undefined;
    if (found !== undefined) return found.id;
  }
  return undefined;
}
