import type { ScimAnswer } from '../protocol/answer.ts';

/** RFC 6749 section 5.2, and two for what is no client's fault. */
export type OAuthErrorCode =
  | 'invalid_client'
  | 'invalid_request'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable';

interface OAuthErrorOptions {
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** An answer of the token endpoint that is no token. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly code: OAuthErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: OAuthErrorCode,
    description: string,
    { headers = {}, cause }: OAuthErrorOptions = {},
  ) {
    super(description, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
    Object.defineProperty(this, 'cause', { enumerable: false });
  }
}

export const JSON_TYPE = { 'content-type': 'application/json' };

export function oauthAnswer({ status, code, message, headers }: OAuthError): ScimAnswer {
  return {
    status,
    headers: { ...JSON_TYPE, ...headers },
    body: { error: code, error_description: message },
  };
}

export function invalidRequest(description: string): OAuthError {
  return new OAuthError(400, 'invalid_request', description);
}

/** The same for whoever is no client, whatever is the matter with them. */
export function invalidClient(
  description = 'The client is not known here, or its credential is not right.',
): OAuthError {
  return new OAuthError(401, 'invalid_client', description, {
    headers: { 'www-authenticate': 'Basic realm="scim"' },
  });
}
