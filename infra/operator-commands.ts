import { settingsWithoutRoles } from '../functions/clarus/decide-settings.ts';
import type { Taking } from '../functions/identity/access/decide.ts';
import type { Tenant } from '../functions/tenants/tenant-schema.ts';
import { clientLines } from '../operator/clients.ts';
import { compare } from '../operator/compare.ts';
import { type Discarded, discard } from '../operator/discard.ts';
import { explainUser } from '../operator/explain.ts';
import { explanationLines, openLine } from '../operator/in-words.ts';
import { lift } from '../operator/lift.ts';
import type { OperatorPorts } from '../operator/ports.ts';
import { release } from '../operator/release.ts';
import { unlink } from '../operator/unlink.ts';
import { waiting } from '../operator/waiting.ts';

/** Whom a command is about, checked. */
export interface Named {
  account: string;
  source: string;
  user: string;
}

export interface CommandContext {
  ports: OperatorPorts;
  tenant: string;
  named: Partial<Named>;
  /** The tenant's file. Throws BridgeError when there is none. */
  file(): Promise<Tenant>;
  /** Who runs the command: stands in receipts. Throws BridgeError when nobody can tell. */
  who(): Promise<string>;
}

/** What a command says at its end. */
export interface CommandEnd {
  lines: readonly string[];
  /** It did nothing, though it was to do something. */
  failed?: true;
}

export type Command = (context: CommandContext) => Promise<CommandEnd>;

/** A command by its name, and what it has to be told. */
export const COMMANDS: Readonly<Record<string, { needs: readonly (keyof Named)[]; run: Command }>> = {
  release: { needs: [], run: releaseAll },
  discard: { needs: ['account'], run: discardOne },
  waiting: { needs: [], run: listWaiting },
  explain: { needs: ['user'], run: explainOne },
  lift: { needs: ['user'], run: liftOne },
  unlink: { needs: ['source', 'account'], run: unlinkOne },
  compare: { needs: [], run: compareAll },
  clients: { needs: [], run: listClients },
};

async function releaseAll({ ports, tenant, who }: CommandContext): Promise<CommandEnd> {
  const count = await release(ports, tenant, await who());
  return said(`${count} held ${count === 1 ? 'change' : 'changes'} of ${tenant} released.`);
}

async function discardOne({ ports, tenant, named, file, who }: CommandContext): Promise<CommandEnd> {
  const { account = '', source } = named;
  const tenantFile = await file();
  const options = { tenant, account, source, settings: settingsWithoutRoles(tenantFile) };
  const end = await discard(ports, { ...options, who: await who(), receiptDays: tenantFile.receiptDays });
  switch (end.kind) {
    case 'not_held':
      return refused(
        `Nothing is held of the account ${account} of ${tenant}. What is: waiting --tenant ${tenant}`,
      );
    case 'ambiguous':
      return refused(
        `${end.sources.join(' and ')} both have an account ${account}: say which with --source.`,
      );
    case 'taken':
      return refused(
        `Nothing was discarded: ${end.takings.map(takenBy).join(' and ')} keeps the person of ${account} out, or is about ` +
          'to. Somebody who is to have access all the same: lift, and then discard.',
      );
    case 'discarded':
      return said(`The held change of ${end.card.source} ${account} is discarded: ${whatStays(end)}`);
  }
}

function whatStays({ held, out }: Extract<Discarded, { kind: 'discarded' }>): string {
  if (held.by !== 'takings') return 'the role is not given by it.';
  return out ? 'access has ended since, and stays so.' : 'the person keeps access.';
}

function takenBy({ by, account }: Taking): string {
  return account === undefined ? by : `${by} ${account}`;
}

async function listWaiting({ ports, tenant }: CommandContext): Promise<CommandEnd> {
  const cards = await waiting(ports, tenant);
  return cards.length === 0
    ? said(`Nothing of ${tenant} waits, and nothing is held.`)
    : { lines: cards.map(openLine) };
}

async function explainOne({
  ports,
  tenant,
  named: { user = '' },
  file,
}: CommandContext): Promise<CommandEnd> {
  const explanation = await explainUser(ports, await file(), user);
  return explanation === undefined ? unknown(tenant, user) : { lines: explanationLines(explanation) };
}

async function liftOne({
  ports,
  tenant,
  named: { user = '' },
  file,
  who,
}: CommandContext): Promise<CommandEnd> {
  const settings = await file();
  const options = { tenant, clarusUserId: user, settings: settingsWithoutRoles(settings) };
  const end = await lift(ports, { ...options, who: await who(), receiptDays: settings.receiptDays });
  if (end.kind === 'unknown_user') return unknown(tenant, user);
  const lifted = end.takings.map(takenBy);
  return said(
    `Lifted for Clarus user ${user} of ${tenant}: ${lifted.length === 0 ? 'nobody kept them out' : lifted.join(', ')}. ` +
      'Clarus follows within a minute; what a source takes from now on counts.',
  );
}

async function unlinkOne({ ports, tenant, named, file, who }: CommandContext): Promise<CommandEnd> {
  const { source = '', account = '', user: clarusUserId } = named;
  const { receiptDays } = await file();
  const end = await unlink(ports, { tenant, source, account, clarusUserId, who: await who(), receiptDays });
  if (end.kind === 'not_linked') {
    return refused(
      `The account ${source} ${account} of ${tenant} is linked to no Clarus user. If an unlink failed half-way, name the ` +
        'Clarus user with --user and run it again.',
    );
  }
  return said(
    `The account ${source} ${account} of ${tenant} is no longer linked to Clarus user ${end.clarusUserId}.`,
  );
}

async function compareAll({ ports, tenant, file }: CommandContext): Promise<CommandEnd> {
  const { sources } = await file();
  const directories = await compare(ports, tenant, sources);
  return directories.length === 0
    ? refused(`${tenant} has no directory that could be compared with.`)
    : said(`The next sweeps compare everybody of ${tenant} with ${directories.join(' and ')}.`);
}

async function listClients({ ports, tenant, file }: CommandContext): Promise<CommandEnd> {
  const lines = await clientLines(ports.clients, await file());
  return lines.length === 0 ? refused(`${tenant} has no SCIM clients.`) : { lines };
}

function said(line: string): CommandEnd {
  return { lines: [line] };
}

function refused(line: string): CommandEnd {
  return { lines: [line], failed: true };
}

function unknown(tenant: string, user: string): CommandEnd {
  return refused(`The bridge knows nothing of Clarus user ${user} of ${tenant}.`);
}
