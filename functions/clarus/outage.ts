import { BridgeError } from '../identity/bridge-error.ts';
import { type HttpAnswer, jsonOf } from '../platform/http.ts';

/**
 * Throws for what Clarus itself does not answer, as far as a status from 300 on tells: a redirect, a page, a 403
 * or 404 without JSON. Who asked goes on asking, since the one who stands in between goes away.
 */
export function refuseOutage(answer: HttpAnswer): void {
  const { status } = answer;
  const isRedirect = status >= 300 && status < 400;
  const isNobodys = (status === 403 || status === 404) && !isJson(answer);
  if (isRedirect || isNobodys || (status >= 400 && status !== 401 && isPage(answer))) throw outage(answer);
}

/** The error for an answer that is not Clarus' own. After a success nobody knows what it was that succeeded. */
export function outage({ status }: HttpAnswer): BridgeError {
  return new BridgeError(
    'clarus_unavailable',
    `Something answered ${status} that does not speak as Clarus does: a page, a redirect, or nothing. It is tried ` +
      'again; if this does not pass, check clarus.baseUrl in the tenant file and what stands between the bridge and Clarus.',
    { retryable: true, status, outcomeUnknown: status < 300 },
  );
}

function isJson(answer: HttpAnswer): boolean {
  return typeof (jsonOf(answer) ?? undefined) === 'object';
}

function isPage({ header, text }: HttpAnswer): boolean {
  return text !== '' && (/^\s*</.test(text) || /^text\/html\b/i.test(header('content-type') ?? ''));
}
