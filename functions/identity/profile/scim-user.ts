/** The enterprise extension's schema URN (RFC 7643 section 4.3). */
export const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Where a source puts what it knows of a user beyond RFC 7643, under the provider's own names. */
export const OKTA_USER = 'urn:ietf:params:scim:schemas:extension:okta:2.0:User';

/** Clarus' free texts, which SCIM has no name for. */
export const CLARUS_USER = 'urn:ietf:params:scim:schemas:extension:clarus:2.0:User';

/** An element of a multi-valued attribute (RFC 7643 section 2.4). */
export interface MultiValue {
  value: string;
  type?: string;
  primary?: boolean;
  display?: string;
}

/**
 * A partial SCIM User with RFC 7643 names: what every source turns its knowledge into, and the only thing
 * the mapping reads. An absent member means "nothing is said about it", never "empty".
 */
export interface ScimUser {
  userName?: string;
  active?: boolean;
  displayName?: string;
  name?: {
    formatted?: string;
    familyName?: string;
    givenName?: string;
    middleName?: string;
    honorificPrefix?: string;
    honorificSuffix?: string;
  };
  nickName?: string;
  title?: string;
  userType?: string;
  preferredLanguage?: string;
  locale?: string;
  timezone?: string;
  externalId?: string;
  emails?: MultiValue[];
  phoneNumbers?: MultiValue[];
  roles?: MultiValue[];
  entitlements?: MultiValue[];
  groups?: MultiValue[];
  [ENTERPRISE_USER]?: {
    employeeNumber?: string;
    costCenter?: string;
    organization?: string;
    division?: string;
    department?: string;
    manager?: { value?: string; displayName?: string };
  };
  [CLARUS_USER]?: {
    string1?: string;
    string2?: string;
    string3?: string;
    string4?: string;
    string5?: string;
  };
  [OKTA_USER]?: Record<string, string | number | boolean | readonly string[]>;
}
