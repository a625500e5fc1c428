import type { UserStore } from '../identity/converge.ts';
import type { Receipt } from '../identity/receipt.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/logger.ts';
import type { SendMessages } from '../queue/send-messages.ts';
import type { LinkStore } from '../state/links.ts';
import type { ReceiptStore } from '../state/receipts.ts';
import type { ScimGroupStore } from '../state/scim-groups.ts';
import type { ScimNameStore } from '../state/scim-names.ts';
import type { ScimUserStore } from '../state/scim-users.ts';

/** What serving SCIM needs of the world. */
export interface ScimPorts {
  users: UserStore;
  scimUsers: ScimUserStore;
  names: ScimNameStore;
  scimGroups: ScimGroupStore;
  links: LinkStore;
  receipts: ReceiptStore;
  sendMessages: SendMessages;
  queues: { changes: string; revocations: string };
  clock: Clock;
  random: () => number;
  /** Waits so many milliseconds. */
  pause: (milliseconds: number) => Promise<unknown>;
  /** An id that nobody has had: of events and of claims. */
  newId: () => string;
  log: Log;
  /** Told of every receipt that was written. */
  measure: (receipt: Receipt) => void;
}
