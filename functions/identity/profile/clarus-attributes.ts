/** The attributes that Clarus' `PATCH /api/users/{id}` takes, with Clarus' own names. */
export interface ClarusAttributes {
  email: string;
  name: string;
  role_id: number;
  is_active: boolean;
  language: string;
  timezone: string;
  string1: string;
  string2: string;
  string3: string;
  string4: string;
  string5: string;
}

export type AttributeName = keyof ClarusAttributes;
export type AttributeValue = ClarusAttributes[AttributeName];

/** What each attribute holds; the order is the one in which a patch is written. */
export const ATTRIBUTE_TYPES = {
  is_active: 'boolean',
  email: 'string',
  name: 'string',
  role_id: 'number',
  language: 'string',
  timezone: 'string',
  string1: 'string',
  string2: 'string',
  string3: 'string',
  string4: 'string',
  string5: 'string',
} as const satisfies Record<AttributeName, 'boolean' | 'number' | 'string'>;

// Object.keys forgets the key type; the literal above is the whole list, by `satisfies`.
export const ATTRIBUTE_NAMES = Object.keys(ATTRIBUTE_TYPES) as readonly AttributeName[];

/** The names present in `attributes`, in patch order. */
export function namesIn(attributes: { [K in AttributeName]?: unknown }): AttributeName[] {
  return ATTRIBUTE_NAMES.filter((name) => attributes[name] !== undefined);
}

/** The members of `attributes` that are there, with their names, in patch order. */
export function entriesIn<Value>(
  attributes: { [K in AttributeName]?: Value | undefined },
): [AttributeName, Value][] {
  return ATTRIBUTE_NAMES.flatMap((name): [AttributeName, Value][] => {
    const value = attributes[name];
    return value === undefined ? [] : [[name, value]];
  });
}
