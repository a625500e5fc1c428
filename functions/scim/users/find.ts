import type { Filter } from '../filter/filter.ts';
import { badRequest } from '../protocol/error.ts';
import { MAX_LOOKUPS } from '../protocol/limits.ts';

/** A value by which users can be found without reading all of them. */
export interface Lookup {
  by: 'id' | 'userName' | 'externalId' | 'emails';
  value: string;
}

/**
 * Lookups that between them find every user the filter can be true of; undefined when there are none and all
 * users have to be looked at. What they find is still to be held against the filter. Throws ScimError `tooMany`.
 */
export function lookupsFor(filter: Filter): Lookup[] | undefined {
  const lookups = lookupsIn(filter);
  if (lookups === undefined) return undefined;
  const distinct = [...new Map(lookups.map((it) => [`${it.by} ${it.value}`, it])).values()];
  if (distinct.length <= MAX_LOOKUPS) return distinct;
  throw badRequest(
    'tooMany',
    `The filter looks for ${distinct.length} users by their names or ids; the limit is ${MAX_LOOKUPS}. ` +
      'Look for fewer at a time.',
  );
}

function lookupsIn(filter: Filter): Lookup[] | undefined {
  switch (filter.kind) {
    case 'and':
      return lookupsIn(filter.left) ?? lookupsIn(filter.right);
    case 'or': {
      const [left, right] = [lookupsIn(filter.left), lookupsIn(filter.right)];
      return left === undefined || right === undefined ? undefined : [...left, ...right];
    }
    case 'values':
      return lookupsIn(filter.filter);
    case 'compare': {
      const { path, operator, value } = filter;
      if (operator !== 'eq' || typeof value !== 'string' || path.extension !== undefined) return undefined;
      const name = path.attribute.name;
      if (name === 'emails') return path.sub?.name === 'value' ? [{ by: name, value }] : undefined;
      return name === 'id' || name === 'userName' || name === 'externalId'
        ? [{ by: name, value }]
        : undefined;
    }
    default:
      return undefined;
  }
}
