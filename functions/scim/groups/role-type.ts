import { attribute } from '../schema/attribute.ts';
import type { ResourceType } from '../schema/resource-type.ts';

/** Okta's own schema of a role, which its Identity Governance looks for at `/ResourceTypes`. */
export const OKTA_ROLE = 'urn:okta:scim:schemas:core:1.0:Role';

/** A role to be given by its id in a user's `roles`. */
export const ROLE_TYPE: ResourceType = {
  name: 'Role',
  endpoint: '/Roles',
  description: 'A role in Clarus that a user may be given by its id.',
  core: {
    id: OKTA_ROLE,
    name: 'Role',
    description: 'A role in Clarus, made and named there.',
    attributes: [
      attribute('displayName', 'The name of the role.', { mutability: 'readOnly', uniqueness: 'server' }),
    ],
  },
  extensions: [],
};
