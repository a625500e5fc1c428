import type { UserRecord } from '../functions/identity/user-record.ts';
import type { OperatorPorts } from './ports.ts';

/**
 * Changes the record of a Clarus user and has Clarus follow. That it is to follow is in the record before the message is
 * sent; who fails in between begins again. Throws BridgeError.
 */
export async function changeAndLookAfter(
  { records, sendMessages, queues }: Pick<OperatorPorts, 'records' | 'sendMessages' | 'queues'>,
  tenant: string,
  clarusUserId: string,
  now: number,
  step: (record: UserRecord) => UserRecord,
): Promise<void> {
  await records.update(tenant, clarusUserId, (record) => ({
    ...step(record),
    // A look finds something to do by this, and waits for a request that may be under way.
    lookAt: Math.max(record.lookAt ?? 0, now),
  }));
  await sendMessages([{ queueUrl: queues.changes, message: { kind: 'look', tenant, clarusUserId } }]);
}
