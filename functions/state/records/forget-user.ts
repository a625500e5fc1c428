import type { CardStore } from '../cards.ts';
import type { UserRecordStore } from '../user-records.ts';

interface Ports {
  cards: Pick<CardStore, 'unlink'>;
  records: Pick<UserRecordStore, 'load' | 'update'>;
}

/**
 * Clears every link to a Clarus user whom Clarus does not have any more: whoever was linked is looked up anew, and what
 * each of them says counts wherever their address leads by now. Should the user come back, nothing is known of them but
 * what people's cards lead to.
 */
export async function forgetUser({ cards, records }: Ports, tenant: string, id: string): Promise<void> {
  const { accounts } = await records.load(tenant, id);
  for (const { source, account, rev } of accounts) {
    if (rev > 0) await cards.unlink({ tenant, source, account }, id);
  }
  await records.update(tenant, id, (record) => {
    const kept = record.accounts.filter(({ rev }) => rev === 0);
    return kept.length === record.accounts.length ? record : { ...record, accounts: kept };
  });
}
