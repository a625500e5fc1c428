import type { Guards } from '../identity/access/guard.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { ClarusDirectory } from './clarus-directory.ts';
import { roleIds } from './decide-settings.ts';

/** Whom a tenant file protects, with roles by id: looked up once and kept. The function throws what `findRole` throws. */
export function guardsOf(
  { clarus: { apiUser }, protect }: Tenant,
  clarus: Pick<ClarusDirectory, 'findRole'>,
): () => Promise<Guards> {
  let kept: Guards | undefined;
  return async function guards() {
    kept ??= {
      users: [...(protect.users ?? []), ...(apiUser === undefined ? [] : [apiUser])],
      emails: protect.emails ?? [],
      roles: await roleIds(clarus, protect.roles ?? []),
    };
    return kept;
  };
}
