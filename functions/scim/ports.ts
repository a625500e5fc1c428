import type { Clarus } from '../clarus/clarus.ts';
import type { ClarusListing, ClarusRole, FoundUser } from '../clarus/clarus-directory.ts';
import type { UserStore } from '../identity/converge.ts';
import type { Mapping } from '../identity/mapping.ts';
import type { Receipt } from '../identity/receipt.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/logger.ts';
import type { SendMessages } from '../queue/send-messages.ts';
import type { LinkStore } from '../state/links.ts';
import type { ReceiptStore } from '../state/receipts.ts';
import type { ScimGroupStore } from '../state/scim-groups.ts';
import type { ScimNameStore } from '../state/scim-names.ts';
import type { ScimUserStore } from '../state/scim-users.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { Leniencies } from './schema/leniencies.ts';
import type { ResourceType } from './schema/resource-type.ts';

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

/** What serves the SCIM clients of one tenant, made once and kept. */
export interface ScimTenant {
  name: string;
  tenant: Tenant;
  clarus: Clarus & ClarusListing;
  map: Mapping;
  userType: ResourceType;
  groupType: ResourceType;
  /** Whether roles are shown as Groups. */
  groups: boolean;
  lenient: Leniencies;
}

/** All of a tenant's Clarus users and roles, kept for a little while. */
export interface ClarusSnapshot {
  users(): Promise<FoundUser[]>;
  roles(): Promise<ClarusRole[]>;
}
