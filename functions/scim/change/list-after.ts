import type { JsonObject } from '../../identity/json.ts';
import { matchesElement } from '../filter/evaluator.ts';
import { equalities, type Filter } from '../filter/filter.ts';
import type { PatchPath } from '../filter/parser.ts';
import { badRequest } from '../protocol/error.ts';
import { MAX_SIZE } from '../protocol/limits.ts';
import { countCompared } from '../protocol/work.ts';
import type { Attribute } from '../schema/attribute.ts';
import { tooLarge } from '../schema/resource.ts';
import { isEmpty, type Parts, partsOf, type Reading, simpleValue, unwrapped } from './read-value.ts';
import { written } from './single-value.ts';
import { isAddition, isRemoval, type PatchRun, type PatchStep, valueIn } from './steps.ts';
import { added, checkedLength, isBare, onePrimary, valuesFrom, valuesMeant, without } from './value-list.ts';

/** What steps make of the values of a multi-valued attribute. Throws ScimError. */
export function listAfter(values: JsonObject[], run: PatchRun, reading: Reading): JsonObject[] {
  const { attribute } = run[0].path;
  return checkedLength(attribute, valuesAfter(values, run, reading));
}

function valuesAfter(values: JsonObject[], run: PatchRun, reading: Reading): JsonObject[] {
  const [step] = run;
  const { attribute, sub, filter } = step.path;
  if (isAddition(step)) {
    return added(
      attribute,
      values,
      run.map(({ value }) => valuesFrom(attribute, value, reading)),
    );
  }
  if (isRemoval(step, reading.lenient)) {
    return without(
      attribute,
      values,
      run.flatMap((it) => valuesNamed(it, reading)),
    );
  }
  if (sub !== undefined || filter !== undefined) return partAfter(values, step, reading);
  // All of them go only where there is no list at all.
  return step.op === 'replace' ? onePrimary(valuesFrom(attribute, step.value, reading)) : [];
}

function valuesNamed({ path: { attribute, filter }, value }: PatchStep, reading: Reading): JsonObject[] {
  const one = filter === undefined ? undefined : valueIn(filter);
  return one === undefined ? valuesMeant(attribute, value, reading) : [{ value: one }];
}

/** By a filter, by a sub-attribute, or both: some of the values, or something in them. */
function partAfter(values: JsonObject[], step: PatchStep, reading: Reading): JsonObject[] {
  const { op, path, value } = step;
  const { attribute, sub, filter } = path;
  const targets = filter === undefined ? values : values.filter((it) => matchesElement(filter, it));
  const sent = sub === undefined ? unwrapped(attribute, value, reading.lenient) : value;
  const parts = partsSent(path, sent, reading);
  if (targets.length === 0 && op !== 'remove') return created(values, step, parts, reading);
  if (sub === undefined && isEmpty(sent) && op !== 'add') {
    const gone = new Set(targets);
    return values.filter((it) => !gone.has(it));
  }
  countCompared(targets.length);
  // One long text in each of a thousand values is more than there may be memory for.
  if (targets.length * sizeOf(parts) > MAX_SIZE) throw tooLarge(targets.length * sizeOf(parts));
  const after = new Map(targets.map((it) => [it, changed(attribute, it, parts)]));
  return onePrimary(
    values.flatMap<JsonObject>((it) => after.get(it) ?? it),
    [...after.values()].flat(),
  );
}

function partsSent({ attribute, sub }: PatchPath, sent: unknown, reading: Reading): Parts {
  if (sub !== undefined) return new Map([[sub, simpleValue(sub, sent, reading)]]);
  return isEmpty(sent) ? new Map() : partsOf(attribute, sent, reading);
}

function sizeOf(parts: Parts): number {
  return [...parts.values()].reduce((size, part) => size + String(part).length, 0);
}

/**
 * The value with parts of it written, in a list of its own. Also for `replace` with a whole value: Okta and Entra
 * send what has changed of it, and to take the rest away, as one could read RFC 7644 section 3.5.2.3, would lose
 * the `type`. Of a value emptied of all but its `type` nothing remains.
 */
function changed(attribute: Attribute, value: JsonObject, parts: Parts): JsonObject[] {
  const after = written(attribute, value, parts);
  return after === undefined || (isBare(after) && !isBare(value)) ? [] : [after];
}

/** Entra expects a value to come into being that a filter describes and that is not there. */
function created(
  values: JsonObject[],
  { op, path }: PatchStep,
  parts: Parts,
  reading: Reading,
): JsonObject[] {
  const { attribute, filter } = path;
  const may = op === 'add' || filter === undefined || reading.lenient.missingElementCreated;
  const described = may ? describedBy(path, filter, reading) : undefined;
  if (described === undefined) {
    throw badRequest('noTarget', `No value of ${attribute.name} is what the filter asks for.`);
  }
  if ([...parts.values()].every((part) => part === undefined)) return values;
  const made = changed(attribute, described, parts);
  return onePrimary([...values, ...made], made);
}

/**
 * The value that a filter of nothing but `eq` and `and` describes. One that looks for the very thing to be written,
 * or for a `value`, looks for a value that was there.
 */
function describedBy(path: PatchPath, filter: Filter | undefined, reading: Reading): JsonObject | undefined {
  if (filter === undefined) return {};
  const terms = equalities(filter);
  const describes = terms?.every(
    ({ path: { sub } }) => sub !== path.sub && sub?.name !== 'value' && sub?.mutability !== 'readOnly',
  );
  if (terms === undefined || !describes) return undefined;
  const sent = Object.fromEntries(terms.map(({ path: { sub }, value }) => [sub?.name, value]));
  return written(path.attribute, {}, partsOf(path.attribute, sent, reading)) ?? {};
}
