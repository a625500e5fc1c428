import { type AccessSettings, decide } from '../../identity/access/decide.ts';
import type { Step } from '../../identity/receipt.ts';
import type { Shown, UserRecord } from '../../identity/user-record.ts';
import type { ReceiptStore } from '../../state/receipts.ts';

/**
 * Writes into the receipts of those who keep a person out that Clarus shows the user off, the first time it does: of
 * takings that nobody has read back, as those of SCIM clients, and of those of whom Clarus did not tell at once.
 */
export async function proveOut(
  { receipts }: { receipts: Pick<ReceiptStore, 'append'> },
  record: UserRecord,
  shown: Shown,
  settings: AccessSettings,
): Promise<void> {
  const isNew = shown.active === false && record.shown?.active !== false;
  if (!isNew || record.applied.is_active !== false) return;
  const { tenant, clarusUserId, scim } = record;
  const step: Step = { at: shown.at, step: 'read_back', what: 'out' };
  for (const { by: source, account: provider, eventId } of decide(record, settings).takings) {
    if (provider === undefined || eventId === undefined) continue;
    // The subject of a SCIM client's receipt is the Clarus user.
    const account = scim[source] === undefined ? provider : clarusUserId;
    await receipts.append({ tenant, source, account }, eventId, [step]);
  }
}
