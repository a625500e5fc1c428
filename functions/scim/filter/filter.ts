import type { AttributePath } from '../schema/resource-type.ts';

export const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Operator = (typeof OPERATORS)[number];
export type Comparand = string | boolean | null;

/** `attrPath SP compareOp SP compValue`. */
export interface Comparison {
  kind: 'compare';
  path: AttributePath;
  operator: Operator;
  value: Comparand;
}

/** A filter with its attributes found in the schemas (RFC 7644 section 3.4.2.2). */
export type Filter =
  | { kind: 'and' | 'or'; left: Filter; right: Filter }
  | { kind: 'not'; filter: Filter }
  | { kind: 'present'; path: AttributePath }
  | Comparison
  /** All of the inner filter has to be true of one and the same value. */
  | { kind: 'values'; path: AttributePath; filter: Filter };

/** The comparisons that all have to be true, for a filter that is nothing but `eq` joined by `and`. */
export function equalities(filter: Filter): Comparison[] | undefined {
  if (filter.kind === 'compare') return filter.operator === 'eq' ? [filter] : undefined;
  if (filter.kind !== 'and') return undefined;
  const [left, right] = [equalities(filter.left), equalities(filter.right)];
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

/** How many terms a value is held against. */
export function termsIn(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return termsIn(filter.left) + termsIn(filter.right);
    case 'not':
    case 'values':
      return termsIn(filter.filter);
    default:
      return 1;
  }
}
