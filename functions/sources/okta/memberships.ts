import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';
import { type OktaPage, readPage, unlessRefused } from './okta-page.ts';
import { credentialsRefused, malformedAnswer, type OktaRequest } from './okta-request.ts';

/** By id of the tenant's apps and groups, whether somebody is a member. */
export type Memberships = Readonly<Record<string, boolean>>;

/** Whether somebody is a member of an app or a group; undefined where the credentials may not see it. */
export type Told = readonly (readonly [id: string, isMember: boolean | undefined])[];

/**
 * Of which of the tenant's apps and groups a person is a member: `GET /api/v1/apps/{app}/users/{id}` for each app, and
 * `GET /api/v1/users/{id}/groups` for all groups. Undefined where nothing is told. Throws BridgeError.
 */
export async function readMemberships(
  request: OktaRequest,
  tenant: Tenant,
  secrets: SecretSource,
  userId: string,
): Promise<Memberships | undefined> {
  const { apps = [], groups = [] } = tenant.okta ?? {};
  const [ofApps, groupIds] = await Promise.all([
    Promise.all(apps.map(isAssigned)),
    groups.length === 0 ? undefined : groupsOf(),
  ]);
  const ofGroups = groups.map((id) => [id, groupIds?.has(id)] as const);
  return conclusive([...apps.map((id, index) => [id, ofApps[index]] as const), ...ofGroups]);

  async function isAssigned(app: string): Promise<boolean | undefined> {
    const path = `/api/v1/apps/${encodeURIComponent(app)}/users/${encodeURIComponent(userId)}`;
    const answer = await unlessRefused(request(tenant, secrets, path));
    if (answer.kind !== 'answer' || answer.status === 403) return undefined;
    if (answer.status === 400) throw credentialsRefused(answer.status);
    return answer.status === 200;
  }

  async function groupsOf(): Promise<Set<string> | undefined> {
    const found = new Set<string>();
    const seen = new Set<string>();
    let link: string | undefined = `/api/v1/users/${encodeURIComponent(userId)}/groups`;
    while (link !== undefined) {
      seen.add(link);
      const page: OktaPage = await unlessRefused(readPage(request, tenant, secrets, link));
      if (page.kind === 'lost') throw malformedAnswer('an address of a page that it does not take');
      if (page.kind !== 'page') return undefined;
      for (const element of page.elements) found.add(String(Object(element).id));
      link = page.next;
      if (link !== undefined && seen.has(link)) throw malformedAnswer('a page that it has shown before');
    }
    return found;
  }
}

/**
 * What can be concluded of what is told. One app or group is enough for access, so whoever is no member of those that
 * are told may be one of the rest: then nothing but membership is.
 */
export function conclusive(told: Told): Memberships | undefined {
  const isWhole = told.every(([, isMember]) => isMember !== undefined);
  const known = told.flatMap(([id, isMember]) =>
    isMember === undefined || (!isMember && !isWhole) ? [] : [[id, isMember] as const],
  );
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
