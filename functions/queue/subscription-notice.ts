/** What the provider says of a subscription rather than of a user: it wants care, and perhaps has a gap. */
export interface SubscriptionNotice {
  kind: 'subscription';
  tenant: string;
  subscriptionId: string;
  /** The provider's own name of what happened. */
  event: string;
}
