import type { Change } from '../identity/change.ts';
import type { ItemKey } from './item.ts';

/** Where a change is kept that the brake held. One for a person: a later change about them says the same. */
export function heldKey({ tenant, source, subject }: Change): ItemKey {
  return { pk: heldPartition(tenant), sk: `${source}#${subject.id}` };
}

export function heldPartition(tenant: string): string {
  return `HELD#${tenant}`;
}
