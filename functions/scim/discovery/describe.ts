import type { JsonObject } from '../../identity/json.ts';
import type { Attribute, Schema } from '../schema/attribute.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { RESOURCE_TYPE, SCHEMA } from './meta-schemas.ts';

/** RFC 7643 section 6. */
export function resourceType(type: ResourceType, baseUrl: string): JsonObject {
  return {
    schemas: [RESOURCE_TYPE],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.core.id,
    schemaExtensions: type.extensions.map(({ id }) => ({ schema: id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.name}` },
  };
}

/** RFC 7643 section 7. */
export function schemaResource(schema: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [SCHEMA],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(described),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}

function described({
  impliedBy: _,
  canonicalValues,
  referenceTypes,
  subAttributes,
  ...plain
}: Attribute): JsonObject {
  return {
    ...plain,
    ...(canonicalValues && { canonicalValues: [...canonicalValues] }),
    ...(referenceTypes && { referenceTypes: [...referenceTypes] }),
    ...(subAttributes && { subAttributes: subAttributes.map(described) }),
  };
}
