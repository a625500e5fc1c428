/** RFC 7644 table 9, and what RFC 9865 section 2.1 adds for cursors. */
export type ScimType =
  | 'expiredCursor'
  | 'invalidCount'
  | 'invalidCursor'
  | 'invalidFilter'
  | 'invalidPath'
  | 'invalidSyntax'
  | 'invalidValue'
  | 'invalidVers'
  | 'mutability'
  | 'noTarget'
  | 'tooMany'
  | 'uniqueness';

interface ScimErrorOptions {
  scimType?: ScimType;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** An answer that is no success. `detail` is shown to administrators, in Okta's and Entra's logs among others. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, { scimType, headers = {}, cause }: ScimErrorOptions = {}) {
    super(detail, { cause });
    this.status = status;
    this.scimType = scimType;
    this.headers = headers;
    Object.defineProperty(this, 'cause', { enumerable: false });
  }
}

/** A 400 with its reason as a word (RFC 7644 table 9). */
export function badRequest(scimType: ScimType, detail: string): ScimError {
  return new ScimError(400, detail, { scimType });
}

/** A 404. The id is not repeated: it may be anything. */
export function notFound(what = 'resource'): ScimError {
  return new ScimError(404, `There is no such ${what} here.`);
}
