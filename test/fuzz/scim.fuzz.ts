import { describe } from 'vitest';
import type { Json } from '../../functions/identity/json.ts';
import { aMemoryScim, MEMORY_SCIM, type MemoryScim } from '../support/memory-scim.ts';
import type { Random } from '../support/random.ts';
import { OAUTH_CLIENT, SCIM_TOKEN } from '../support/scim-bench.ts';
import { ACME_SECRET, secretsOf } from '../support/secrets.ts';
import { sha256 } from '../support/tenants.ts';
import { fuzz } from './fuzz.ts';
import { aName, aText, CANARY } from './json.ts';
import type { Trial } from './judge.ts';
import { aContentType, anEvent, METHODS } from './requests.ts';
import { aGroup, aPatch, aQuery, aSearch, aUser } from './scim-inputs.ts';

/** Requests after which the bridge is a new one, so that it is not what grows which is slow. */
const LIFE = 1000;

const OAUTH = { clientId: OAUTH_CLIENT.id, sha256: [sha256(OAUTH_CLIENT.secret)] };

function aBridge(strict: boolean): MemoryScim {
  const file = { scim: { ...MEMORY_SCIM, oauth: OAUTH, strict }, defaultRole: 7 };
  const scim = aMemoryScim(file, { secrets: secretsOf(ACME_SECRET) });
  for (let i = 0; i < 30; i++) {
    const user = { email: `${CANARY}.p${i}@acme.example`, name: `P ${i}`, is_active: true };
    scim.clarus.users.set(String(42 + i), user);
  }
  return scim;
}

/** A tenant that keeps to the letter of the RFC and one that does not, by turns. */
function bridges(): () => MemoryScim {
  let [served, pair] = [0, [aBridge(false), aBridge(true)]];
  return () => {
    if (served++ % LIFE === 0) pair = [aBridge(false), aBridge(true)];
    const bridge = pair[served % 2];
    if (bridge === undefined) throw new RangeError();
    bridge.lines.length = 0;
    return bridge;
  };
}

const SEGMENTS = [
  ...[
    'Users',
    'Groups',
    'Schemas',
    'ResourceTypes',
    'ServiceProviderConfig',
    '.search',
    'Bulk',
    'Me',
    'users',
    '42',
  ],
  ...['7', '0', '99999999999999999', '-1', '__proto__', '..', '%2e', '', ' '],
];

function aRequest(random: Random): [method: string, path: string, body?: Json] {
  const [user, group] = [`/Users/${42 + random.below(40)}`, `/Groups/${7 + random.below(3)}`];
  return random.pick<[string, string, Json?]>([
    ['POST', '/Users', aUser(random)],
    ['PUT', user, aUser(random)],
    ['PATCH', user, aPatch(random)],
    ['PATCH', user, aPatch(random)],
    ['DELETE', user],
    ['GET', user],
    ['GET', '/Users'],
    ['GET', '/Groups'],
    ['POST', '/Users/.search', aSearch(random)],
    ['POST', '/.search', aSearch(random)],
    ['PATCH', group, aPatch(random)],
    ['PUT', group, aGroup(random)],
    ['POST', '/Groups', aGroup(random)],
    [random.pick(METHODS), `/${random.pick(SEGMENTS)}/${random.pick(SEGMENTS)}`, aUser(random)],
  ]);
}

function headersOf(random: Random): Record<string, string> {
  const credential = random.pick(['', 'Bearer', `cib_${aText(random)}`, `Bearer ${aText(random)}`]);
  const condition = random.pick(['if-match', 'if-none-match']);
  return {
    authorization: random.chance(0.97) ? `Bearer ${SCIM_TOKEN}` : credential,
    host: random.pick(['bridge.example', 'evil.example', '[::1]:80', 'a'.repeat(200)]),
    ...(random.chance(0.8) && { 'content-type': 'application/scim+json' }),
    ...(random.chance(0.1) && { 'content-type': aContentType(random) }),
    ...(random.chance(0.1) && {
      [condition]: random.pick(['*', 'W/"x"', '"', aText(random), ','.repeat(100)]),
    }),
  };
}

const TENANTS = ['ACME', 'nobody', '__proto__', 'constructor', '..', '', 'acme/..', 'a'.repeat(64)];

function onScim(bridge: () => MemoryScim): (random: Random) => Trial {
  return (random) => {
    const [method, path, body] = aRequest(random);
    const tenant = random.chance(0.97) ? 'acme' : random.pick(TENANTS);
    const version = random.chance(0.97) ? 'v2' : random.pick(['v1', 'oauth', '', 'v2x']);
    const input = anEvent(random, {
      method: random.chance(0.95) ? method : random.pick(METHODS),
      pathParameters: random.chance(0.99) ? { proxy: `${tenant}/${version}${path}` } : undefined,
      query: aQuery(random),
      headers: headersOf(random),
      ...(body !== undefined && { body }),
    });
    const { send, lines } = bridge();
    return { input, run: () => send(input), lines: () => lines };
  };
}

function onTokenEndpoint(bridge: () => MemoryScim): (random: Random) => Trial {
  return (random) => {
    const form = new URLSearchParams({
      grant_type: random.pick(['client_credentials', aText(random).toWellFormed()]),
      client_id: random.pick([OAUTH_CLIENT.id, aName(random).toWellFormed()]),
      client_secret: random.pick([OAUTH_CLIENT.secret, aText(random).toWellFormed()]),
    });
    const basic = Buffer.from(`${OAUTH_CLIENT.id}:${random.pick([OAUTH_CLIENT.secret, aText(random)])}`);
    const authorization = random.pick([`Basic ${basic.toString('base64')}`, `Basic ${aText(random)}`, '']);
    const input = anEvent(random, {
      method: random.chance(0.95) ? 'POST' : random.pick(METHODS),
      pathParameters: { proxy: `${random.chance(0.9) ? 'acme' : random.pick(TENANTS)}/oauth/token` },
      headers: {
        'content-type': random.chance(0.7) ? 'application/x-www-form-urlencoded' : aContentType(random),
        ...(authorization !== '' && { authorization }),
      },
    });
    input.body = random.chance(0.8) ? form.toString() : aText(random);
    const { send, lines } = bridge();
    return { input, run: () => send(input), lines: () => lines };
  };
}

describe('SCIM', () => {
  fuzz('serves any request', onScim(bridges()));
  fuzz('answers any request for a token', onTokenEndpoint(bridges()));
});
