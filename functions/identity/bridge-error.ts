/** What went wrong, as a stable word that receipts, dead letters, logs and alarms can be searched for. */
export type ErrorCode =
  | 'change_malformed'
  | 'clarus_credentials_refused'
  | 'clarus_forbidden'
  | 'clarus_refused'
  | 'clarus_request_refused'
  | 'clarus_response_malformed'
  | 'clarus_throttled'
  | 'clarus_unavailable'
  | 'clarus_unreachable'
  | 'clarus_user_ambiguous'
  | 'clarus_user_missing'
  | 'configuration_invalid'
  | 'contention'
  | 'creation_unconfirmed'
  | 'entra_credentials_refused'
  | 'entra_response_malformed'
  | 'entra_subscription_refused'
  | 'entra_throttled'
  | 'entra_unavailable'
  | 'entra_user_absent'
  | 'look_too_early'
  | 'mapping_failed'
  | 'okta_credentials_refused'
  | 'okta_response_malformed'
  | 'okta_throttled'
  | 'okta_unavailable'
  | 'okta_user_absent'
  | 'queue_unavailable'
  | 'role_unknown'
  | 'secret_incomplete'
  | 'secret_malformed'
  | 'secret_missing'
  | 'secret_unavailable'
  | 'state_malformed'
  | 'state_unavailable'
  | 'tenant_invalid'
  | 'tenant_unknown'
  | 'two_users';

interface BridgeErrorOptions {
  /** Whether the same attempt may succeed later without anybody's help. */
  retryable: boolean;
  /** Milliseconds the other side asked us to wait. */
  retryAfter?: number;
  /** The HTTP status the other side answered, where there was one. */
  status?: number;
  /** True when a request may have taken effect although no answer came. */
  outcomeUnknown?: boolean;
  /** What happened, for whoever does not ask after the event that it happened to. */
  what?: string;
  cause?: unknown;
}

/**
 * The one error family. The message says what happened, what follows and what to do, and never holds a
 * secret or personal data: it is logged, stored in receipts and put on dead letters.
 */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;
  readonly status: number | undefined;
  readonly outcomeUnknown: boolean;
  readonly what: string | undefined;

  constructor(code: ErrorCode, message: string, options: BridgeErrorOptions) {
    // It may carry a response, an address or an input: kept for a debugger, and, not enumerable, out of logs.
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfter = options.retryAfter;
    this.status = options.status;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    this.what = options.what;
  }

  /** The same error, to be tried again after so many milliseconds. */
  after(retryAfter: number): BridgeError {
    const { retryable, outcomeUnknown, cause, status } = this;
    const options = { retryable, outcomeUnknown, cause, retryAfter };
    return new BridgeError(this.code, this.message, status === undefined ? options : { ...options, status });
  }
}
