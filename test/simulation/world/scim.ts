import type { Random } from '../random.ts';
import { type Account, addressed, moved } from './account.ts';
import type { ScimAnswer, ScimSend } from './scim-server.ts';
import { MINUTE, type VirtualTime } from './time.ts';

/** How a client says what it wants: one attribute by PATCH as Entra does, or the whole user by PUT as Okta does. */
export const STYLES = ['entra', 'okta-put', 'okta-patch'] as const;
export type Style = (typeof STYLES)[number];

export interface ScimAccount extends Account {
  name: string;
  isAssigned: boolean;
  /** The bridge's id of the user, once it is known. */
  resource?: string;
  /** The client has asked for it, whatever came of that. */
  isTried: boolean;
  /** What the bridge has confirmed. */
  known?: { active: boolean; name: string };
}

/** A SCIM client, which provisions whoever is assigned, one after the other. */
export interface Scim {
  accounts: readonly ScimAccount[];
  assign(person: string, name: string, externalId: string, email: string): ScimAccount;
  assignAgain(account: ScimAccount): void;
  unassign(account: ScimAccount): void;
  edit(account: ScimAccount, name: string): void;
  /** Unassigns somebody and forgets them, once the bridge has confirmed it. */
  forget(account: ScimAccount): void;
}

interface ScimPorts {
  time: VirtualTime;
  random: Random;
  send: ScimSend;
  tell: (line: string) => void;
}

/** Until the client tries again what did not work, or an administrator has it tried. */
const AGAIN = 40 * MINUTE;

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export function scimOf({ time, random, send, tell }: ScimPorts): Scim {
  const accounts: ScimAccount[] = [];
  const style = random.pick(STYLES);
  let isAtWork = false;

  function assign(person: string, name: string, externalId: string, email: string): ScimAccount {
    const account: ScimAccount = {
      source: 'scim',
      id: externalId,
      person,
      moves: [],
      email,
      login: email,
      addresses: [],
      isGone: false,
      name,
      isAssigned: true,
      isTried: false,
    };
    accounts.push(account);
    addressed(account, [email], time.now());
    wants(account, true, `${person} is assigned (${email}, ${style})`);
    return account;
  }

  function wants(account: ScimAccount, isAssigned: boolean, why: string): void {
    account.isAssigned = isAssigned;
    // Of whom the client has never said a word it does not say that they are out.
    if (!isAssigned && !account.isTried) Object.assign(account, { isGone: true, moves: [] });
    else moved(account, isAssigned, time.now());
    tell(`scim ${account.id}: ${why}`);
    soon();
  }

  function edit(account: ScimAccount, name: string): void {
    account.name = name;
    tell(`scim ${account.id}: is edited`);
    soon();
  }

  function soon(): void {
    time.after(random.between(1, 2) * MINUTE, () => void work());
  }

  async function work(): Promise<void> {
    if (isAtWork) return;
    isAtWork = true;
    let next = accounts.find(isDue);
    // What does not go through holds up what comes after it.
    while (next !== undefined && (await provision(next))) next = accounts.find(isDue);
    isAtWork = false;
    if (next !== undefined) time.after(AGAIN, () => void work());
  }

  function isDue({ isGone, isAssigned, isTried, known, name }: ScimAccount): boolean {
    if (known === undefined) return isAssigned || isTried;
    return known.active !== isAssigned || (!isGone && known.name !== name);
  }

  /** Returns whether it went through. */
  async function provision(account: ScimAccount): Promise<boolean> {
    const { isAssigned: active, name } = account;
    account.isTried = true;
    const answer = account.resource === undefined ? await meet(account) : await change(account);
    if (answer === undefined || answer.status >= 300) {
      // Whether it is so or not nobody knows.
      delete account.known;
      return false;
    }
    account.known = { active, name };
    return true;
  }

  async function meet(account: ScimAccount): Promise<ScimAnswer | undefined> {
    const { email, name, id: externalId } = account;
    const filter = encodeURIComponent(`userName eq "${email}"`);
    const found = await send('GET', `/Users?filter=${filter}`);
    if (found?.status !== 200) return undefined;
    const [user] = found.body.Resources;
    if (user?.active === false && !account.isAssigned) {
      // Somebody else has taken it, and the client has nothing to say.
      Object.assign(account, { isGone: true, moves: [] });
      return found;
    }
    if (user !== undefined) {
      account.resource = String(user.id);
      replaced(account);
      account.known = { active: user.active, name: '' };
      return change(account);
    }
    // Whoever is not there need not be switched off.
    if (!account.isAssigned) return { ...found, status: 200 };
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const emails = [{ value: email, type: 'work', primary: true }];
    const whole = {
      schemas,
      userName: email,
      externalId,
      displayName: name,
      emails,
      active: account.isAssigned,
    };
    const answer = await send('POST', '/Users', whole);
    if (answer?.status === 201) account.resource = String(answer.body.id);
    return answer;
  }

  /** Whose user it was before is forgotten: the client has one object for it. */
  function replaced(by: ScimAccount): void {
    for (const account of accounts) {
      if (account === by || account.resource !== by.resource) continue;
      Object.assign(account, {
        isGone: true,
        isAssigned: false,
        known: { active: false, name: account.name },
      });
    }
  }

  function change(account: ScimAccount): Promise<ScimAnswer | undefined> {
    return style === 'entra' ? patchAll(account) : patchAndPut(account);
  }

  function patchAll({ resource, id, name, isAssigned, known }: ScimAccount): Promise<ScimAnswer | undefined> {
    const active = { op: 'Replace', path: 'active', value: isAssigned ? 'True' : 'False' };
    return patch(resource, [
      ...(known?.active === isAssigned ? [] : [active]),
      { op: 'Replace', path: 'externalId', value: id },
      { op: 'Replace', path: 'displayName', value: name },
    ]);
  }

  /** What the bridge shows goes back with what is new: `active` as it was shown, unless that is what is new. */
  async function patchAndPut(account: ScimAccount): Promise<ScimAnswer | undefined> {
    const { resource, id: externalId, name: displayName, isAssigned: active, known } = account;
    const isOther = known?.active !== active;
    if (isOther && style === 'okta-patch') {
      const answer = await patch(resource, [{ op: 'replace', value: { active } }]);
      if (answer === undefined || answer.status >= 300) return answer;
      account.known = { active, name: '' };
    }
    const shown = await send('GET', `/Users/${resource}`);
    if (shown?.status !== 200) return shown;
    const wanted = isOther ? { active } : {};
    return send('PUT', `/Users/${resource}`, { ...shown.body, externalId, displayName, ...wanted });
  }

  function patch(resource: string | undefined, Operations: object[]): Promise<ScimAnswer | undefined> {
    return send('PATCH', `/Users/${resource}`, { schemas: [PATCH_OP], Operations });
  }

  return {
    accounts,
    assign,
    assignAgain: (account) => wants(account, true, 'is assigned again'),
    unassign: (account) => wants(account, false, 'is unassigned'),
    edit,
    forget(account) {
      account.isGone = true;
      wants(account, false, 'is unassigned and forgotten');
    },
  };
}
