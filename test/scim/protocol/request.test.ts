import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, it } from 'vitest';
import { addressOf, requestOf } from '../../../functions/scim/protocol/request.ts';

/** The parts of an event that are read: what follows `acme/v2` in the URL, and the headers. */
function anEvent(path: string, headers: Record<string, string> = {}): APIGatewayProxyEventV2 {
  const [proxy = '', ...query] = path.split('?');
  return {
    headers,
    rawQueryString: query.join('?'),
    pathParameters: { proxy: `acme/v2${proxy}` },
    requestContext: { domainName: 'bridge.example', http: { method: 'GET' } },
  } as unknown as APIGatewayProxyEventV2;
}

it.each([
  ['/Users/42', ['Users', '42'], {}],
  ['//Users//42/', ['Users', '42'], {}],
  ['/Users?filter=title+pr', ['Users'], { filter: 'title pr' }],
  // The base URL that an administrator typed ends in a query string, and Entra adds its path to that.
  ['?aadOptscim062020/Users/4%32?count=2', ['Users', '42'], { count: '2' }],
  ['?aadOptscim062020/Users/%E0%A4', ['Users', '%E0%A4'], {}],
  ['?aadOptscim062020', [], { aadOptscim062020: '' }],
])('%s leads to %j', (path, segments, query) => {
  // Act
  const address = addressOf(anEvent(path));

  // Assess
  expect(address).toMatchObject({ tenant: 'acme', version: 'v2', segments });
  expect(Object.fromEntries(address.query)).toEqual(query);
});

it.each([
  [{}, 'https://bridge.example/scim/acme/v2'],
  [{ host: 'x.example:3000', 'x-forwarded-proto': 'http' }, 'http://x.example:3000/scim/acme/v2'],
])('the base URL is the one that was called: %j', (headers, baseUrl) => {
  // Prepare
  const event = anEvent('/Users/42', headers);

  // Act & assess
  expect(requestOf(event, addressOf(event), 'e-1', 7)).toMatchObject({ baseUrl, id: 'e-1', at: 7 });
});

it("a URL that ends where tenants begin is nobody's", () => {
  // Act & assess
  const { pathParameters: _, ...event } = anEvent('');
  expect(addressOf(event)).toMatchObject({ tenant: '', version: '', segments: [] });
});
