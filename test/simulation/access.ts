import type { Scene } from './scene.ts';
import { type Account, isIn } from './world/account.ts';
import { APP, GROUPS, type Okta, type OktaAccount } from './world/okta.ts';
import type { World } from './world/world.ts';

type Directories = Pick<World, 'okta' | 'entra' | 'scim'>;

/** Does with an account what its directory does. */
function inDirectory<End>(
  { okta, entra, scim }: Directories,
  account: Account,
  does: {
    okta: (account: Directories['okta']['accounts'][number]) => End;
    entra: (account: Directories['entra']['accounts'][number]) => End;
    scim: (account: Directories['scim']['accounts'][number]) => End;
  },
): End {
  const inOkta = okta.accounts.find((it) => it === account);
  if (inOkta !== undefined) return does.okta(inOkta);
  const inEntra = entra.accounts.find((it) => it === account);
  if (inEntra !== undefined) return does.entra(inEntra);
  const inScim = scim.accounts.find((it) => it === account);
  if (inScim !== undefined) return does.scim(inScim);
  throw new Error(`${account.source} has no ${account.id}`);
}

/** Takes access, in one of the ways there are. False: not now. */
export function takes({ world }: Scene, account: Account): boolean {
  const { okta, entra, scim, random } = world;
  return inDirectory(world, account, {
    okta: (it) => takesInOkta(world, it, okta),
    entra(it) {
      if (random.chance(0.6)) entra.block(it);
      else entra.bin(it);
      return true;
    },
    scim(it) {
      scim.unassign(it);
      return true;
    },
  });
}

function takesInOkta({ random, mode }: World, account: OktaAccount, okta: Okta): boolean {
  if (account.endsIn !== undefined) return false;
  if (mode.assigned && random.chance(0.6)) {
    for (const id of account.memberOf) okta.unassign(account, id);
    return true;
  }
  if (mode.locks && random.chance(0.3)) okta.lock(account);
  else if (random.chance(0.5)) okta.suspend(account);
  else okta.deactivate(account);
  return true;
}

/** Gives back what keeps an account out, or a part of it. False: not now. */
export function gives({ world }: Scene, account: Account): boolean {
  const { okta, entra, scim } = world;
  return inDirectory(world, account, {
    okta: (it) => givesInOkta(world, it, okta),
    entra(it) {
      if (it.now.place === 'bin') entra.restore(it);
      else if (!it.now.enabled) entra.unblock(it);
      return true;
    },
    scim(it) {
      scim.assignAgain(it);
      return true;
    },
  });
}

function givesInOkta({ random, mode }: World, account: OktaAccount, okta: Okta): boolean {
  if (account.endsIn !== undefined) return false;
  if (account.status === 'SUSPENDED') okta.unsuspend(account);
  else if (account.status === 'DEPROVISIONED') okta.activate(account);
  else if (account.status === 'LOCKED_OUT') okta.unlock(account);
  else if (mode.assigned) okta.assign(account, random.pick([APP, ...GROUPS].slice(0, mode.assigned)));
  return true;
}

/** For good, mostly; some are deleted without having been blocked. */
export function removes({ world }: Scene, account: Account): void {
  const { okta, entra, scim, random } = world;
  inDirectory(world, account, {
    okta(it) {
      if (isIn(it)) okta.deactivate(it);
      okta.remove(it);
    },
    entra(it) {
      if (it.now.place === 'live') entra.bin(it);
      if (random.chance(0.6)) entra.purge(it);
    },
    scim: (it) => scim.forget(it),
  });
}

export function edits({ world }: Scene, account: Account, name: string): void {
  const { okta, entra, scim } = world;
  inDirectory(world, account, {
    okta: (it) => okta.edit(it, name),
    entra: (it) => entra.edit(it, name),
    scim: (it) => scim.edit(it, name),
  });
}
