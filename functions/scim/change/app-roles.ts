import { isObject, type Json, type JsonObject } from '../../identity/json.ts';

/**
 * The attributes with roles as the mapping reads them. Entra sends an app role as JSON text in a value,
 * `{"value": "{\"id\": …, \"value\": \"Picker\", \"displayName\": …}"}`; what is kept is what was sent.
 */
export function withAppRoles(attributes: JsonObject): JsonObject {
  const { roles } = attributes;
  return Array.isArray(roles) ? { ...attributes, roles: roles.map(appRole) } : attributes;
}

function appRole(role: Json): Json {
  const inside = isObject(role) ? parsed(role.value) : undefined;
  if (!isObject(role) || !isObject(inside) || typeof inside.value !== 'string') return role;
  const { value, displayName } = inside;
  return { ...role, value, ...(typeof displayName === 'string' && { display: displayName }) };
}

function parsed(text: Json | undefined): Json | undefined {
  if (typeof text !== 'string' || !text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
