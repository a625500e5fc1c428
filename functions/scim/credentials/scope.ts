import type { ScimClient } from '../../tenants/scim/clients.ts';
import { ScimError } from '../protocol/error.ts';
import type { ScimRequest } from '../protocol/request.ts';

type Scope = ScimClient['scope'][number];

const READS = ['GET', 'HEAD', 'OPTIONS'];

/** Throws ScimError 403 for what is not the client's to do (RFC 6750 section 3.1). */
export function checkScope(
  { method, segments }: Pick<ScimRequest, 'method' | 'segments'>,
  { path, scope, readOnly }: Pick<ScimClient, 'path' | 'readOnly'> & { scope: readonly Scope[] },
): void {
  const [first = ''] = segments.map((segment) => segment.toLowerCase());
  const isSearch = segments.at(-1)?.toLowerCase() === '.search';
  const needed: readonly Scope[] =
    first === 'users' || first === 'groups' ? [first] : isSearch ? ['users', 'groups'] : [];
  const missing = needed.find((it) => !scope.includes(it));
  if (missing !== undefined) {
    throw refused(`This client has nothing to do with ${missing}, by ${path}.scope in the tenant file.`);
  }
  if (readOnly && !isSearch && !READS.includes(method)) {
    throw refused(`This client may look and change nothing, by ${path}.readOnly in the tenant file.`);
  }
}

function refused(detail: string): ScimError {
  const headers = { 'www-authenticate': 'Bearer realm="scim", error="insufficient_scope"' };
  return new ScimError(403, detail, { headers });
}
