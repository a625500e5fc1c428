import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';

/** A request as it came over the wire. */
export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the server does with one request. */
export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

export interface ScriptedServer {
  url: string;
  /** Every request so far, in order of arrival. */
  requests: readonly ReceivedRequest[];
  /** Those to one `METHOD /path`. */
  requestsTo(route: string): readonly ReceivedRequest[];
  /** What the next requests to `METHOD /path` get, one each. */
  answers(route: string, ...answers: readonly Answer[]): void;
  /** What requests to `METHOD /path` get from now on, once the answers for it have run out. */
  always(route: string, answer: Answer): void;
}

interface Script {
  once: Answer[];
  always?: Answer;
  used: boolean;
}

/**
 * A real HTTP server on 127.0.0.1 that does what the test says. The test fails in the end when there was a
 * request without an answer in the script, or an answer that nobody asked for.
 */
export async function scriptedServer(): Promise<ScriptedServer> {
  const scripts = new Map<string, Script>();
  const requests: ReceivedRequest[] = [];
  const unexpected: string[] = [];

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = message;
    const request = { method, path, headers, body: await textOf(message) };
    requests.push(request);
    const script = scripts.get(routeOf(request));
    const answer = script?.once.shift() ?? script?.always;
    if (script !== undefined && answer === script.always) script.used = true;
    if (answer === undefined) unexpected.push(`${method} ${path}`);
    (answer ?? text(501, 'not in the script'))(response, request);
  }

  const server = createServer((request, response) => void serve(request, response).catch(() => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    const unused = [...scripts].filter(([, it]) => it.once.length > 0 || (it.always && !it.used));
    expect({ unexpected, unused: unused.map(([route]) => route) }).toEqual({ unexpected: [], unused: [] });
  });

  function scriptFor(route: string): Script {
    const script = scripts.get(route) ?? { once: [], used: false };
    scripts.set(route, script);
    return script;
  }

  return {
    url: `http://127.0.0.1:${Object(server.address()).port}`,
    requests,
    requestsTo: (route) => requests.filter((request) => routeOf(request) === route),
    answers: (route, ...answers) => void scriptFor(route).once.push(...answers),
    always: (route, answer) => Object.assign(scriptFor(route), { always: answer, used: false }),
  };
}

function routeOf({ method, path }: ReceivedRequest): string {
  return `${method} ${path}`;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return text(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body);
}

/** The connection breaks before there is an answer. */
export const reset: Answer = (response) => response.socket?.resetAndDestroy();

/** The connection breaks in the middle of the answer's body. */
export const halfAnAnswer: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
  response.write('{"data":', () => response.socket?.resetAndDestroy());
};

/** No answer, and the connection stays. */
export const silence: Answer = () => undefined;

/** A body that goes on for as long as somebody listens. */
export const endless: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = 'a'.repeat(64 * 1024);
  function more(): void {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more);
  more();
};
