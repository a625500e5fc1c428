import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { JsonObject } from '../../identity/json.ts';
import type { ScimError } from './error.ts';

/** An answer; without a body it is empty. */
export interface ScimAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: JsonObject;
}

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

export const SCIM_JSON = 'application/scim+json';

/** Okta and Entra compare the type as it stands: no charset. */
export function asResult(
  { status, headers = {}, body }: ScimAnswer,
  method?: string,
): APIGatewayProxyStructuredResultV2 {
  const common = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers };
  if (body === undefined) return { statusCode: status, headers: common };
  return {
    statusCode: status,
    headers: { 'content-type': SCIM_JSON, ...common },
    ...(method !== 'HEAD' && { body: JSON.stringify(body) }),
  };
}

/** RFC 7644 section 3.12: `status` is a text. */
export function errorAnswer({ status, message, scimType, headers }: ScimError): ScimAnswer {
  return {
    status,
    headers,
    body: {
      schemas: [ERROR],
      status: String(status),
      ...(scimType !== undefined && { scimType }),
      detail: message,
    },
  };
}

/** RFC 7644 section 3.4.2. */
export function listAnswer(resources: JsonObject[], totalResults: number, page: JsonObject): ScimAnswer {
  const body = {
    schemas: [LIST],
    totalResults,
    itemsPerPage: resources.length,
    ...page,
    Resources: resources,
  };
  return { status: 200, body };
}
