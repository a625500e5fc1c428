import { type Clarus, createClarus } from '../../functions/clarus/clarus.ts';
import type { ClarusListing } from '../../functions/clarus/clarus-directory.ts';
import type { HttpPorts } from '../../functions/platform/http.ts';
import { createHttpSend } from '../../functions/platform/http-send.ts';
import type { Tenant } from '../../functions/tenants/tenant-schema.ts';
import { createSecretSource, type SecretSource } from '../../functions/tenants/tenant-secret.ts';
import { aClock, type HandClock } from './clock.ts';
import { type Answer, json, type ScriptedServer, scriptedServer } from './http-server.ts';
import { ACME_SECRET, aSecretsManager, type SecretsBench } from './secrets.ts';
import { aTenant, type TenantFile } from './tenants.ts';

/** The Clarus client of the tenant `acme`, with a scripted server in Clarus' place. */
export interface ClarusBench {
  clarus: Clarus & ClarusListing;
  server: ScriptedServer;
  clock: HandClock;
  http: HttpPorts;
  tenant: Tenant;
  secrets: SecretSource;
  secretsManager: SecretsBench;
}

export const TOKEN_ROUTE = 'POST /oauth/token';

/** Milliseconds: long enough for an answer from a local server, short enough to wait for in vain. */
const TIMEOUT = 2_000;

/** `tokens: false` leaves the token endpoint to the test. */
export async function aClarusBench({
  settings = {},
  tokens = true,
  timeout = TIMEOUT,
}: {
  settings?: Partial<TenantFile['clarus']>;
  tokens?: boolean;
  timeout?: number;
} = {}): Promise<ClarusBench> {
  const server = await scriptedServer();
  const secretsManager = await aSecretsManager();
  secretsManager.put('acme', ACME_SECRET);
  const clock = aClock();
  const tenant = aTenant({ clarus: { subdomain: 'acme', baseUrl: server.url, ...settings } });
  const http = { send: createHttpSend(), clock, timeout };
  const secrets = createSecretSource({ client: secretsManager.client, clock });
  if (tokens) server.always(TOKEN_ROUTE, aToken('token-1'));
  const clarus = createClarus(http, tenant, secrets);
  return { clarus, server, clock, http, tenant, secrets, secretsManager };
}

/** The token endpoint's answer; `but` replaces or adds members. */
export function aToken(access_token: string, but: Record<string, unknown> = {}): Answer {
  return json(200, { access_token, token_type: 'Bearer', expires_in: 3600, ...but });
}
