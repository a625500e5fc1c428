import type { JsonObject } from '../../functions/identity/json.ts';
import { PATCH_OP, patchOperations } from '../../functions/scim/change/operations.ts';
import { patch } from '../../functions/scim/change/patch.ts';
import { LENIENT } from '../../functions/scim/schema/leniencies.ts';
import { checkResource } from '../../functions/scim/schema/resource.ts';
import { ENTERPRISE, USER } from './scim-types.ts';

export const WORK = { value: 'lea.ver@acme.example', type: 'work', primary: true };
export const HOME = { value: 'lea@home.example', type: 'home' };
export const MANAGED = { department: 'Outbound', manager: { value: '26', displayName: 'Sam' } };

export const LEA: JsonObject = {
  userName: 'lea.ver@acme.example',
  externalId: 'E1',
  active: true,
  title: 'Picker',
  name: { givenName: 'Lea', familyName: 'Ver' },
  emails: [WORK, HOME],
  addresses: [{ type: 'work', streetAddress: '1 Main', locality: 'Ulm' }],
  [ENTERPRISE]: MANAGED,
};

/** Lea with other values; undefined takes one away. */
export function lea(but: Record<string, JsonObject[string] | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...LEA, ...but }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

export function patchBody(...Operations: unknown[]): unknown {
  return { schemas: [PATCH_OP], Operations };
}

/** What the operations make of a resource, held to the limits of what is kept. */
export function patched(operations: unknown[], before = LEA, lenient = LENIENT, type = USER): JsonObject {
  const { resource } = patch(type, before, patchOperations(patchBody(...operations)), lenient);
  // Nobody is without it once created.
  checkResource(type, { active: true, ...resource });
  return resource;
}
