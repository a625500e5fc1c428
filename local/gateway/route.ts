/** A route's key taken apart. */
export interface RoutePattern {
  key: string;
  /** `ANY` for every method. */
  method: string;
  segments: readonly string[];
}

/** Reads a route key: `ANY /webhooks/{source}/{tenant}`, `GET /scim/{tenant}/v2/{proxy+}`. */
export function parseRoute(key: string): RoutePattern {
  const [method = '', path = ''] = key.split(' ');
  return { key, method, segments: path.split('/').slice(1) };
}

/**
 * The path parameters, decoded, if method and path are this route's; `{name+}` takes the rest of the path.
 * Throws URIError for a path that is not one.
 */
export function matchRoute(
  { method, segments }: RoutePattern,
  requestMethod: string,
  path: string,
): Record<string, string> | undefined {
  if (method !== 'ANY' && method !== requestMethod) return undefined;
  const given = path.split('/').slice(1);
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index];
    if (value === undefined) return undefined;
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name?.endsWith('+')) {
      const rest = given.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [name.slice(0, -1)]: decodeURIComponent(rest) };
    }
    if (name === undefined ? value !== segment : value === '') return undefined;
    if (name !== undefined) parameters[name] = decodeURIComponent(value);
  }
  return given.length === segments.length ? parameters : undefined;
}
