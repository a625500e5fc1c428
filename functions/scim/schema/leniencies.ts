/**
 * In what a client may differ from RFC 7644, each under its own name. Okta and Entra need them; a tenant that
 * sets `scim.strict` gets the RFC by the letter.
 */
export interface Leniencies {
  /** `"True"`, `"False"`, 1 and 0 for booleans. Entra's default PATCH shape; connectors of directories. */
  wordsAsBooleans: boolean;
  /** `{"name.givenName": …}` and `{"urn:…:User:department": …}` in a body. Entra with `aadOptscim062020`. */
  pathsAsKeys: boolean;
  /** `replace` at `emails[type eq "work"].value` makes the value that is not there. Entra. */
  missingElementCreated: boolean;
  /** `remove` at `members` with the values to remove beside it. Entra's default PATCH shape. */
  removeWithValue: boolean;
  /**
   * A text for `{value}`, one value for a list of one, a list of one for a value, `{active: false}` for the value of
   * `active`. Entra's `manager`, Okta.
   */
  looseShape: boolean;
  /** `emails[type eq "work"].value eq "…"` in a filter. Entra, for a matching attribute and its connection test. */
  pathAfterBrackets: boolean;
  /** `manager` and `department` without the URN of their extension. Microsoft's documentation. */
  bareExtensionNames: boolean;
  /** `urn:…:enterprise:2.0:User.department`, with a dot where a colon belongs. */
  dotAfterUrn: boolean;
  /** A number where a text belongs is that text. Directories that are filled by personnel systems. */
  numbersAsTexts: boolean;
  /** A PUT that leaves out what is required keeps it (RFC 7644 section 3.5.1 asks clients to send it). */
  partialReplace: boolean;
  /** `externalId eq 12345` and `userName eq 'lea'` for texts in double quotes. WSO2, scripts. */
  looseTexts: boolean;
  /**
   * Members of a group by `display` or `$ref`, as numbers, in `{"members": […]}` below their path, and removed without
   * a path. WSO2, the SDK of Ping.
   */
  looseMembers: boolean;
}

export const LENIENT: Leniencies = {
  wordsAsBooleans: true,
  pathsAsKeys: true,
  missingElementCreated: true,
  removeWithValue: true,
  looseShape: true,
  pathAfterBrackets: true,
  bareExtensionNames: true,
  dotAfterUrn: true,
  numbersAsTexts: true,
  partialReplace: true,
  looseTexts: true,
  looseMembers: true,
};

export const STRICT: Leniencies = {
  wordsAsBooleans: false,
  pathsAsKeys: false,
  missingElementCreated: false,
  removeWithValue: false,
  looseShape: false,
  pathAfterBrackets: false,
  bareExtensionNames: false,
  dotAfterUrn: false,
  numbersAsTexts: false,
  partialReplace: false,
  looseTexts: false,
  looseMembers: false,
};
