import { BridgeError } from '../../identity/bridge-error.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';
import { malformedAnswer, type OktaRequest } from './okta-request.ts';

/** A page of a list. */
export type OktaPage =
  | { kind: 'page'; elements: readonly unknown[]; next?: string }
  /** There is nothing that could have the list: the app, the group or the user is gone. */
  | { kind: 'missing' }
  /** The credentials may not see it. */
  | { kind: 'forbidden' }
  /** The address of a page is none that the tenant's org takes any more. */
  | { kind: 'lost' }
  | { kind: 'no_credentials' };

/** Reads a page of a list by the path of its beginning or by the address that the page before named. Throws BridgeError. */
export async function readPage(
  request: OktaRequest,
  tenant: Tenant,
  secrets: SecretSource,
  pathOrLink: string,
): Promise<OktaPage> {
  const answer = await request(tenant, secrets, pathOrLink);
  if (answer.kind === 'elsewhere') return { kind: 'lost' };
  if (answer.kind === 'no_credentials') return { kind: 'no_credentials' };
  const isBeginning = pathOrLink.startsWith('/');
  const { status, json, next } = answer;
  switch (status) {
    case 200:
      if (!Array.isArray(json)) throw malformedAnswer('no list');
      return { kind: 'page', elements: json, ...(next !== undefined && { next }) };
    case 400:
      if (isBeginning) throw malformedAnswer('400 to the beginning of a list');
      return { kind: 'lost' };
    case 403:
      return { kind: 'forbidden' };
    case 404:
      return isBeginning ? { kind: 'missing' } : { kind: 'lost' };
  }
}

/** What work comes to, or `forbidden` where even credentials read anew are refused. */
export async function unlessRefused<End>(work: Promise<End>): Promise<End | { kind: 'forbidden' }> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof BridgeError && error.code === 'okta_credentials_refused')
      return { kind: 'forbidden' };
    throw error;
  }
}
