import { hashOf, isAccepted } from '../../sources/credential.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';
import type { ScimAnswer } from '../protocol/answer.ts';
import type { ScimRequest } from '../protocol/request.ts';
import { ISSUED, tokenKey } from './caller.ts';
import { seal } from './sealed.ts';

/** Seconds that a token the bridge issues is good for: what Entra asks for at least. */
const TOKEN_LIFE = 3600;

/** `POST /scim/{tenant}/oauth/token`: client credentials (RFC 6749 section 4.4), in the form or by Basic. */
export async function grantToken(
  request: ScimRequest,
  tenant: Tenant | undefined,
  secrets: SecretSource,
): Promise<ScimAnswer> {
  if (request.method !== 'POST') {
    return { ...oauthError(405, 'invalid_request'), headers: { ...JSON_TYPE, allow: 'POST' } };
  }
  const form = new URLSearchParams(request.text());
  const basic = basicCredentials(request.headers.authorization);
  const id = basic?.id ?? form.get('client_id') ?? undefined;
  const secret = basic?.secret ?? form.get('client_secret') ?? undefined;
  const oauth = tenant?.scim?.oauth;
  if (
    !isAccepted(secret, oauth?.sha256) ||
    oauth === undefined ||
    tenant === undefined ||
    id !== oauth.clientId
  ) {
    const headers = { ...JSON_TYPE, 'www-authenticate': 'Basic realm="scim"' };
    return { ...oauthError(401, 'invalid_client'), headers };
  }
  if (form.get('grant_type') !== 'client_credentials') return oauthError(400, 'unsupported_grant_type');
  const key = await tokenKey(tenant, secrets);
  const token = seal(key, { client: oauth.clientId, secret: hashOf(secret) }, request.at + TOKEN_LIFE * 1000);
  return {
    status: 200,
    headers: JSON_TYPE,
    body: { access_token: `${ISSUED}${token}`, token_type: 'Bearer', expires_in: TOKEN_LIFE },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

function oauthError(status: number, error: string): ScimAnswer {
  return { status, headers: JSON_TYPE, body: { error } };
}

function basicCredentials(header: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const [plainId, secret] = [id, rest.join(':')].map((part) =>
    new URLSearchParams(`part=${part}`).get('part'),
  );
  return { id: plainId ?? '', secret: secret ?? '' };
}
