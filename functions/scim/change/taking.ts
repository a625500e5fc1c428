import { isObject } from '../../identity/json.ts';
import { isUrn } from '../protocol/message.ts';

/** How deep values are looked into: an operation's value, a schema's URN in it, a list of one. */
const MAX_DEPTH = 3;

/**
 * Whether a body says in so many words that access ends, whatever else is in it: an unknown path, a value of the wrong
 * type or a name that is taken must keep no leaver in. It is read by itself, before the rest and far more leniently.
 * `core` is the URN of the core schema, under which attributes may stand as those of extensions do.
 */
export function takesAccess(body: unknown, core: string): boolean {
  const operations = memberOf(body, 'operations');
  // The last one that speaks of it counts.
  const said =
    operations === undefined
      ? saidBy(body, core, 0)
      : [operations].flat().flatMap((it) => saidByOperation(it, core));
  return said.at(-1) === false;
}

function saidByOperation(operation: unknown, core: string): boolean[] {
  const [op, path, value] = ['op', 'path', 'value'].map((name) => memberOf(operation, name));
  if (String(op).toLowerCase() === 'remove') return [];
  const target = typeof path === 'string' ? withoutUrn(path.trim(), core).toLowerCase() : '';
  if (target === 'active') return [wordOf(value, 0) ?? saidBy(value, core, 0)].flat();
  return target === '' ? saidBy(value, core, 0) : [];
}

/** What an object says, under the name or under a schema's. A list of them is none, but may mean them. */
function saidBy(value: unknown, core: string, depth: number): boolean[] {
  if (Array.isArray(value) && depth <= MAX_DEPTH) return value.flatMap((it) => saidBy(it, core, depth + 1));
  if (!isObject(value) || depth > MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (isUrn(key, core)) return saidBy(part, core, depth + 1);
    return withoutUrn(key, core).toLowerCase() === 'active' ? (wordOf(part, 0) ?? []) : [];
  });
}

/** A boolean, also as a word, in a list of one, or as the `value` of an object. */
function wordOf(value: unknown, depth: number): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase();
    return word === 'true' ? true : word === 'false' ? false : undefined;
  }
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.length === 1 ? wordOf(value[0], depth + 1) : undefined;
  return isObject(value) && 'value' in value ? wordOf(value.value, depth + 1) : undefined;
}

function withoutUrn(path: string, core: string): string {
  if (isUrn(path, core)) return '';
  return path.toLowerCase().startsWith(`${core.toLowerCase()}:`) ? path.slice(core.length + 1) : path;
}

function memberOf(of: unknown, name: string): unknown {
  return isObject(of) ? Object.entries(of).findLast(([key]) => key.toLowerCase() === name)?.[1] : undefined;
}
