import type { IncomingHttpHeaders } from 'node:http';

/** A request as the log shows it. */
export interface LoggedRequest {
  /** When it arrived, in epoch milliseconds. */
  at: number;
  method: string;
  /** With the query string. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed where it is JSON, else the text. */
  body: unknown;
  /** What was answered; 0 when the connection was dropped instead. */
  status: number;
}

export interface RequestLog {
  /** Adds a request; its status is set when it is answered. Body parsing waits until somebody looks. */
  add(request: Omit<LoggedRequest, 'body' | 'status'> & { text: string }): { status: number };
  /** The newest requests, in order of arrival. */
  list(): LoggedRequest[];
  clear(): void;
}

/** Requests in memory, at most the newest `limit`. */
export function createRequestLog(limit = 50_000): RequestLog {
  let entries: (Omit<LoggedRequest, 'body'> & { text: string })[] = [];

  return {
    add(request) {
      const entry = { ...request, status: 0 };
      entries.push(entry);
      // In bulk: shifting one at a time copies the whole array each time.
      if (entries.length > limit * 1.2) entries = entries.slice(-limit);
      return entry;
    },
    list() {
      return entries.slice(-limit).map(({ text, ...entry }) => ({ ...entry, body: parsed(text) }));
    },
    clear() {
      entries = [];
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
