import { Agent, type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

export interface HttpRequest {
  /** Absent, GET. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Whether sending it twice does no more than sending it once. Absent, only a GET is. */
  repeatable?: boolean;
}

/** A header of an answer by its name in small letters; several of one name are one, with commas between. */
export type HeaderOf = (name: string) => string | undefined;

/** An answer with its body read. */
export interface HttpAnswer {
  status: number;
  header: HeaderOf;
  text: string;
}

/** Sends a request and brings its answer. `timeout` is milliseconds for all of it. Throws `NoAnswer`. */
export type HttpSend = (url: string, request: HttpRequest & { timeout: number }) => Promise<HttpAnswer>;

interface Failed {
  /** False when there was no connection that the request could have gone over. */
  sent: boolean;
  timedOut: boolean;
  /** Whether it failed on a connection that had been kept, before its answer began. */
  stale: boolean;
}

/** There is no answer, or none that is whole. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly failed: Failed;

  constructor(failed: Failed, cause: unknown) {
    super('no answer', { cause });
    this.failed = failed;
  }
}

/** Bytes; larger than any answer we ask for (a page of 100 users is about 20 KB). */
const MAX_ANSWER = 1024 * 1024;

/** Without a name some firewalls turn a request away. */
const USER_AGENT = 'clarus-identity-bridge';

interface Connections {
  plain: Agent;
  secure: SecureAgent;
}

/**
 * HTTP over node's own client, at half the CPU of global `fetch`. No redirect is followed.
 *
 * Connections are kept, and one that is kept may have been closed unseen, above all while Lambda held the process
 * still. So a request that fails on one before its answer begins is sent once more, over a connection of its own;
 * and a request that is not repeatable goes over one of its own from the beginning.
 */
export function createHttpSend(): HttpSend {
  const kept = { plain: new Agent({ keepAlive: true }), secure: new SecureAgent({ keepAlive: true }) };
  const single = { plain: new Agent(), secure: new SecureAgent() };

  return async function send(url, { timeout, ...request }) {
    const { method = 'GET', repeatable = method === 'GET' } = request;
    let attempt = attemptOver(repeatable ? kept : single, url, request);
    const timer = setTimeout(() => attempt.giveUp(), timeout);
    try {
      return await attempt.answer;
    } catch (failure) {
      if (!(failure instanceof NoAnswer && failure.failed.stale)) throw failure;
      attempt = attemptOver(single, url, request);
      return await attempt.answer;
    } finally {
      clearTimeout(timer);
    }
  };
}

interface Attempt {
  answer: Promise<HttpAnswer>;
  giveUp(): void;
}

function attemptOver({ plain, secure }: Connections, url: string, request: HttpRequest): Attempt {
  const { promise: answer, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  let outgoing: ClientRequest | undefined;
  let [sent, began, timedOut] = [false, false, false];

  function fail(cause: unknown): void {
    const stale = outgoing?.reusedSocket === true && !began && !timedOut;
    reject(new NoAnswer({ sent, timedOut, stale }, cause));
  }

  try {
    const target = new URL(url);
    const isSecure = target.protocol === 'https:';
    const { method, headers, body } = request;
    const options = {
      ...(method !== undefined && { method }),
      headers: { 'user-agent': USER_AGENT, ...headers },
    };
    outgoing = isSecure
      ? secureRequest(target, { ...options, agent: secure })
      : plainRequest(target, { ...options, agent: plain });
    outgoing.on('socket', (socket) => {
      // Nothing of a request leaves before its connection is there.
      if (outgoing?.reusedSocket) sent = true;
      else
        socket.once(isSecure ? 'secureConnect' : 'connect', () => {
          sent = true;
        });
    });
    outgoing.on('response', (incoming) => {
      began = true;
      read(incoming, resolve, fail);
    });
    outgoing.on('error', fail);
    // What ends in another way than by an answer or an error, such as a change of protocols.
    outgoing.on('close', () => began || fail(new Error('the connection was closed')));
    outgoing.end(body);
  } catch (cause) {
    fail(cause);
  }

  return {
    answer,
    giveUp() {
      timedOut = true;
      outgoing?.destroy(new Error('out of time'));
    },
  };
}

function read(
  incoming: IncomingMessage,
  resolve: (answer: HttpAnswer) => void,
  fail: (cause: unknown) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER) incoming.destroy(new Error(`the answer is longer than ${MAX_ANSWER} bytes`));
    else chunks.push(chunk);
  });
  incoming.on('error', fail);
  incoming.on('end', () => {
    const { statusCode = 0, headers } = incoming;
    resolve({
      status: statusCode,
      header: (name) => one(headers[name]),
      text: textOf(chunks),
    });
  });
}

/** UTF-8, whose mark at the beginning belongs to no text. A TextDecoder costs as much CPU as the parsing of the JSON. */
function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const all = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  const text = all.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
