import { attribute, complex, type Schema } from '../schema/attribute.ts';

export const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** Groups are Clarus' roles: only who has one can be changed. */
export const GROUP_SCHEMA: Schema = {
  id: CORE_GROUP,
  name: 'Group',
  description: 'A role in Clarus. A user has one role; the later assignment wins.',
  attributes: [
    attribute('displayName', 'The name of the role.', { mutability: 'readOnly', uniqueness: 'server' }),
    complex(
      'members',
      'The users that have the role.',
      [
        attribute('value', 'The id of the user.', { mutability: 'immutable', caseExact: true }),
        attribute('$ref', 'Where the user is.', {
          type: 'reference',
          referenceTypes: ['User'],
          mutability: 'immutable',
          caseExact: true,
        }),
        attribute('type', 'Always User.', { mutability: 'immutable', canonicalValues: ['User'] }),
        attribute('display', 'A userName, by which a member may be named; it is not shown.', {
          mutability: 'readOnly',
          returned: 'never',
        }),
      ],
      { multiValued: true },
    ),
  ],
};
