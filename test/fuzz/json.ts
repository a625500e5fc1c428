import { isObject, type Json, type JsonObject } from '../../functions/identity/json.ts';
import type { Random } from '../support/random.ts';

/** Stands in every body and header: nothing of these may come back in a log line. */
export const CANARY = 'c4n4ry';

/** What JavaScript, SCIM and the vendors' shapes give a meaning to. */
const NAMES = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'toJSON',
    'then',
    'length',
    '',
    ' ',
  ],
  ...[
    '\u0000',
    '$ref',
    'schemas',
    'id',
    'externalId',
    'userName',
    'name',
    'name.givenName',
    'displayName',
    'title',
  ],
  ...[
    'active',
    'password',
    'emails',
    'ims',
    'addresses',
    'groups',
    'roles',
    'x509Certificates',
    'meta',
    'members',
  ],
  ...[
    'Operations',
    'op',
    'path',
    'value',
    'type',
    'primary',
    'display',
    'filter',
    'startIndex',
    'count',
    'cursor',
  ],
  ...['attributes', 'excludedAttributes', 'emails[type eq "work"].value', 'roles[primary eq "True"].value'],
  ...[
    'manager',
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:core:2.0:User:emails',
  ],
  ...[
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    'urn:x:y',
    'data',
    'events',
    'target',
    'value',
  ],
];

const TEXTS = [
  ...['', ' ', 'true', 'False', 'null', '0', '-1', '1e999', '٣', 'ﬀ', 'İ', 'ı', 'ſ', '\u212a', 'ß', 'ẞ', 'ς'],
  ...['\ud800', '\udfff\ud800', '\u202e', '\ufffe', '\uffff', '\u0000', 'a@b', '%@%', '_@_', "' or 1=1 --"],
  ...['../../etc/passwd', '<script>', '\r\nX-A: b', 'Europe/London', 'en_us,de;q=0.1', 'cib_a.b'],
  ...[
    '2026-03-02T09:14:04.120Z',
    '-271821-04-20T00:00:00Z',
    '+275760-09-13T00:00:00.000Z',
    'Thu, 01 Jan 1970',
  ],
];

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 53) - 1,
  1e22,
  1e308,
  -1e308,
  5e-324,
  8.64e15 + 1,
];

const LONG = ['a', 'ß', '(', '"', '\\', '@', ' ', '\ud83d\ude00', 'İ', 'ı', 'ẞ', '/'];

export function aName(random: Random): string {
  return random.chance(0.8) ? random.pick(NAMES) : aText(random);
}

export function anAddress(random: Random): string {
  return `${CANARY}.p${random.below(40)}@acme.example`;
}

export function aText(random: Random): string {
  const kind = random.below(100);
  if (kind < 55) return random.pick(TEXTS);
  if (kind < 75) return anAddress(random);
  if (kind < 97) return characters(random, random.below(12), random.chance(0.7) ? 128 : 65_536);
  return random.pick(LONG).repeat(random.pick([100, 255, 256, 4097, 8192, 8193, 20_000]));
}

function characters(random: Random, count: number, below: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(random.below(below))).join('');
}

/** Any JSON. */
export function junk(random: Random, depth = 0): Json {
  const kind = random.below(100);
  if (kind < 30) return aText(random);
  if (kind < 45) return random.pick(NUMBERS);
  if (kind < 60) return random.pick<Json>([null, true, false, [], {}, [null], [[]], [{}], { value: null }]);
  if (depth > 3) return null;
  if (kind < 75) return Array.from({ length: random.below(4) }, () => junk(random, depth + 1));
  const object: JsonObject = {};
  for (let left = random.below(4); left > 0; left--) put(object, aName(random), junk(random, depth + 1));
  return object;
}

type Holder = Json[] | JsonObject;

/** Makes a member of its own, whatever its name, as JSON.parse does. */
function put(holder: Holder, name: string, value: Json): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Where in a value something stands. */
function places(value: Json, found: [Holder, string][] = []): [Holder, string][] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, part] of Object.entries(value)) {
    found.push([value, key]);
    if (found.length < 400) places(part, found);
  }
  return found;
}

/** The value with nothing or a few things in it changed. */
export function mutated(random: Random, valid: Json): Json {
  const value = structuredClone(valid);
  for (let left = random.chance(0.35) ? 0 : 1 + random.below(3); left > 0; left--) {
    const all = places(value);
    if (all.length === 0) return junk(random);
    change(random, ...random.pick(all));
  }
  return value;
}

function change(random: Random, holder: Holder, key: string): void {
  const before: Json = Reflect.get(holder, key);
  const kind = random.below(100);
  if (kind < 45) put(holder, key, junk(random));
  else if (kind < 55 && isObject(holder)) delete holder[key];
  else if (kind < 65 && isObject(holder)) put(holder, aName(random), junk(random));
  else if (kind < 72) put(holder, key, [before]);
  else if (kind < 79) put(holder, key, { value: before });
  else if (kind < 86 && typeof before === 'string') put(holder, key, otherwise(random, before));
  else if (kind < 93 && Array.isArray(before)) {
    const [first = null] = before;
    put(
      holder,
      key,
      Array.from({ length: random.pick([2, 10, 100, 1001]) }, () => structuredClone(first)),
    );
  } else put(holder, key, junk(random));
}

function otherwise(random: Random, text: string): string {
  return random.pick([text.toUpperCase(), `${text} `, text.slice(1), text + aText(random)]);
}

const OPENINGS = ['[', '{"a":', '{"value":', '{"__proto__":', '[{"Operations":'];

/** What a client puts on the wire for a body: mostly JSON. */
export function bodyText(random: Random, valid: Json): string {
  const good = JSON.stringify(valid);
  const at = random.below(good.length);
  switch (random.below(30)) {
    case 0:
      return JSON.stringify(junk(random));
    case 1:
      return good.slice(0, at);
    case 2:
      return good.slice(0, at) + String.fromCharCode(random.below(256)) + good.slice(at + random.below(3));
    case 3:
      // A key that comes twice: the last one counts in JavaScript.
      return good.replace(/^\{/, () => `{${JSON.stringify(aName(random))}:${JSON.stringify(junk(random))},`);
    case 4:
      return random.pick(OPENINGS).repeat(random.pick([10, 100, 1000, 20_000]));
    case 5:
      return good.replace(/:"[^"]*"/, `:${random.pick(['1e999', '-1e999', '9'.repeat(30), '1E+400'])}`);
    case 6:
      return `\ufeff${good}`;
    case 7:
      return characters(random, random.below(200), 256);
    default:
      return JSON.stringify(mutated(random, valid));
  }
}
