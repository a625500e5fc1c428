import type { BridgeError } from '../identity/bridge-error.ts';
import { ScimError } from './protocol/error.ts';
import type { Operation } from './requests/operation.ts';

/** Seconds to wait where the other side asked for nothing; Okta waits five minutes without. */
const WAIT = 10;
/** Seconds until somebody may have put right what only people can. */
const LONG_WAIT = 300;

/** For a request that takes longer than API Gateway waits. What of it Clarus has, the queued look sees to. */
export function outOfTime(): ScimError {
  const headers = { 'retry-after': String(WAIT) };
  return new ScimError(503, 'This took too long and may yet be carried out. Send it again.', { headers });
}

/**
 * What a BridgeError means to a SCIM client: what may pass is a 429 or a 503 with a whole number of seconds to
 * wait, a value Clarus will not have a 400, and what is set up wrong on our side never a 4xx.
 */
export function toScimError(error: BridgeError, changes: Operation['changes']): ScimError {
  const { code, retryable, retryAfter } = error;
  const detail = detailOf(error, LEFT[changes]);
  switch (code) {
    case 'clarus_refused':
    case 'mapping_failed':
      return new ScimError(400, detail, { scimType: 'invalidValue', cause: error });
    case 'clarus_user_missing':
      return new ScimError(404, detail, { cause: error });
    default: {
      const asked = retryAfter === undefined ? WAIT : Math.max(1, Math.ceil(retryAfter / 1000));
      const headers = { 'retry-after': String(retryable ? asked : LONG_WAIT) };
      const isTooMany = code === 'clarus_throttled' || code === 'contention';
      return new ScimError(isTooMany ? 429 : 503, detail, { headers, cause: error });
    }
  }
}

/** What is left of a request that has failed. */
const LEFT: Readonly<Record<Operation['changes'], string>> = {
  nothing: '',
  user: 'What was changed of the user is undone, and a deactivation is carried out all the same. ',
  members: 'Each member is changed by itself: some may have been, and these stay so. ',
};

/** For administrators who read it in Okta's or Entra's logs: there is no event here, and no queue of theirs. */
function detailOf({ code, what, retryable }: BridgeError, left: string): string {
  switch (code) {
    case 'clarus_refused':
    case 'mapping_failed':
      return `${what ?? 'A value is not one for Clarus.'} Correct it and send it again.`;
    case 'clarus_user_missing':
      return 'Clarus has this user no more.';
    case 'contention':
      return `Another request is changing this user. ${left}Send it again.`;
    case 'clarus_throttled':
      return `Clarus takes no more requests for now. ${left}Send it again.`;
    case 'clarus_unavailable':
    case 'clarus_unreachable':
      return `Clarus does not answer. ${left}Send it again.`;
    default:
      return retryable
        ? `The bridge cannot do this for now (${code}). ${left}Send it again.`
        : `The bridge is not set up for this (${code}), which is for its operators to put right. ${left}`.trim();
  }
}
