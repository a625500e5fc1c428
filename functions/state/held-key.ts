import type { Change } from '../identity/change.ts';

/** Where a change is kept that the brake held. One for a person: a later change about them says the same. */
export function heldKey({ tenant, source, subject }: Change): { pk: string; sk: string } {
  return { pk: heldPartition(tenant), sk: `${source}#${subject.id}` };
}

export function heldPartition(tenant: string): string {
  return `HELD#${tenant}`;
}
