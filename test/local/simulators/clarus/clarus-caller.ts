import { DEMO_CLIENT } from '../../../../local/simulators/clarus/clarus-simulator.ts';
import type { ClarusClient } from '../../../../local/simulators/clarus/oauth.ts';

/** Buys a token at a simulated Clarus. */
export async function buyToken(url: string, client: ClarusClient = DEMO_CLIENT): Promise<string> {
  const response = await requestToken(url, client);
  const { access_token } = Object(await response.json());
  return String(access_token);
}

/** Asks for a token, with more or other form fields where given. */
export function requestToken(
  url: string,
  { clientId, clientSecret }: ClarusClient,
  fields: Record<string, string> = {},
): Promise<Response> {
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    ...fields,
  };
  return fetch(`${url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
}

export type ClarusCaller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Response>;

/** Calls a simulated Clarus as its documentation asks for; `headers` change one thing about it. */
export async function clarusCaller(url: string): Promise<ClarusCaller> {
  const token = await buyToken(url);
  return (method, path, body, headers = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'x-clarus-subdomain': 'demo',
        'content-type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
}
