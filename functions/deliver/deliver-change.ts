import { standing } from '../identity/access/standing.ts';
import { BridgeError } from '../identity/bridge-error.ts';
import type { Change } from '../identity/change.ts';
import type { Step } from '../identity/receipt.ts';
import { forgetUser } from '../state/records/forget-user.ts';
import type { Delivered } from './delivered.ts';
import type { TenantServices } from './services.ts';
import { awaitRename } from './steps/await-rename.ts';
import { type BringPorts, bring } from './steps/bring.ts';
import { type CreateUserPorts, createUser } from './steps/create-user.ts';
import { type FoundClarusUser, findUser } from './steps/find-user.ts';
import { withFirstLook } from './steps/first-look.ts';
import { type Joined, joinCard, type Place } from './steps/join.ts';
import { keyOf, type NoteChangePorts, type Noted, noteChange } from './steps/note-change.ts';
import { joinOtherDirectories, type OtherDirectoryPorts } from './steps/other-directories.ts';
import { bringOthers } from './steps/other-users.ts';
import type { Truth } from './steps/read-truth.ts';
import { deliverScimWord } from './steps/scim-word.ts';

export interface DeliverChangePorts
  extends NoteChangePorts,
    BringPorts,
    CreateUserPorts,
    OtherDirectoryPorts {}

/**
 * Takes one change all the way: note the word on the card, read the truth, find the Clarus user, join the words into
 * its record, decide, guard, and Clarus follows. `attempt` counts from 1; a later one sends the whole state, since an
 * earlier one may have died half-way. Throws a BridgeError for what may succeed later.
 */
export async function deliverChange(
  ports: DeliverChangePorts,
  services: TenantServices,
  change: Change,
  attempt: number,
): Promise<Delivered> {
  const delivered = await allTheWay(ports, services, change, attempt);
  const { undone } = delivered;
  if (undone === undefined) return delivered;
  // A refusal is no end of a revocation, on whichever queue: somebody may be in.
  const { code, message, status } = undone;
  throw new BridgeError(code, message, {
    retryable: true,
    cause: undone,
    ...(status !== undefined && { status }),
  });
}

async function allTheWay(
  ports: DeliverChangePorts,
  services: TenantServices,
  change: Change,
  attempt: number,
): Promise<Delivered> {
  if (services.isScim(change.source)) return deliverScimWord(ports, services, change, attempt);
  const noted = await noteChange(ports, services, change, attempt);
  if (noted.kind === 'ended') return noted.delivered;
  const delivered = await toClarus(ports, services, change, noted, attempt);
  const isStale = ports.directories[change.source]?.staleFor !== undefined;
  return {
    ...delivered,
    steps: [...reading(noted.truth), ...delivered.steps],
    ...(isStale && noted.truth.answer.kind !== 'no_credentials' && { readAt: noted.truth.readAt }),
    wasWaiting: noted.card.waiting !== undefined,
  };
}

/** What the directory showed, for the receipt. */
function reading({ answer, readAt: at, unread }: Truth): Step[] {
  if (unread !== undefined) return [{ at, step: 'read', what: unread.code }];
  switch (answer.kind) {
    case 'no_credentials':
      return [];
    case 'found':
      return [
        { at, step: 'read', what: answer.signsIn === undefined ? 'found' : answer.signsIn ? 'in' : 'out' },
      ];
    default:
      return [{ at, step: 'read', what: answer.kind }];
  }
}

async function toClarus(
  ports: DeliverChangePorts,
  services: TenantServices,
  change: Change,
  noted: Noted,
  attempt: number,
): Promise<Delivered> {
  const found = await findUser(ports, services.clarus, noted);
  await awaitRename(ports, services, change, noted, found);
  try {
    return await follow(ports, services, change, noted, found, attempt);
  } catch (error) {
    if (found.kind !== 'user' || !isMissing(error)) throw error;
    // The link led to a user that Clarus has no more; the person may have come back as another one. So may whoever else
    // is linked there: what they say must count for the other one before access is given to it.
    await ports.cards.unlink(keyOf(change), found.clarusUserId);
    await forgetUser(ports, change.tenant, found.clarusUserId);
    const { link: _, ...card } = noted.card;
    const anew = { ...noted, card };
    return follow(ports, services, change, anew, await findUser(ports, services.clarus, anew), attempt);
  }
}

async function follow(
  ports: DeliverChangePorts,
  services: TenantServices,
  change: Change,
  noted: Noted,
  found: FoundClarusUser,
  attempt: number,
): Promise<Delivered> {
  if (found.kind === 'ambiguous') throw ambiguous(found.ids);
  const isOut = standing(noted.card.words).access === 'out';
  // An earlier address is enough to conclude that access ends, and to give none.
  if (found.kind === 'nobody' || (found.formerly === true && !isOut)) {
    const created = await createUser(ports, services, change, noted);
    if (created.kind === 'ended') return created.delivered;
    return bring(ports, services, change, await joinAll(ports, services, change, noted, created), attempt);
  }
  const joined = await joinAll(ports, services, change, noted, found);
  const delivered = await bring(ports, services, change, joined, attempt);
  return isOut ? bringOthers(ports, services, change, noted, joined, delivered) : delivered;
}

/** The card, how Clarus stood when first met, and what is known of the person by other directories. */
async function joinAll(
  ports: DeliverChangePorts,
  services: TenantServices,
  change: Change,
  noted: Noted,
  place: Place,
): Promise<Joined> {
  const joined = await withFirstLook(ports, services.clarus, await joinCard(ports, change, noted, place));
  return joinOtherDirectories(ports, services, noted, joined);
}

function isMissing(error: unknown): boolean {
  return error instanceof BridgeError && error.code === 'clarus_user_missing';
}

function ambiguous(ids: readonly string[]): BridgeError {
  return new BridgeError(
    'clarus_user_ambiguous',
    `Several Clarus users have this person's address (${ids.join(', ')}), and a guess could lock out the wrong ` +
      'one. Nothing was changed; leave the address with one of them in Clarus. A revocation is tried again by itself, ' +
      'anything else is redriven from the dead letters.',
    { retryable: false },
  );
}
