/** The time in epoch milliseconds. All time comes through one such argument, so that tests can turn it. */
export type Clock = () => number;

export const systemClock: Clock = Date.now;
