import { isObject } from '../../../identity/json.ts';
import { badRequest, type ScimError } from '../../protocol/error.ts';

/** By what a client tells a member of a group apart. */
export type MemberReference =
  | { kind: 'id'; id: string }
  /** A userName, in place of an id: WSO2 removes by `display`. */
  | { kind: 'name'; name: string }
  /** An address that is not one of a user. */
  | { kind: 'elsewhere' };

/** What stands in one member that was sent; undefined where its `value` says it, or nothing does. */
export function referenceIn(member: unknown): MemberReference | undefined {
  if (typeof member === 'number') return idOf(member);
  if (!isObject(member)) return undefined;
  const parts = new Map(Object.entries(member).map(([name, part]) => [name.toLowerCase(), part]));
  const [value, ref, display] = ['value', '$ref', 'display'].map((name) => parts.get(name));
  if (isSaid(value)) return typeof value === 'number' ? idOf(value) : undefined;
  if (isSaid(ref)) return userAt(String(ref));
  return isSaid(display) ? { kind: 'name', name: String(display) } : undefined;
}

/** What is sent for members, also as `{"members": […]}` below their path: the SDK of Ping. */
export function membersBelow(value: unknown): unknown {
  const entries = isObject(value) ? Object.entries(value) : [];
  const [only, ...more] = entries;
  return more.length === 0 && only?.[0].toLowerCase() === 'members' ? only[1] : value;
}

function userAt(address: string): MemberReference {
  const [, id] = /(?:^|\/)Users\/([^/?#]+)\/?$/i.exec(address) ?? [];
  return id === undefined ? { kind: 'elsewhere' } : { kind: 'id', id };
}

/** The name stays out of it: it may be personal. */
export function notAMember(): ScimError {
  return badRequest(
    'invalidValue',
    'A member is not a user here, and the others were changed. Name members by value, the id of the user; $ref has to ' +
      "be a user's address, and display a userName.",
  );
}

function idOf(value: number): MemberReference | undefined {
  return Number.isSafeInteger(value) ? { kind: 'id', id: String(value) } : undefined;
}

function isSaid(part: unknown): boolean {
  return part !== undefined && part !== null && part !== '';
}
