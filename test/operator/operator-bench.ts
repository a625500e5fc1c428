import type { Outgoing } from '../../functions/queue/send-messages.ts';
import type { OperatorPorts } from '../../operator/ports.ts';
import { aDeliverBench, type DeliverBench } from '../deliver/deliver-bench.ts';
import { memoryClients } from '../support/memory-clients.ts';
import type { TenantFile } from '../support/tenants.ts';

/** What stands in receipts. */
export const WHO = 'arn:aws:sts::111122223333:assumed-role/on-call/pat';

/** What operators work on, beside a deliver on the same state. */
export interface OperatorBench extends DeliverBench {
  ports: OperatorPorts;
  /** What operators put on queues. */
  sent: Outgoing[];
  /** Delivers all of that. */
  deliverSent(): Promise<void>;
  /** Whether a Clarus user was last switched on or off. */
  access(id: string): boolean | undefined;
}

export function anOperatorBench(file: Partial<TenantFile> = {}): OperatorBench {
  const bench = aDeliverBench(file);
  const sent: Outgoing[] = [];
  const { cards, openItems, records, receipts, cursors } = bench.state;
  const ports: OperatorPorts = {
    cards,
    openItems,
    records,
    receipts,
    cursors,
    clients: memoryClients(),
    sendMessages: async (messages) => void sent.push(...messages),
    queues: { changes: 'q:changes', revocations: 'q:revocations' },
    clock: bench.clock,
  };

  async function deliverSent(): Promise<void> {
    for (const { message, queueUrl } of sent.splice(0)) {
      await bench.deliver(message, { queue: queueUrl.slice('q:'.length) });
    }
  }

  function access(id: string): boolean | undefined {
    const told = bench.patches.filter((it) => it.id === id && it.attributes.is_active !== undefined);
    return told.at(-1)?.attributes.is_active;
  }

  return { ...bench, ports, sent, deliverSent, access };
}
