import type { SourceName } from '../identity/access/account.ts';

/**
 * What the provider says of an app or a group rather than of its members, any of whom may have lost access by it:
 * everybody has to be compared with the directory soon.
 */
export interface AttentionNotice {
  kind: 'attention';
  tenant: string;
  source: SourceName;
  /** The provider's id of the event. */
  eventId: string;
  /** The provider's own name of what happened. */
  event: string;
}
