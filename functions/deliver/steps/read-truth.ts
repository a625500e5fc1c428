import { BridgeError } from '../../identity/bridge-error.ts';
import { type Change, isEnabling, isRevocation } from '../../identity/change.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Directory, DirectoryAnswer } from '../../sources/directory.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';

export interface ReadTruthPorts {
  secrets: SecretSource;
  /** By source; a SCIM client has none. */
  directories: Readonly<Record<string, Directory>>;
  clock: Clock;
}

/** What the directory says of a person, and when the reading began (epoch milliseconds). */
export interface Truth {
  answer: DirectoryAnswer;
  readAt: number;
  /** Why nothing could be read, of a revocation that goes on without. */
  unread?: BridgeError;
}

/** Reads the person of a change. A revocation does not wait for a read that fails: its word has to do. Throws BridgeError. */
export async function readTruth(ports: ReadTruthPorts, tenant: Tenant, change: Change): Promise<Truth> {
  const directory = ports.directories[change.source];
  const readAt = ports.clock();
  if (directory === undefined) return { answer: { kind: 'no_credentials' }, readAt };
  try {
    const answer = await directory.readUser(tenant, ports.secrets, change.subject.id);
    if (answer.kind === 'gone' && mayStillCome(change, directory, readAt)) throw absent(change.source);
    return { answer, readAt };
  } catch (error) {
    if (!isRevocation(change) || !(error instanceof BridgeError)) throw error;
    return { answer: { kind: 'no_credentials' }, readAt, unread: error };
  }
}

/** Milliseconds that somebody who was given access may take to be there in a directory without stale reads. */
const ARRIVAL = 5 * 60_000;

/** Replication has a few times as long as reads are known to be stale; whom a sweep has found was not there for long. */
function mayStillCome(change: Change, { staleFor }: Directory, readAt: number): boolean {
  const age = readAt - change.receivedAt;
  if (change.foundBy !== undefined || isRevocation(change)) return false;
  if (staleFor !== undefined) return age < 3 * staleFor;
  return isEnabling(change) && age < ARRIVAL;
}

function absent(source: string): BridgeError {
  return new BridgeError(
    source === 'okta' ? 'okta_user_absent' : 'entra_user_absent',
    'The identity provider does not show the user, which it also does for minutes after a change. The user is read ' +
      'again; if that stays so, they count as gone.',
    { retryable: true, retryAfter: 30_000 },
  );
}
