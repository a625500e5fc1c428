import type { JsonObject } from '../../identity/json.ts';
import { countCompared } from '../protocol/work.ts';
import { type Attribute, comparable, subAttribute } from '../schema/attribute.ts';

/** Finds the same value in a list that may grow, without a look at each. */
export interface ValueIndex {
  /** Where the value is. Clients often leave the `type` out: then the `value` is enough. */
  find(like: JsonObject): number | undefined;
  /** Says that the value is at a place. */
  set(at: number, value: JsonObject): void;
}

export function indexOf(attribute: Attribute, values: readonly JsonObject[]): ValueIndex {
  const places = new Map<string, Map<number, string | undefined>>();
  countCompared(values.length);
  values.forEach((value, at) => {
    set(at, value);
  });

  function set(at: number, value: JsonObject): void {
    const { key, type } = identityOf(attribute, value);
    const types = places.get(key);
    if (types === undefined) places.set(key, new Map([[at, type]]));
    else types.set(at, type);
  }

  function find(like: JsonObject): number | undefined {
    const { key, type } = identityOf(attribute, like);
    const types = places.get(key);
    countCompared(1 + (types?.size ?? 0));
    let other: number | undefined;
    for (const [at, known] of types ?? []) {
      if (known === type) return at;
      if (type === undefined || known === undefined) other ??= at;
    }
    return other;
  }

  return { find, set };
}

/** What tells values apart: their `value` and `type`; without a `value`, all but which one is primary. */
export function identityOf(attribute: Attribute, of: JsonObject): { key: string; type: string | undefined } {
  const value = textOf(attribute, of, 'value');
  if (value !== undefined) return { key: `=${value}`, type: textOf(attribute, of, 'type') };
  const names = Object.keys(of).filter((name) => name !== 'primary');
  const texts = names.sort().map((name) => [name, textOf(attribute, of, name)]);
  return { key: JSON.stringify(texts), type: undefined };
}

/** A part of a value as it compares; undefined where there is none or it is none of the attribute's. */
export function textOf(attribute: Attribute, of: JsonObject, name: string): string | undefined {
  const [sub, part] = [subAttribute(attribute, name), of[name]];
  return sub === undefined || part === undefined ? undefined : comparable(sub, part);
}
