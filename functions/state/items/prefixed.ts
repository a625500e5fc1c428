/** The attributes whose names begin so, by the rest of their names: lists whose elements are written one by one. */
export function prefixed(item: object, prefix: string): [string, unknown][] {
  return Object.entries(item).flatMap(([name, value]): [string, unknown][] =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
  );
}
