import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { parseTenant } from '../../functions/tenants/parse-tenant.ts';
import type { Tenant, tenantSchema } from '../../functions/tenants/tenant-schema.ts';
import { CLIENT_STATE, DIRECTORY } from './graph-notifications.ts';

/** What Okta presents to the tenant, and what it presented before a rotation: both are accepted. */
export const HOOK_CREDENTIAL = 'Sz6wk0CmDtqWPqkAQW8OzZlGqX1jPpBzcXhPb3x4Tns';
export const PREVIOUS_HOOK_CREDENTIAL = 'uQ1rTgIuXn4uXWb5d7mJc1Zl8cQy9fVhQkzj2oHn0aE';

/** A tenant file's content. */
export type TenantFile = z.input<typeof tenantSchema>;

/** The tenant file of Acme, who use Okta, unless said otherwise. */
export function aTenantFile(but: Partial<TenantFile> = {}): TenantFile {
  return { tenant: 'acme', clarus: { subdomain: 'acme' }, okta: anOktaFile(), ...but };
}

/** Its part about Okta. */
export function anOktaFile(but: Partial<TenantFile['okta']> = {}): NonNullable<TenantFile['okta']> {
  return {
    orgUrl: 'https://acme.okta.example',
    eventHook: { sha256: [sha256(HOOK_CREDENTIAL), sha256(PREVIOUS_HOOK_CREDENTIAL)] },
    ...but,
  };
}

/** A tenant file's part about Entra. */
export function anEntraFile(but: Partial<TenantFile['entra']> = {}): NonNullable<TenantFile['entra']> {
  return { directoryId: DIRECTORY, clientState: { sha256: [sha256(CLIENT_STATE)] }, ...but };
}

export function aTenant(but: Partial<TenantFile> = {}): Tenant {
  return parseTenant(aTenantFile(but), 'acme.json');
}

/** The tenant with Okta settings of its own. */
export function anOktaTenant(okta: Partial<TenantFile['okta']> = {}): Tenant {
  return aTenant({ okta: anOktaFile(okta) });
}

export function sha256(credential: string): string {
  return createHash('sha256').update(credential).digest('hex');
}
