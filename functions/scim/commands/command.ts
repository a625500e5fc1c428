/** A client's command about one user: ids and times for state and receipts. */
export interface Command {
  eventId: string;
  /** Such as `scim.user.patch`. */
  eventType: string;
  /** When it came in, epoch milliseconds. */
  at: number;
  /**
   * The time of what it says: later than all that was known when it was first looked at, whatever other clocks
   * say. It stays when the command has to begin anew, so that news from elsewhere is not pushed aside by a repetition.
   */
  saidAt?: number;
}
