import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { ScimError } from '../../functions/scim/protocol/error.ts';
import { CANARY } from './json.ts';

/** One input and what is done with it. */
export interface Trial {
  /** Shown when something is wrong. */
  input: unknown;
  run: () => unknown;
  /** Whether the module says that it throws errors of ours. */
  throws?: boolean;
  /** The lines that were logged. */
  lines?: () => unknown[];
}

/** Milliseconds of CPU beyond which a call holds up the others. */
export const SLOW = 250;

/** Fields of a log line that are ids and names by design, and may be anybody's text. */
const BY_DESIGN = [
  'tenant',
  'source',
  'eventId',
  'subjectId',
  'subscriptionId',
  'event',
  'eventType',
  'oktaRequestId',
];

/** Runs a trial. Everything that no input may bring about, each in words that are the same for the same fault. */
export async function judge({ run, throws = false, lines = () => [] }: Trial): Promise<string[]> {
  const before = process.threadCpuUsage();
  const faults: string[] = [];
  try {
    faults.push(...faultsOf(await run()));
  } catch (error) {
    faults.push(...faultsOfThrown(error, throws));
  }
  const { user, system } = process.threadCpuUsage(before);
  if (user + system > SLOW * 1000) faults.push(`more than ${SLOW} ms of CPU`);
  if (lines().some((line) => shownOf(line).includes(CANARY))) faults.push('what was sent is in a log line');
  if (lines().some((line) => shownOf(line).includes('unexpected error'))) faults.push('an unexpected error');
  const added = Object.keys(Object.prototype);
  if (added.length > 0) faults.push('Object.prototype was added to');
  for (const key of added) Reflect.deleteProperty(Object.prototype, key);
  return faults;
}

/** A handler's answer is its own, whatever a client did, and is JSON where it says so. */
function faultsOf(result: unknown): string[] {
  const { statusCode, headers = {}, body } = Object(result);
  if (statusCode === undefined) return [];
  const faults: string[] = [];
  // 501 is meant for /Me and /Bulk.
  if (!Number.isInteger(statusCode) || (statusCode >= 500 && statusCode !== 501))
    faults.push(`status ${statusCode}`);
  for (const [name, value] of Object.entries(headers)) {
    if (/[\r\n\0]/.test(String(value))) faults.push(`a control character in the header ${name}`);
  }
  if (/json/.test(String(Object(headers)['content-type'])) && body !== undefined && !isJson(body)) {
    faults.push('a body that is no JSON');
  }
  return faults;
}

function faultsOfThrown(error: unknown, throws: boolean): string[] {
  const isOurs = error instanceof BridgeError || error instanceof ScimError;
  if (!throws || !isOurs)
    return [`thrown: ${error instanceof Error ? `${error.name} at ${placeOf(error)}` : 'no error'}`];
  // A ScimError goes back to the client whose words it repeats, and nowhere else.
  return error instanceof BridgeError && error.message.includes(CANARY)
    ? ['what was sent is in an error']
    : [];
}

function placeOf({ stack = '' }: Error): string {
  return /(functions\/[^):]+)/.exec(stack)?.[1] ?? '?';
}

function shownOf(line: unknown): string {
  return JSON.stringify(line, (key, value: unknown) => (BY_DESIGN.includes(key) ? undefined : value));
}

function isJson(text: unknown): boolean {
  try {
    JSON.parse(String(text));
    return true;
  } catch {
    return false;
  }
}
