/** The largest body that is read: far beyond any profile, and what a thousand operations may come to. */
export const BODY_LIMIT = 400_000;

/** The most a resource may come to: a user's record holds it twice while a command is under way, below 400 KB. */
export const MAX_SIZE = 100_000;

/** Values of one attribute: far beyond any profile. */
export const MAX_VALUES = 1000;

/** More than a thousand operations at once is a program gone wrong. */
export const MAX_OPERATIONS = 1000;

/** The most resources on a page, and how many without `count`. */
export const MAX_PAGE = 200;
export const DEFAULT_PAGE = 100;

/** Seconds that a cursor may be used (RFC 9865 section 4). */
export const CURSOR_TIMEOUT = 3600;

/**
 * The work of one request, all of it together: values that are compared (the terms of a filter times the values that
 * it is held against) and characters of long or foreign texts that are folded for it. Both at once are a fifth of a second of CPU.
 */
export const MAX_COMPARED = 200_000;
export const MAX_CHARACTERS = 1_000_000;

/** Look-ups by one filter: each may be a request to Clarus, made with the account that revocations need. */
export const MAX_LOOKUPS = 10;
