import { describe, expect, it } from 'vitest';
import { resourceType, schemaResource } from '../../../functions/scim/discovery/describe.ts';
import { META_SCHEMAS } from '../../../functions/scim/discovery/meta-schemas.ts';
import { serviceProviderConfig } from '../../../functions/scim/discovery/service-provider-config.ts';
import type { Attribute, Schema } from '../../../functions/scim/schema/attribute.ts';
import { ACCESS, userSchemas } from '../../../functions/scim/users/schema.ts';
import { CLARUS, ENTERPRISE, GROUP, USER } from '../../support/scim-types.ts';

const BASE = 'https://x.example/scim/acme/v2';

describe('discovery', () => {
  it('says what of SCIM is served', () => {
    // Act & assess
    expect(serviceProviderConfig(BASE)).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 400_000 },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: true },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', maxPageSize: 200 },
      authenticationSchemes: [{ type: 'oauthbearertoken', primary: true }],
      meta: { resourceType: 'ServiceProviderConfig', location: `${BASE}/ServiceProviderConfig` },
    });
  });

  it.each([
    [USER, [ENTERPRISE, CLARUS, ACCESS]],
    [GROUP, []],
  ])('shows a type with the ids of its schemas: $0.name', (type, extensions) => {
    // Act & assess
    expect(resourceType(type, BASE)).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: type.name,
      name: type.name,
      description: type.description,
      endpoint: type.endpoint,
      schema: type.core.id,
      schemaExtensions: extensions.map((schema) => ({ schema, required: false })),
      meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/${type.name}` },
    });
  });

  it.each([USER.core, ...USER.extensions, GROUP.core, ...META_SCHEMAS])(
    'shows all of the schema $name',
    (schema) => {
      // Act
      const shown = schemaResource(schema, BASE);

      // Assess
      expect(shown).toMatchObject({ id: schema.id, meta: { location: `${BASE}/Schemas/${schema.id}` } });
      // What stands for a missing one is the bridge's own.
      expect(shown.attributes).toEqual(schema.attributes.map(({ impliedBy: _, ...rest }) => rest));
    },
  );

  it.each(META_SCHEMAS)('the schema $name is what is shown by it', (schema) => {
    // Prepare
    const resources = {
      ServiceProviderConfig: serviceProviderConfig(BASE),
      ResourceType: resourceType(USER, BASE),
      Schema: schemaResource(USER.core, BASE),
    };
    const [, { schemas: _, id: _id, meta: _meta, ...shown } = {}] =
      Object.entries(resources).find(([name]) => schema.id.endsWith(`:${name}`)) ?? [];

    // Act & assess
    expect(unknownIn(shown, schema.attributes)).toEqual([]);
  });

  it('offers the roles and the free texts that the tenant has', () => {
    // Act
    const { core, extensions } = userSchemas({ roles: ['Picker'], emailIsLogin: true, strings: [] });

    // Assess
    const roles = core.attributes.find(({ name }) => name === 'roles');
    expect(roles?.subAttributes?.find(({ name }) => name === 'value')?.canonicalValues).toEqual(['Picker']);
    expect(extensions.map(({ id }: Schema) => id)).toEqual([ENTERPRISE, ACCESS]);
  });
});

/** Names in a value that its attributes do not have. */
function unknownIn(value: unknown, attributes: readonly Attribute[]): string[] {
  if (Array.isArray(value)) return value.flatMap((it) => unknownIn(it, attributes));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const found = attributes.find((it) => it.name === name);
    return found === undefined ? [name] : unknownIn(part, found.subAttributes ?? []);
  });
}
