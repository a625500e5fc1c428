import { expect } from 'vitest';
import { aPerson, aScimBench, type ScimBench } from '../support/scim-bench.ts';

export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const CLARUS = 'urn:ietf:params:scim:schemas:extension:clarus:2.0:User';
/** Has a role that no client has given. */
export const ADMIN = 200;

export interface Acme extends ScimBench {
  /** A new user, and nothing of its creation among Clarus' calls. */
  created(but?: Record<string, unknown>): Promise<ReturnType<typeof Object>>;
}

/** The whole bridge, with 230 people in Clarus before it, roles by the mapping and `string1` left alone. */
export async function anAcme(): Promise<Acme> {
  const bench = await aScimBench({
    mapping: { role_id: { expression: 'roles.value', table: { Supervisor: 2, Picker: 3 } }, string1: null },
  });
  bench.stack.clarus.setUsers(
    Array.from({ length: 230 }, (_, i) => ({
      id: i + 1,
      email: `p${i + 1}@acme.example`,
      name: `P ${i + 1}`,
      ...(i + 1 === ADMIN && { role_id: 1 }),
    })),
  );
  async function created(but: Record<string, unknown> = {}) {
    const { status, body } = await bench.call('POST', '/Users', aPerson(but));
    expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined });
    bench.forget();
    return body;
  }
  return { ...bench, created };
}
