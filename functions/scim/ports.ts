import type { Clarus } from '../clarus/clarus.ts';
import type { ClarusListing, ClarusRole, FoundUser } from '../clarus/clarus-directory.ts';
import type { SourceName } from '../identity/access/account.ts';
import type { DecideSettings } from '../identity/access/desired.ts';
import type { Guards } from '../identity/access/guard.ts';
import type { Mapping } from '../identity/profile/mapping.ts';
import type { Receipt } from '../identity/receipt.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/logger.ts';
import type { SendMessages } from '../queue/send-messages.ts';
import type { BrakeStore } from '../state/brake.ts';
import type { ReceiptStore } from '../state/receipts.ts';
import type { ScimGroupStore } from '../state/scim-groups.ts';
import type { ScimNameStore } from '../state/scim-names.ts';
import type { ScimPointers } from '../state/scim-pointers.ts';
import type { UserRecordStore } from '../state/user-records.ts';
import type { ScimClient } from '../tenants/scim/clients.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { ScimRequest } from './protocol/request.ts';
import type { Leniencies } from './schema/leniencies.ts';
import type { ResourceType } from './schema/resource-type.ts';

/** What writing to Clarus for a client needs of the world. */
export interface CommandPorts {
  records: UserRecordStore;
  receipts: Pick<ReceiptStore, 'put'>;
  brake: Pick<BrakeStore, 'take'>;
  sendMessages: SendMessages;
  queues: { changes: string; revocations: string };
  clock: Clock;
  random: () => number;
  /** Waits so many milliseconds. */
  pause: (milliseconds: number) => Promise<unknown>;
  log: Log;
  /** Told of every receipt that was written. */
  measure: (receipt: Receipt) => void;
  /** Told when more people lose access by what sources state than the tenant wants to be told of. */
  alert: (tenant: string) => void;
}

/** What serving SCIM needs of the world. */
export interface ScimPorts extends CommandPorts {
  names: ScimNameStore;
  pointers: ScimPointers;
  scimGroups: ScimGroupStore;
  /** An id that nobody has had: of events and of claims. */
  newId: () => string;
}

/** What serves the SCIM clients of one tenant, made once and kept. */
export interface TenantServices {
  name: string;
  tenant: Tenant;
  clarus: Clarus & ClarusListing;
  map: Mapping;
  /** Where access and attributes come from. Throws BridgeError while a role's name cannot be looked up. */
  settings(): Promise<DecideSettings>;
  /** The same for who cannot wait for that: no role is decided about. */
  withoutRoles: DecideSettings;
  /** Whom the bridge never touches. Throws BridgeError while a role's name cannot be looked up. */
  guards(): Promise<Guards>;
  /** The type of users whose address is theirs, and of those for whom one is made of their name. */
  userTypes: { addressed: ResourceType; named: ResourceType };
  groupType: ResourceType;
  /** Lets a request in. Throws ScimError 429 for one beyond the tenant's share. */
  admit(request: ScimRequest): Promise<void>;
}

/** The tenant as one of its clients has it. */
export interface ScimTenant extends TenantServices {
  /** The source that the client is. */
  client: SourceName;
  /** Where in the tenant file its settings are. */
  path: string;
  userType: ResourceType;
  /** Whether roles are shown as Groups. */
  groups: boolean;
  lenient: Leniencies;
  adopt: ScimClient['adopt'];
  /** Who has no address logs in to Clarus by a name at this domain. */
  emailDomain?: string | undefined;
  /** Whether roles are shown as Okta's Role resources. */
  roleResources: boolean;
}

/** All of a tenant's Clarus users and roles, kept for a little while. */
export interface ClarusSnapshot {
  users(): Promise<FoundUser[]>;
  roles(): Promise<ClarusRole[]>;
}
