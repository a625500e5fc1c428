/**
 * In what a client may differ from RFC 7644, each under its own name. Okta and Entra need them; a tenant that
 * sets `scim.strict` gets the RFC by the letter.
 */
export interface Leniencies {
  /** `"True"` and `"False"` for booleans. Entra's default PATCH shape. */
  wordsAsBooleans: boolean;
  /** `{"name.givenName": …}` and `{"urn:…:User:department": …}` in a body. Entra with `aadOptscim062020`. */
  pathsAsKeys: boolean;
  /** `replace` at `emails[type eq "work"].value` makes the value that is not there. Entra. */
  missingElementCreated: boolean;
  /** `remove` at `members` with the values to remove beside it. Entra's default PATCH shape. */
  removeWithValue: boolean;
  /** A text for `{value}`, one value for a list of one, a list of one for a value. Entra's `manager`, Okta. */
  looseShape: boolean;
  /** `emails[type eq "work"].value eq "…"` in a filter. Entra, for a matching attribute and its connection test. */
  pathAfterBrackets: boolean;
  /** `manager` and `department` without the URN of their extension. Microsoft's documentation. */
  bareExtensionNames: boolean;
}

export const LENIENT: Leniencies = {
  wordsAsBooleans: true,
  pathsAsKeys: true,
  missingElementCreated: true,
  removeWithValue: true,
  looseShape: true,
  pathAfterBrackets: true,
  bareExtensionNames: true,
};

export const STRICT: Leniencies = {
  wordsAsBooleans: false,
  pathsAsKeys: false,
  missingElementCreated: false,
  removeWithValue: false,
  looseShape: false,
  pathAfterBrackets: false,
  bareExtensionNames: false,
};
