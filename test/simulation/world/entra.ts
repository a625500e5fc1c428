import { CLIENT_STATE, DIRECTORY, objectId, SUBSCRIPTION } from '../../support/graph-notifications.ts';
import type { Random } from '../random.ts';
import { type Account, addressed, BEFORE, moved } from './account.ts';
import type { Answer, Landed } from './network.ts';
import { SECOND, type VirtualTime } from './time.ts';

export const GRAPH = 'graph.microsoft.com';

/** Where Graph's tokens are bought. */
export const LOGIN = 'login.microsoftonline.com';

/** Gives whoever asks a token. */
export function login(): Answer {
  return { status: 200, json: { access_token: 'token', token_type: 'Bearer', expires_in: 86_400 } };
}

/** Graph may show for so long what was before. */
const STALE = 90 * SECOND;

/** An account at one time. */
interface Picture {
  place: 'live' | 'bin' | 'nowhere';
  enabled: boolean;
  mail: string | undefined;
  upn: string;
  name: string;
}

export interface EntraAccount extends Account {
  created: number;
  now: Picture;
  /** What it was from which time on. */
  pictures: { at: number; picture: Picture }[];
}

export interface Entra {
  accounts: readonly EntraAccount[];
  serve(request: Landed): Answer;
  has(person: string, name: string, addresses: EntraAddresses, isOn: boolean): EntraAccount;
  hire(person: string, name: string, addresses: EntraAddresses): EntraAccount;
  block(account: EntraAccount): void;
  unblock(account: EntraAccount): void;
  /** Into the recycle bin. */
  bin(account: EntraAccount): void;
  restore(account: EntraAccount): void;
  purge(account: EntraAccount): void;
  rename(account: EntraAccount, addresses: EntraAddresses): void;
  edit(account: EntraAccount, name: string): void;
}

/** Frontline workers have no mailbox, and so no `mail`. */
export interface EntraAddresses {
  mail: string | undefined;
  upn: string;
}

interface Subscription {
  id: string;
  resource: string;
  notificationUrl: string | undefined;
  expirationDateTime: string;
}

interface EntraPorts {
  time: VirtualTime;
  random: Random;
  tell: (line: string) => void;
  /** Told of each notification when it is sent. */
  notified: (item: unknown) => void;
}

/** An Entra directory behind Graph, whose reads may be stale. */
export function entraOf({ time, random, tell, notified }: EntraPorts): Entra {
  const accounts: EntraAccount[] = [];
  const skew = random.between(-60, 60) * SECOND;
  const clock = (): number => time.now() + skew;
  /** Who changed, one after the other: delta. */
  const changes: string[] = [];

  let subscription: Subscription | undefined;

  function happens(account: EntraAccount, what: string, changed: Partial<Picture>, purged = false): void {
    account.now = { ...account.now, ...changed };
    account.pictures.push({ at: time.now(), picture: account.now });
    account.isGone = account.now.place === 'nowhere';
    moved(account, account.now.enabled && account.now.place === 'live', time.now());
    changes.push(account.id);
    tell(`entra ${nameOf(account)}: ${what}`);
    if (subscription === undefined) return;
    const eventTime = new Date(clock()).toISOString();
    notified({
      subscriptionId: SUBSCRIPTION,
      clientState: CLIENT_STATE,
      changeType: purged ? 'deleted' : 'updated',
      resource: `Users/${account.id}`,
      resourceData: { id: account.id, eventTime },
      tenantId: DIRECTORY,
    });
  }

  function has(person: string, name: string, { mail, upn }: EntraAddresses, isOn: boolean): EntraAccount {
    const picture: Picture = { place: 'live', enabled: isOn, mail, upn, name };
    const account: EntraAccount = {
      source: 'entra',
      id: objectId(accounts.length + 1),
      person,
      moves: [],
      email: mail ?? upn,
      login: upn,
      addresses: [],
      isGone: false,
      created: time.now() - 2e9,
      now: picture,
      pictures: [{ at: BEFORE, picture }],
    };
    accounts.push(account);
    addressed(account, [mail, upn], BEFORE);
    moved(account, isOn, BEFORE);
    return account;
  }

  function hire(person: string, name: string, addresses: EntraAddresses): EntraAccount {
    const account = has(person, name, addresses, true);
    const nowhere: Picture = { ...account.now, place: 'nowhere' };
    Object.assign(account, {
      moves: [],
      created: clock(),
      pictures: [{ at: BEFORE, picture: nowhere }],
      now: nowhere,
    });
    happens(account, `${person} is hired as ${addresses.mail ?? '-'} (UPN ${addresses.upn})`, {
      place: 'live',
    });
    return account;
  }

  function rename(account: EntraAccount, { mail, upn }: EntraAddresses): void {
    account.email = mail ?? upn;
    account.login = upn;
    addressed(account, [mail, upn], time.now());
    happens(account, `is ${mail ?? '-'} now (UPN ${upn})`, { mail, upn });
  }

  /** What a read shows now: each one by itself, so that a later one may show something older. */
  function seen(account: EntraAccount): Picture {
    const asOf = time.now() - (random.chance(0.5) ? 0 : random.between(0, STALE));
    const picture = account.pictures.findLast(({ at }) => at <= asOf)?.picture;
    return picture ?? { ...account.now, place: 'nowhere' };
  }

  function serve({ method, url, body }: Landed): Answer {
    const path = url.pathname.replace('/v1.0', '');
    if (path.startsWith('/subscriptions')) return subscribe(method, Object(body));
    if (path === '/users/delta') return delta(url);
    const id = path.split('/').at(-1);
    const account = accounts.find((it) => it.id === id);
    const picture = account && seen(account);
    const place = path.startsWith('/users/') ? 'live' : 'bin';
    if (account === undefined || picture?.place !== place) return MISSING;
    return { status: 200, json: place === 'live' ? live(account, picture) : binned(account, picture) };
  }

  function subscribe(method: string, { notificationUrl, expirationDateTime }: Subscription): Answer {
    if (method === 'GET')
      return { status: 200, json: { value: subscription === undefined ? [] : [subscription] } };
    subscription = {
      id: SUBSCRIPTION,
      resource: 'users',
      notificationUrl: notificationUrl ?? subscription?.notificationUrl,
      expirationDateTime,
    };
    return { status: method === 'POST' ? 201 : 200, json: subscription };
  }

  function live({ id, created }: EntraAccount, { enabled, mail, upn, name }: Picture): unknown {
    return {
      id,
      accountEnabled: enabled,
      userPrincipalName: upn,
      mail: mail ?? null,
      displayName: name,
      createdDateTime: new Date(created).toISOString(),
    };
  }

  /** The object id stands in front of the UPN then. */
  function binned({ id }: EntraAccount, { mail, upn, name }: Picture): unknown {
    const userPrincipalName = `${id.replaceAll('-', '')}${upn}`;
    return { id, userPrincipalName, mail: mail ?? null, displayName: name };
  }

  /** What is not everywhere yet is not in delta yet, so that nothing in it is stale. */
  function delta(url: URL): Answer {
    const token = url.searchParams.get('$deltatoken');
    const ids = token === null ? accounts.map(({ id }) => id) : changes.slice(Number(token));
    const deltaLink = `https://${GRAPH}/v1.0/users/delta?$deltatoken=${changes.length}`;
    const value = [...new Set(ids)].flatMap((id) => item(accounts.find((it) => it.id === id)));
    return { status: 200, json: { value, '@odata.deltaLink': deltaLink } };
  }

  function item(account: EntraAccount | undefined): unknown[] {
    if (account === undefined) return [];
    const { id, now } = account;
    switch (now.place) {
      case 'live':
        return [live(account, now)];
      case 'bin':
        return [{ id, '@removed': { reason: 'changed' } }];
      case 'nowhere':
        return [{ id, '@removed': { reason: 'deleted' } }];
    }
  }

  return {
    accounts,
    serve,
    has,
    hire,
    block: (account) => happens(account, 'is blocked', { enabled: false }),
    unblock: (account) => happens(account, 'may sign in again', { enabled: true }),
    bin: (account) => happens(account, 'is deleted, into the bin', { place: 'bin' }),
    restore: (account) => happens(account, 'is restored from the bin', { place: 'live' }),
    purge: (account) => happens(account, 'is deleted for good', { place: 'nowhere' }, true),
    rename,
    edit: (account, name) => happens(account, 'is edited', { name }),
  };
}

const MISSING: Answer = { status: 404, json: { error: { code: 'Request_ResourceNotFound' } } };

function nameOf({ id }: EntraAccount): string {
  return `user ${Number(id.slice(-6))}`;
}
