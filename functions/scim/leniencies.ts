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
}

export const LENIENT: Leniencies = {
  wordsAsBooleans: true,
  pathsAsKeys: true,
  missingElementCreated: true,
  removeWithValue: true,
  looseShape: true,
};

export const STRICT: Leniencies = {
  wordsAsBooleans: false,
  pathsAsKeys: false,
  missingElementCreated: false,
  removeWithValue: false,
  looseShape: false,
};
