import { AsyncLocalStorage } from 'node:async_hooks';

const calls = new AsyncLocalStorage<AbortSignal>();

/** Serves a call until the signal is aborted, which is when it has been answered in its stead. */
export function serveUntil<Answer>(signal: AbortSignal, serve: () => Promise<Answer>): Promise<Answer> {
  return calls.run(signal, serve);
}

/**
 * The port, for calls that have not been answered yet. Lambda freezes what goes on after an answer and thaws it with a
 * later call, minutes after the look has put things right: so it is to do nothing more. Its methods throw AbortError.
 */
export function whileServed<Port extends object>(port: Port): Port {
  const methods = Object.entries(port).map(([name, method]) => [
    name,
    (...args: unknown[]) => {
      calls.getStore()?.throwIfAborted();
      return method(...args);
    },
  ]);
  // The same names, and functions that take and give the same.
  return Object.fromEntries(methods) as Port;
}
