import type { ProfileAttributes } from '../../identity/access/account.ts';
import type { Word } from '../../identity/access/word.ts';
import { type JsonObject, sameJson } from '../../identity/json.ts';
import { lastSaid, presentAccount, scimAccount } from '../../identity/scim-account.ts';
import type { ScimSide, UserRecord } from '../../identity/user-record.ts';
import { metWord } from '../commands/accounts.ts';
import { inAsShown, isAnotherPerson } from '../commands/another-person.ts';
import type { Command } from '../commands/command.ts';
import type { Intent } from '../commands/intent.ts';
import type { ScimTenant } from '../ports.ts';
import { asObject, checkResource, checkRoom } from '../schema/resource.ts';
import type { AttributePath } from '../schema/resource-type.ts';
import { profileAfter } from './profile.ts';
import { attributesOf, type KnownUser, saidActive } from './resource.ts';

/** What a write makes of a user's attributes, and of which of them it spoke. */
export interface Edit {
  make(before: JsonObject): { resource: JsonObject; stated: readonly AttributePath[] };
  /** The body is the whole user: what it repeats of access is an echo and no statement. */
  echoes: boolean;
}

/** What a write makes of a user. Throws ScimError, and BridgeError `mapping_failed`. */
export async function intentOf(
  scim: ScimTenant,
  user: KnownUser,
  edit: Edit,
  command: Command,
): Promise<Intent> {
  const { record, side } = user;
  const before = attributesOf(user, scim);
  const first = edit.make(before);
  const another = isAnotherPerson(scim, record, first.resource);
  const { resource, stated } = another ? edit.make(identityIn(before)) : first;
  checkResource(scim.userType, resource);
  checkRoomBeside(scim, record, resource);
  const saysAccess = names(stated).has('active');
  const after = yielding(side, resource, stated, saysAccess);

  const account = scimAccount(after, record.clarusUserId);
  const formerly = another ? undefined : formerId(scim, user, account);
  const known = record.accounts.find(
    (it) => it.source === scim.client && it.account === (formerly ?? account),
  );
  const profile = await profileAfter(scim, {
    before: side.resource,
    after,
    stated,
    known: known?.profile?.attributes ?? {},
    hadRole: before.roles !== side.resource.roles && names(stated).has('roles'),
    adopted: side.adopted === true,
  });
  if (profile.problem !== undefined) throw profile.problem;

  // Of somebody else nothing has been said yet that could be repeated.
  const says = accessSaid(scim, user, after, { saysAccess, echoes: edit.echoes && !another });
  const isShownIn = another && says === undefined && before.active === true;
  const words = [
    ...(isShownIn ? inAsShown(scim, record, command) : []),
    ...wordsOf(scim, user, command, says, profile.active),
  ];
  return {
    side: sideAfter(user, after, profile, another, command),
    account,
    ...(formerly !== undefined && { formerly }),
    words: words.length === 0 && !hasSpoken(scim, user) ? [metWord(command.at)] : words,
    saysAccess,
    profile: profile.attributes,
    ...(profile.leftOut.length > 0 && { leftOut: profile.leftOut }),
  };
}

/** Throws ScimError when a record cannot hold the client's resource beside those of the tenant's other clients. */
export function checkRoomBeside(
  { client }: Pick<ScimTenant, 'client'>,
  { scim }: Pick<UserRecord, 'scim'>,
  resource: JsonObject,
): void {
  const others = Object.entries(scim).filter(([name]) => name !== client);
  checkRoom(
    resource,
    others.map(([, side]) => side.resource),
  );
}

/** Whether the client has an account of the user already. */
export function hasSpoken(
  { client }: Pick<ScimTenant, 'client'>,
  { record }: Pick<KnownUser, 'record'>,
): boolean {
  return record.accounts.some(({ source }) => source === client);
}

/** What a command that says nothing but that access ends makes of a user. */
export function takingOf(scim: ScimTenant, user: KnownUser, command: Command): Intent {
  const { record, side } = user;
  // The request may have got as far as that.
  const isSaid = lastSaid(record, scim.client)?.word.id === command.eventId;
  return {
    side: { ...side, resource: { ...side.resource, active: false } },
    account: presentAccount(record, scim.client),
    words: isSaid ? [] : wordsOf(scim, user, command, false, undefined),
    saysAccess: true,
  };
}

/** By what the person was found: all that is left of the one before. */
function identityIn({ userName, name, displayName, emails, active }: JsonObject): JsonObject {
  const kept = { userName, name, displayName, emails, active };
  return Object.fromEntries(
    Object.entries(kept).flatMap(([key, it]) => (it === undefined ? [] : [[key, it]])),
  );
}

/** The id that the person's account has had until now, if that is another one. */
function formerId({ client }: ScimTenant, { record }: KnownUser, account: string): string | undefined {
  const present = presentAccount(record, client);
  return present === account ? undefined : present;
}

/**
 * The attributes as the client leaves them: `active` and `roles` are its own words and not what it was shown, and what was
 * made up yields to its names.
 */
function yielding(
  side: ScimSide,
  resource: JsonObject,
  stated: readonly AttributePath[],
  saysAccess: boolean,
): JsonObject {
  const said = names(stated);
  const { active: shown, roles, ...rest } = resource;
  const active = saysAccess ? shown : side.resource.active;
  const isOwnRole = roles !== undefined && (said.has('roles') || side.resource.roles !== undefined);
  const after = { ...rest, ...(active !== undefined && { active }), ...(isOwnRole && { roles }) };
  if (side.adopted !== true || !(said.has('name') || said.has('displayName'))) return after;
  return withoutInvented(side.resource, after);
}

/** A name that was made up of what Clarus shows and has not been changed is none once its parts are said anew. */
function withoutInvented(before: JsonObject, after: JsonObject): JsonObject {
  const [then, now] = [asObject(before.name), asObject(after.name)];
  const { formatted: _, ...parts } = now;
  const { formatted: __, ...partsThen } = then;
  const isNewName = !sameJson(parts, partsThen);
  const isNewFormatted = now.formatted !== then.formatted;
  const { displayName, ...rest } = after;
  const keepsDisplay = displayName !== before.displayName || !(isNewName || isNewFormatted);
  return {
    ...(isNewName && !isNewFormatted ? { ...rest, name: parts } : rest),
    ...(displayName !== undefined && keepsDisplay && { displayName }),
  };
}

/**
 * What a write states of access: PATCH whenever it speaks of it, PUT when that is not what the client said last or was
 * shown. Of whom it has not spoken yet it may end what Clarus has ended already by another source's word.
 */
function accessSaid(
  scim: ScimTenant,
  user: KnownUser,
  { active }: JsonObject,
  { saysAccess, echoes }: { saysAccess: boolean; echoes: boolean },
): boolean | undefined {
  if (!saysAccess || typeof active !== 'boolean') return undefined;
  const said = saidActive(user, scim);
  const known = said ?? attributesOf(user, scim).active;
  // Somebody else has switched the person off meanwhile: the first word of this client may say so for itself.
  const isOwn = said === undefined && !active && user.record.first?.active !== false;
  return echoes && known === active && !isOwn ? undefined : active;
}

/** The words of a command: later than all that the client has said, whatever other clocks say. */
export function wordsOf(
  { client }: ScimTenant,
  { record }: Pick<KnownUser, 'record'>,
  { eventId, at: receivedAt }: Command,
  gives: boolean | undefined,
  mapped: boolean | undefined,
): Word[] {
  const own = record.accounts.filter(({ source }) => source === client).flatMap(({ words }) => words);
  const at = Math.max(receivedAt, ...own.map((word) => word.at + 1));
  // Queued, it may have been said already, and been superseded since.
  const isOld = own.some(({ id }) => id === eventId) && lastSaid(record, client)?.word.id !== eventId;
  const id = isOld ? `${eventId}:${at}` : eventId;
  const common = { at, seen: receivedAt, kind: 'stated' } as const;
  const before = own.filter(({ register }) => register === 'mapped').sort((a, b) => a.at - b.at);
  const isNews = mapped !== undefined && mapped !== (before.at(-1)?.gives ?? true);
  return [
    ...(gives === undefined ? [] : [{ ...common, id, gives }]),
    ...(isNews ? [{ ...common, id: `${eventId}:mapped`, gives: mapped, register: 'mapped' as const }] : []),
  ];
}

function sideAfter(
  { side }: KnownUser,
  resource: JsonObject,
  { attributes, hasLostRole }: { attributes: ProfileAttributes; hasLostRole: boolean },
  another: boolean,
  { at }: Command,
): ScimSide {
  const memberOf = another ? [] : hasLostRole ? (side.memberOf ?? []) : side.memberOf;
  const isInvented =
    side.adopted === true && (attributes.name === undefined || attributes.email === undefined);
  const { adopted: _, ...kept } = side;
  const after = {
    ...kept,
    resource,
    ...(memberOf !== undefined && { memberOf }),
    ...(isInvented && { adopted: true }),
  };
  const isSame = sameJson(resource, side.resource) && memberOf === side.memberOf;
  if (isSame) return after.adopted === side.adopted ? side : after;
  return { ...after, lastModified: Math.max(at, side.lastModified) };
}

function names(stated: readonly AttributePath[]): Set<string> {
  return new Set(stated.filter(({ extension }) => extension === undefined).map((it) => it.attribute.name));
}
