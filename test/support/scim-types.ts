import { GROUP_SCHEMA } from '../../functions/scim/groups/schema.ts';
import type { ResourceType } from '../../functions/scim/schema/resource-type.ts';
import { CLARUS_STRINGS, userSchemas } from '../../functions/scim/users/schema.ts';

/** The User type of a tenant whose mapping leaves all of Clarus' free texts to SCIM. */
export const USER: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'User',
  ...userSchemas({ emailIsLogin: true, strings: CLARUS_STRINGS }),
};

export const GROUP: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  core: GROUP_SCHEMA,
  extensions: [],
};

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const CLARUS = 'urn:ietf:params:scim:schemas:extension:clarus:2.0:User';
export const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** What a call throws, as its status and word. */
export function refusalOf(call: () => unknown): { status: unknown; scimType: unknown; name: unknown } {
  try {
    call();
  } catch (error) {
    const { status, scimType, name } = Object(error);
    return { status, scimType, name };
  }
  return { status: undefined, scimType: undefined, name: undefined };
}
