import type { ClarusDirectory } from '../clarus/clarus-directory.ts';
import { BridgeError } from '../identity/bridge-error.ts';
import { type Change, isRevocation, type Source } from '../identity/change.ts';
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
}

export type Resolved =
  | Person
  /** A thin event whose user cannot be read: there is nothing to do. */
  | { kind: 'unreadable'; reason: string };

export interface ResolvePorts {
  links: LinkStore;
  secrets: SecretSource;
  directories: Readonly<Partial<Record<Source, Directory>>>;
  clock: Clock;
}

/**
 * Finds the Clarus user of a change: by the link from an earlier event, else by the address in the identity
 * provider's profile where it may be read, else by the login if it is an address. What was read of the
 * person goes along as facts, dated with the time at which the reading began. Without `byLink` the link is
 * not asked.
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
  const stated: Fact[] = user === undefined ? [] : [{ at: change.occurredAt, user }];
  if (linkedId !== undefined && user !== undefined) {
    return { kind: 'person', clarusUserId: linkedId, linked: true, facts: stated };
  }

  const at = ports.clock();
  const answer = await read(ports, tenant, change);
  if (user === undefined && answer.kind !== 'found') {
    const reason = answer.kind === 'gone' ? `${source}_user_gone` : `${source}_api_credentials_missing`;
    return { kind: 'unreadable', reason };
  }
  const profile = answer.kind === 'found' ? answer.user : undefined;
  const facts =
    profile === undefined || isRevocation(change) ? stated : [...stated, { at, user: beside(user, profile) }];
  const clarusUserId = linkedId ?? (await byAddress(clarus, [profile && emailOf(profile), subject.login]));
  return { kind: 'person', clarusUserId, linked: linkedId !== undefined, facts };
}

/** A revocation does not wait for a read that fails: then the login has to do. */
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

/** Where the event states whether the person is active, the event's word stands and not the profile's. */
function beside(stated: ScimUser | undefined, { active, ...profile }: ScimUser): ScimUser {
  return stated === undefined && active !== undefined ? { ...profile, active } : profile;
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
