import type { Filter } from '../filter/filter.ts';

/** A value by which users can be found without reading all of them. */
export interface Lookup {
  by: 'id' | 'userName' | 'externalId' | 'emails';
  value: string;
}

/**
 * Lookups that between them find every user the filter can be true of; undefined when there are none and all
 * users have to be looked at. What they find is still to be held against the filter.
 */
export function lookupsFor(filter: Filter): Lookup[] | undefined {
  switch (filter.kind) {
    case 'and':
      return lookupsFor(filter.left) ?? lookupsFor(filter.right);
    case 'or': {
      const [left, right] = [lookupsFor(filter.left), lookupsFor(filter.right)];
      return left === undefined || right === undefined ? undefined : [...left, ...right];
    }
    case 'values':
      return lookupsFor(filter.filter);
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
