import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject } from '../../identity/json.ts';

/** A weak entity tag of a resource's content (RFC 7643 section 3.1): the same content has the same tag. */
export function weakEtag(resource: JsonObject): string {
  return `W/"${createHash('sha256').update(canonicalJson(resource)).digest('base64url').slice(0, 22)}"`;
}

/** Whether a list of entity tags, as If-Match and If-None-Match have it, holds this one (RFC 9110 section 13.1). */
export function etagListed(header: string, etag: string): boolean {
  const listed = header.split(',').map((tag) => tag.trim());
  // RFC 7644 uses weak tags with If-Match, so all are compared weakly.
  return listed.includes('*') || listed.some((tag) => tag.replace(/^W\//, '') === etag.replace(/^W\//, ''));
}
