import { buildSchema, type GraphQLSchema } from 'graphql';

const DOCUMENTED = 'id: ID name: String email: String';
/** Introspection shows further fields; which ones is not documented, so they are off unless asked for. */
const EXTENDED =
  'is_active: Boolean role_id: ID language: String timezone: String ' +
  'string1: String string2: String string3: String string4: String string5: String';

/** What Clarus' documentation says of its GraphQL reads, with a user of these fields. */
function schemaWith(userFields: string): GraphQLSchema {
  return buildSchema(`
    type Query { subdomain_users: SubdomainUsers roles: Roles }

    type SubdomainUsers {
      all(first: Int, after: String, filter: SubdomainUserFilterType): SubdomainUserConnection
    }
    type SubdomainUserConnection { pageInfo: PageInfo edges: [SubdomainUserEdge] }
    type SubdomainUserEdge { cursor: String node: SubdomainUser }
    type SubdomainUser { id: ID user: User }
    type User { ${userFields} }

    type Roles { all(first: Int, after: String, filter: RoleFilterType): RoleConnection }
    type RoleConnection { pageInfo: PageInfo edges: [RoleEdge] }
    type RoleEdge { cursor: String node: Role }
    type Role { id: ID name: String }

    type PageInfo { hasNextPage: Boolean endCursor: String }

    input SubdomainUserFilterType { user_email: StringInputType user_name: StringInputType }
    """The documentation names no type for the filter of roles: this name is a guess."""
    input RoleFilterType { name: StringInputType role_type: StringInputType }
    input StringInputType { eq: String ilike: String like: String in: [String!] between: [String!] }
  `);
}

export const SCHEMA = schemaWith(DOCUMENTED);
export const EXTENDED_SCHEMA = schemaWith(`${DOCUMENTED} ${EXTENDED}`);
