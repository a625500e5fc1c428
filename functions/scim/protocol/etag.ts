import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject } from '../../identity/json.ts';
import { ScimError } from './error.ts';

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

/** Throws ScimError 412 when If-Match names another version (RFC 7644 section 3.14). */
export function checkVersion(ifMatch: string | undefined, resource: () => JsonObject): void {
  if (ifMatch === undefined) return;
  const { version } = Object(resource().meta);
  if (etagListed(ifMatch, String(version))) return;
  throw new ScimError(412, 'The resource has changed since it was read: read it again.');
}
