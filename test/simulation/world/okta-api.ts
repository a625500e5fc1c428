import type { Answer, Landed } from './network.ts';
import type { LogEvent, OktaAccount } from './okta.ts';

interface Org {
  accounts: readonly OktaAccount[];
  log: readonly LogEvent[];
  tellsMemberships: boolean;
}

/** What of Okta's API the bridge reads. */
export function oktaApi({ accounts, log, tellsMemberships }: Org): (request: Landed) => Answer {
  return function serve({ url }) {
    const [, , , kind, id = '', part, member = ''] = url.pathname.split('/').map(decodeURIComponent);
    switch (kind) {
      case 'logs':
        return logsFrom(url);
      case 'users':
        if (id === '') return list(url);
        return part === undefined ? user(id) : told(groupsOf(id));
      default:
        return told(member === '' ? membersOf(id) : membership(id, member));
    }
  };

  function told(answer: Answer): Answer {
    return tellsMemberships ? answer : FORBIDDEN;
  }

  function find(id: string): OktaAccount | undefined {
    return accounts.find((it) => it.id === id && !it.isGone);
  }

  function user(id: string): Answer {
    const account = find(id);
    return account === undefined ? MISSING : { status: 200, json: shown(account) };
  }

  function groupsOf(id: string): Answer {
    const account = find(id);
    return account === undefined
      ? MISSING
      : { status: 200, json: [...account.memberOf].map((it) => ({ id: it })) };
  }

  function membersOf(id: string): Answer {
    const members = accounts.filter((it) => !it.isGone && it.memberOf.has(id));
    return { status: 200, json: members.map(shown) };
  }

  function membership(id: string, member: string): Answer {
    const account = find(member);
    return account?.memberOf.has(id) ? { status: 200, json: shown(account) } : MISSING;
  }

  function list(url: URL): Answer {
    const isOfDeactivated = url.searchParams.has('filter');
    const shows = accounts.filter(
      ({ status, isGone }) => !isGone && (status === 'DEPROVISIONED') === isOfDeactivated,
    );
    return { status: 200, json: shows.map(shown) };
  }

  /** In the order of logging, without an end: the next link leads on for ever. */
  function logsFrom(url: URL): Answer {
    const since = Date.parse(url.searchParams.get('since') ?? '');
    const after = url.searchParams.get('after');
    const from =
      after === null ? log.findIndex(({ published }) => Date.parse(published) >= since) : Number(after);
    const next = new URL(url);
    next.searchParams.set('after', String(log.length));
    return { status: 200, json: from === -1 ? [] : log.slice(from), link: next.href };
  }
}

function shown(account: OktaAccount): unknown {
  const { id, status, endsIn, statusChanged, created, email, login, name: displayName } = account;
  return {
    id,
    status,
    transitioningToStatus: endsIn ?? null,
    created: new Date(created).toISOString(),
    statusChanged: new Date(statusChanged).toISOString(),
    profile: { email, login, displayName },
  };
}

const MISSING: Answer = { status: 404, json: { errorCode: 'E0000007' } };
const FORBIDDEN: Answer = { status: 403, json: { errorCode: 'E0000006' } };
