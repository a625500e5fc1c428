import type { Item } from './item.ts';

/** The bytes of an item as DynamoDB counts them; it takes 400 KB, names of attributes included. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value),
    0,
  );
}

function sizeOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value);
    case 'number':
      // Two digits a byte, one more for the exponent and one for a sign.
      return Math.ceil(String(Math.abs(value)).length / 2) + 2;
    case 'object':
      if (Array.isArray(value)) return value.reduce((sum, it) => sum + 1 + sizeOf(it), 3);
      return value === null ? 1 : itemSize(Object(value)) + 3 + Object.keys(value).length;
    default:
      return 1;
  }
}
