import type { AccountKey } from '../functions/identity/access/account.ts';
import { changeAndLookAfter } from './look-after.ts';
import { operatorReceipt } from './operator-receipt.ts';
import type { OperatorPorts } from './ports.ts';

export interface UnlinkOptions extends AccountKey {
  /** The Clarus user, where a first run got no further than the card. */
  clarusUserId?: string | undefined;
  /** Stands in the receipts: an operator's ARN. */
  who: string;
  receiptDays: number;
}

export type Unlinked = { kind: 'unlinked'; clarusUserId: string } | { kind: 'not_linked' };

/**
 * Takes an account off the Clarus user it is linked to: what it said counts there no more, and it gives nothing, since
 * who was taken out by it alone stays as Clarus has them. With its next news the account is looked up by its addresses,
 * so these are to be corrected first. Throws BridgeError.
 */
export async function unlink(ports: OperatorPorts, options: UnlinkOptions): Promise<Unlinked> {
  const { tenant, source, account, who, receiptDays } = options;
  const { cards, receipts, clock } = ports;
  const key = { tenant, source, account };
  const link = (await cards.find(key))?.link;
  const clarusUserId = link ?? options.clarusUserId;
  if (clarusUserId === undefined) return { kind: 'not_linked' };
  if (link !== undefined) await cards.unlink(key, link);
  const at = clock();
  await changeAndLookAfter(ports, tenant, clarusUserId, at, ({ accounts, ...record }) => ({
    ...record,
    accounts: accounts.filter((it) => it.source !== source || it.account !== account),
  }));
  const step = { at, step: 'unlinked', what: `${source} ${account}`, who } as const;
  await receipts.put(operatorReceipt({ tenant, clarusUserId, what: 'unlink', at, step }), receiptDays);
  return { kind: 'unlinked', clarusUserId };
}
