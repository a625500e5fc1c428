import { hasCredential, type ScimClient } from './clients.ts';

interface Held {
  client: ScimClient;
  path: string;
  value: string;
}

/**
 * What of a file's SCIM clients does not go together: who comes in has to be one of them and no other. `written` is
 * the file's content under `scim`, before defaults.
 */
export function scimProblems(written: unknown, clients: readonly ScimClient[]): string[] {
  if (written === undefined) return [];
  return [
    ...credentialProblems(written, clients),
    ...shared(clients.flatMap(hashesOf), 'is the credential of', 'Give each client one of its own.'),
    ...shared(clients.flatMap(clientIdsOf), 'is the client id of', 'Give each client one of its own.'),
    ...shared(
      clients.flatMap(identitiesOf),
      'is that of',
      'Make an identity for each client.',
      ', with the same issuer and audience',
    ),
  ];
}

function credentialProblems(written: unknown, clients: readonly ScimClient[]): string[] {
  const { clients: _, ...unnamed } = Object(written);
  const without = clients.filter((client) => !hasCredential(client));
  const missing = without.map(
    ({ path }) => `${path}: nobody could come in. Add sha256, oauth or federation.`,
  );
  if (clients.length === 0) return ['scim: nobody could come in. Add sha256, oauth, federation or clients.'];
  if (clients.some(({ path }) => path === 'scim')) return missing;
  const astray = Object.keys(unnamed).map(
    (key) =>
      `scim.${key}: belongs to a client, and there is none without a name. Put it into the clients that it is meant for.`,
  );
  return [...missing, ...astray];
}

function hashesOf(client: ScimClient): Held[] {
  const { path, sha256 = [], oauth } = client;
  return [
    ...sha256.map((value, index) => ({ client, path: `${path}.sha256.${index}`, value })),
    ...(oauth?.sha256 ?? []).map((value, index) => ({
      client,
      path: `${path}.oauth.sha256.${index}`,
      value,
    })),
  ];
}

function clientIdsOf(client: ScimClient): Held[] {
  const { path, oauth, federation } = client;
  return Object.entries({ oauth, federation }).flatMap(([way, settings]) =>
    settings === undefined ? [] : [{ client, path: `${path}.${way}.clientId`, value: settings.clientId }],
  );
}

function identitiesOf(client: ScimClient): Held[] {
  const { path, federation } = client;
  if (federation === undefined) return [];
  const { issuer, subject, audience } = federation;
  return [{ client, path: `${path}.federation.subject`, value: JSON.stringify([issuer, subject, audience]) }];
}

/** What two clients have both. One client may have the same twice: it is the same client. */
function shared(held: readonly Held[], is: string, advice: string, addition = ''): string[] {
  return held.flatMap(({ client, path, value }, index) => {
    const other = held.slice(0, index).find((it) => it.value === value && it.client !== client);
    return other === undefined ? [] : [`${path}: ${is} ${other.client.path} too${addition}. ${advice}`];
  });
}
