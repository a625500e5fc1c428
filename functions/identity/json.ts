/** A JSON value. Objects in it have names of the schemas only, so `__proto__` never is a key of one. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

export interface JsonObject {
  [name: string]: Json;
}

/** Whether it is an object with members: neither null nor a list. */
export function isObject(value: Json | undefined): value is JsonObject;
export function isObject(value: unknown): value is Record<string, unknown>;
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7643 section 2.5: null, an empty list and nothing at all are the same; so is an empty text here. */
export function isPresent(value: Json | undefined): value is Json {
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value)) return value.some(isPresent);
  return !isObject(value) || Object.values(value).some(isPresent);
}

/** The same value in the same text, whatever the order of an object's members. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_, it: Json) =>
    isObject(it) ? Object.fromEntries(Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1))) : it,
  );
}

/** Whether two values are the same, whatever the order of an object's members. */
export function sameJson(a: Json, b: Json): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}
