import type { HttpPorts } from '../platform/http.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import { createAccessTokenSource } from './access-token.ts';
import { type ClarusDirectory, type ClarusListing, createClarusDirectory } from './clarus-directory.ts';
import { createClarusRequest } from './clarus-request.ts';
import { type ClarusUsers, createClarusUsers } from './clarus-users.ts';

export type Clarus = ClarusUsers & ClarusDirectory;

/** Clarus as one tenant sees it: to be kept, since it holds the tenant's access token. */
export function createClarus(http: HttpPorts, tenant: Tenant, secrets: SecretSource): Clarus & ClarusListing {
  const request = createClarusRequest(http, tenant, createAccessTokenSource(http, tenant, secrets));
  return {
    ...createClarusUsers(request),
    ...createClarusDirectory(request, tenant.clarus.userId, http.clock),
  };
}
