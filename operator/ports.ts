import type { Clock } from '../functions/platform/clock.ts';
import type { Lane } from '../functions/queue/lane.ts';
import type { SendMessages } from '../functions/queue/send-messages.ts';
import type { CardStore } from '../functions/state/cards.ts';
import type { CursorStore } from '../functions/state/cursors.ts';
import type { OpenItems } from '../functions/state/open-items.ts';
import type { ReceiptStore } from '../functions/state/receipts.ts';
import type { ScimClientStore } from '../functions/state/scim/clients.ts';
import type { UserRecordStore } from '../functions/state/user-records.ts';

/** What operators work on. */
export interface OperatorPorts {
  cards: CardStore;
  openItems: OpenItems;
  records: UserRecordStore;
  receipts: ReceiptStore;
  cursors: CursorStore;
  clients: ScimClientStore;
  sendMessages: SendMessages;
  /** Queues' URLs. */
  queues: Readonly<Record<Lane, string>>;
  clock: Clock;
}
