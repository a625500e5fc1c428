import type { BridgeError } from '../identity/bridge-error.ts';
import type { Change } from '../identity/change.ts';
import { type AttributeName, type ClarusAttributes, namesIn } from '../identity/clarus-attributes.ts';
import type { Mapping } from '../identity/mapping.ts';
import { merge } from '../identity/merge.ts';
import { type UserRecord, withDesired } from '../identity/user-record.ts';
import type { Fact } from './resolve.ts';

/** What a change wants of Clarus. */
export interface Wanted {
  facts: readonly (Fact & { attributes: Partial<ClarusAttributes> })[];
  /** All facts together, the latest last. */
  attributes: Partial<ClarusAttributes>;
  problems: ReadonlyMap<AttributeName, BridgeError>;
}

/** Maps what is known of a person. */
export async function want(map: Mapping, facts: readonly Fact[]): Promise<Wanted> {
  const mapped = await Promise.all(facts.map(async (fact) => ({ ...fact, ...(await map(fact.user)) })));
  const inOrder = mapped.toSorted((a, b) => a.at - b.at);
  return {
    facts: mapped,
    attributes: Object.assign({}, ...inOrder.map((fact) => fact.attributes)),
    problems: new Map(inOrder.flatMap((fact) => [...fact.problems])),
  };
}

/**
 * The record with what is wanted merged in; the record itself if that decides nothing. A value that was once
 * refused gets another chance when it is said again.
 */
export function withWanted(
  record: UserRecord,
  { source, eventId }: Pick<Change, 'source' | 'eventId'>,
  { facts }: Wanted,
): UserRecord {
  let { desired } = record;
  const refused = { ...record.refused };
  for (const { at, attributes } of facts) {
    desired = merge(desired, { at, eventId, origin: source, attributes });
    for (const name of namesIn(attributes)) delete refused[name];
  }
  const sameRefused = namesIn(refused).length === namesIn(record.refused).length;
  return desired === record.desired && sameRefused ? record : { ...withDesired(record, desired), refused };
}

/** Since when the person is to be active, or not, as the change has it; its own time if it does not say. */
export function decidedAt({ facts }: Wanted, { occurredAt }: Pick<Change, 'occurredAt'>): number {
  const times = facts.filter(({ attributes }) => attributes.is_active !== undefined).map(({ at }) => at);
  return times.length === 0 ? occurredAt : Math.max(...times);
}
