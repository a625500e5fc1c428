import { STATUS_CODES } from 'node:http';

/** One element of a JSON:API error body. */
export interface JsonApiError {
  status: string;
  title: string;
  detail: string;
  source?: { pointer: string };
}

/** An error in JSON:API's words. `pointer` names the member of the body that is wrong. */
export function jsonApiError(status: number, detail: string, pointer?: string): JsonApiError {
  return {
    status: String(status),
    title: STATUS_CODES[status] ?? 'Error',
    detail,
    ...(pointer !== undefined && { source: { pointer } }),
  };
}
