import type { Random } from '../random.ts';
import { type Account, addressed, BEFORE, moved } from './account.ts';
import type { Answer, Landed } from './network.ts';
import { oktaApi } from './okta-api.ts';
import { SECOND, type VirtualTime } from './time.ts';

export const ORG = 'acme.okta.example';
export const APP = '0oaCLARUS';
export const GROUPS = ['00gPICKERS', '00gPACKERS'] as const;

type Status = 'ACTIVE' | 'PASSWORD_EXPIRED' | 'LOCKED_OUT' | 'SUSPENDED' | 'DEPROVISIONED';

export interface OktaAccount extends Account {
  status: Status;
  /** What a change under way ends in. */
  endsIn?: Status;
  statusChanged: number;
  created: number;
  name: string;
  memberOf: Set<string>;
}

/** What decides about access in this org beside the status. */
export interface OktaOptions {
  /** The tenant's apps and groups; none: the status alone. */
  assigned: readonly string[];
  locks: boolean;
  /** The API tells of memberships. */
  tellsMemberships: boolean;
}

export interface Okta {
  accounts: readonly OktaAccount[];
  /** Everything that was logged, as event hooks and the System Log show it. */
  log: readonly LogEvent[];
  serve(request: Landed): Answer;
  /** An account that is there before the bridge. */
  has(person: string, name: string, addresses: Addresses, isOn: boolean): OktaAccount;
  hire(person: string, name: string, addresses: Addresses): OktaAccount;
  suspend(account: OktaAccount): void;
  unsuspend(account: OktaAccount): void;
  deactivate(account: OktaAccount): void;
  activate(account: OktaAccount): void;
  remove(account: OktaAccount): void;
  rename(account: OktaAccount, addresses: Addresses): void;
  edit(account: OktaAccount, name: string): void;
  expirePassword(account: OktaAccount): void;
  lock(account: OktaAccount): void;
  unlock(account: OktaAccount): void;
  assign(account: OktaAccount, to: string): void;
  unassign(account: OktaAccount, from: string): void;
}

export interface Addresses {
  email: string;
  login: string;
}

export interface LogEvent {
  uuid: string;
  eventType: string;
  published: string;
  outcome: { result: string; reason?: string };
  target: { id: string; type: string; alternateId: string; displayName: string }[];
}

interface OktaPorts {
  time: VirtualTime;
  random: Random;
  options: OktaOptions;
  tell: (line: string) => void;
  /** Told of each event when it is logged. */
  logged: (event: LogEvent) => void;
}

const SUCCESS = { result: 'SUCCESS' };

/** An Okta org. Its reads are exact; its clock is some seconds off. */
export function oktaOf({ time, random, options, tell, logged }: OktaPorts): Okta {
  const accounts: OktaAccount[] = [];
  const log: LogEvent[] = [];
  const skew = random.between(-60, 60) * SECOND;
  const clock = (): number => time.now() + skew;
  const { assigned, locks } = options;

  function stands({ status, endsIn, memberOf, isGone }: OktaAccount): boolean {
    const state = endsIn ?? status;
    const signsIn = state !== 'SUSPENDED' && state !== 'DEPROVISIONED' && !isGone;
    const isMember = assigned.length === 0 || assigned.some((id) => memberOf.has(id));
    return signsIn && isMember && !(locks && state === 'LOCKED_OUT');
  }

  function happens(account: OktaAccount, eventType: string, more: LogEvent['target'] = []): void {
    moved(account, stands(account), time.now());
    const { id, login: alternateId, name: displayName } = account;
    const target = random.shuffle([...more, { id, type: 'User', alternateId, displayName }]);
    const isLock = eventType === 'user.account.lock';
    const outcome = isLock ? { result: 'FAILURE', reason: 'LOCKED_OUT' } : SUCCESS;
    const uuid = `event-${log.length + 1}`;
    const event = { uuid, eventType, published: new Date(clock()).toISOString(), outcome, target };
    log.push(event);
    tell(`okta ${id}: ${eventType}${more.map((it) => ` ${it.id}`).join('')} (${uuid})`);
    logged(event);
  }

  function become(account: OktaAccount, status: Status, eventType?: string): void {
    delete account.endsIn;
    account.status = status;
    account.statusChanged = clock();
    if (eventType !== undefined) happens(account, eventType);
  }

  function has(person: string, name: string, { email, login }: Addresses, isOn: boolean): OktaAccount {
    const account: OktaAccount = {
      source: 'okta',
      id: `00u${accounts.length + 1}`,
      person,
      moves: [],
      email,
      login,
      addresses: [],
      isGone: false,
      status: isOn ? 'ACTIVE' : 'DEPROVISIONED',
      statusChanged: time.now() - 1e9,
      created: time.now() - 2e9,
      name,
      // Whoever is deactivated has no apps.
      memberOf: new Set(assigned.slice(0, 1).filter((id) => isOn || id !== APP)),
    };
    accounts.push(account);
    addressed(account, [email, login], BEFORE);
    moved(account, stands(account), BEFORE);
    return account;
  }

  function hire(person: string, name: string, addresses: Addresses): OktaAccount {
    const account = has(person, name, addresses, true);
    const member = [...account.memberOf];
    Object.assign(account, { moves: [], memberOf: new Set(), created: clock(), statusChanged: clock() });
    tell(`okta ${account.id}: ${person} is hired as ${addresses.email} (login ${addresses.login})`);
    happens(account, 'user.lifecycle.create');
    become(account, 'ACTIVE', 'user.lifecycle.activate');
    for (const id of member) assign(account, id);
    return account;
  }

  /** Deactivation is a job: for some seconds the status is the old one. It takes apps, and leaves groups. */
  function deactivate(account: OktaAccount): void {
    if (account.memberOf.has(APP)) unassign(account, APP);
    if (random.chance(0.5)) {
      become(account, 'DEPROVISIONED', 'user.lifecycle.deactivate');
      return;
    }
    account.endsIn = 'DEPROVISIONED';
    happens(account, 'user.lifecycle.deactivate');
    time.after(random.between(1, 20) * SECOND, () => {
      if (account.endsIn === 'DEPROVISIONED') become(account, 'DEPROVISIONED');
    });
  }

  function remove(account: OktaAccount): void {
    delete account.endsIn;
    account.status = 'DEPROVISIONED';
    happens(account, 'user.lifecycle.delete.initiated');
    account.isGone = true;
  }

  function rename(account: OktaAccount, { email, login }: Addresses): void {
    Object.assign(account, { email, login });
    addressed(account, [email, login], time.now());
    tell(`okta ${account.id}: is ${email} now (login ${login})`);
    happens(account, 'user.account.update_profile');
  }

  function edit(account: OktaAccount, name: string): void {
    account.name = name;
    happens(account, 'user.account.update_profile');
  }

  function assign(account: OktaAccount, to: string): void {
    account.memberOf.add(to);
    happens(account, `${kindOf(to)}.user_membership.add`, [targetOf(to)]);
  }

  function unassign(account: OktaAccount, from: string): void {
    account.memberOf.delete(from);
    happens(account, `${kindOf(from)}.user_membership.remove`, [targetOf(from)]);
  }

  return {
    accounts,
    log,
    serve: oktaApi({ accounts, log, tellsMemberships: options.tellsMemberships }),
    has,
    hire,
    suspend: (account) => become(account, 'SUSPENDED', 'user.lifecycle.suspend'),
    unsuspend: (account) => become(account, 'ACTIVE', 'user.lifecycle.unsuspend'),
    deactivate,
    activate: (account) => become(account, 'ACTIVE', 'user.lifecycle.activate'),
    remove,
    rename,
    edit,
    expirePassword: (account) => become(account, 'PASSWORD_EXPIRED'),
    lock: (account) => become(account, 'LOCKED_OUT', 'user.account.lock'),
    unlock: (account) => become(account, 'ACTIVE', 'user.account.unlock'),
    assign,
    unassign,
  };
}

function kindOf(id: string): 'application' | 'group' {
  return id === APP ? 'application' : 'group';
}

function targetOf(id: string): LogEvent['target'][number] {
  return {
    id,
    type: id === APP ? 'AppInstance' : 'UserGroup',
    alternateId: 'unknown',
    displayName: 'Clarus',
  };
}
