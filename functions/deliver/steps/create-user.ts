import type { NewUser } from '../../clarus/clarus-users.ts';
import { shownOf } from '../../clarus/inventory.ts';
import { mayGive } from '../../identity/access/desired.ts';
import { standing } from '../../identity/access/standing.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type Change, isRevocation } from '../../identity/change.ts';
import { foldAddress, isEmail } from '../../identity/profile/addresses.ts';
import type { ClarusAttributes } from '../../identity/profile/clarus-attributes.ts';
import { LOOK_DELAY } from '../../queue/message.ts';
import { type Delivered, ended } from '../delivered.ts';
import type { TenantServices } from '../services.ts';
import type { Place } from './join.ts';
import { keyOf, type Noted } from './note-change.ts';
import { keptOutBy, type OtherDirectoryPorts } from './other-directories.ts';

export interface CreateUserPorts extends OtherDirectoryPorts {}

/**
 * What becomes of a change whose person has no Clarus user: one is created for who was given access, where the tenant
 * wants that and no other directory says out; else it ends here, and the card remembers. It does not end while a creation may be under way whose
 * answer nobody heard, or while the directory could not be asked for addresses. Throws BridgeError.
 */
export async function createUser(
  ports: CreateUserPorts,
  services: TenantServices,
  change: Change,
  noted: Noted,
): Promise<({ kind: 'user' } & Place) | { kind: 'ended'; delivered: Delivered }> {
  const { card, truth, unsaved } = noted;
  const key = keyOf(change);
  if (unsaved !== undefined) await ports.cards.note(key, unsaved);
  if (truth.unread !== undefined) throw truth.unread;
  const { access, granted } = standing(card.words);
  const isWanted =
    access === 'in' && granted && services.tenant.unknownUser === 'create' && isMember(services, noted);
  if (!isWanted) {
    await awaitCreation(ports, noted);
    const isLate = access === 'out' && !isRevocation(change) && change.user !== undefined;
    return { kind: 'ended', delivered: ended(isLate ? 'superseded' : 'user_not_in_clarus', about(change)) };
  }
  const user = await newUser(services, change, noted);
  if (user === undefined) {
    return {
      kind: 'ended',
      delivered: ended('user_not_in_clarus', { reason: 'no_address', ...about(change) }),
    };
  }
  const taking = await keptOutBy(ports, services, noted);
  if (taking !== undefined) {
    return { kind: 'ended', delivered: ended('kept_out', { reason: taking.by, ...about(change) }) };
  }
  // By the tenant's mapping the address may be one that no directory tells: should the answer get lost, it leads there.
  await ports.cards.create(key, ports.clock(), foldAddress(user.email));
  const answer = await services.clarus.create(user);
  const at = ports.clock();
  if (answer.kind === 'created') {
    const shown = { at, email: user.email, name: user.name, active: true };
    return { kind: 'user', clarusUserId: answer.id, shown, created: user };
  }
  // Somebody else may have created the user meanwhile.
  const [found] = await services.clarus.findUsers(user.email);
  if (found === undefined) throw answer.error;
  return { kind: 'user', clarusUserId: found.id, shown: shownOf(found, at) };
}

/** Whoever gives access by apps or groups creates nobody who is in none of them. */
function isMember({ tenant }: TenantServices, { card }: Noted): boolean {
  const ids = card.source === 'okta' ? [...(tenant.okta?.apps ?? []), ...(tenant.okta?.groups ?? [])] : [];
  const memberships = card.words.filter(({ register }) => register !== undefined && ids.includes(register));
  return ids.length === 0 || standing(memberships).access === 'in';
}

/** With the role that its source may give, else the default one. */
async function newUser(
  services: TenantServices,
  { source, subject }: Change,
  { profile, current }: Noted,
): Promise<(NewUser & Partial<ClarusAttributes>) | undefined> {
  const { role_id: named, ...known } = profile?.attributes ?? {};
  const email = known.email ?? current.find(isEmail);
  if (email === undefined) return undefined;
  const settings = await services.settings();
  const role_id = named !== undefined && mayGive(settings, source, named) ? named : settings.defaultRole;
  return {
    ...known,
    email,
    name: known.name ?? subject.displayName ?? email,
    is_active: true,
    ...(role_id !== undefined && { role_id }),
  };
}

/** A creation whose answer was lost may land yet: until then nobody can say that the person has no user. */
async function awaitCreation({ cards, clock }: CreateUserPorts, { card }: Noted): Promise<void> {
  if (card.creating === undefined) return;
  const wait = card.creating + LOOK_DELAY * 1000 - clock();
  if (wait <= 0) return cards.clear(card, ['creating']);
  throw new BridgeError(
    'creation_unconfirmed',
    'A Clarus user was asked for and nobody heard whether it was created. The person is looked for again once that ' +
      'request has landed or died.',
    { retryable: true, retryAfter: wait },
  );
}

function about({ user }: Change): Partial<Delivered> {
  return user?.active === undefined ? {} : { attributes: ['is_active'], isActive: user.active };
}
