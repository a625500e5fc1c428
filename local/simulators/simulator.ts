import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { type Clock, systemClock } from '../../functions/platform/clock.ts';
import { readBody, serveLoopback } from '../gateway/loopback-server.ts';
import { createFaults, type Fault, type FaultInput, faultSchema, statusOf } from './faults.ts';
import { createRequestLog, type LoggedRequest } from './request-log.ts';

/** A request with its body read. `path` is without the query string. */
export interface SimulatedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  text: string;
}

/** The body is sent as JSON; absent, none is sent. */
export interface SimulatedAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What makes one simulator different from another. */
export interface SimulatedService {
  /** Its name, for messages. */
  name: string;
  answer(request: SimulatedRequest): SimulatedAnswer | Promise<SimulatedAnswer>;
  /** The error body in which the service words a status that a fault asks for. */
  errorBody(status: number): unknown;
  /** Control beyond the common ones, by method and path. What they return is answered as JSON. */
  controls: Readonly<Record<string, (body: unknown) => unknown>>;
  /** Back to how it started. */
  reset(): void;
}

export interface Simulator {
  url: string;
  port: number;
  requests(): LoggedRequest[];
  forgetRequests(): void;
  addFault(fault: FaultInput): void;
  /** Forgets requests, faults and all that has changed. */
  reset(): void;
  stop(): Promise<void>;
}

const LIMIT = 16 * 1024 * 1024;

/**
 * Serves a simulated service, and under `/_sim/` the control that all simulators share: `GET requests`,
 * `GET` and `POST faults`, `POST reset`.
 */
export async function startSimulator(
  service: SimulatedService,
  { port = 0, clock = systemClock }: { port?: number; clock?: Clock } = {},
): Promise<Simulator> {
  const log = createRequestLog();
  const faults = createFaults();

  function reset(): void {
    log.clear();
    faults.clear();
    service.reset();
  }

  const controls: SimulatedService['controls'] = {
    'GET /_sim/requests': () => log.list(),
    'GET /_sim/faults': () => faults.list(),
    'POST /_sim/faults': (body) => faults.add(faultSchema.parse(body)),
    'POST /_sim/reset': reset,
    ...service.controls,
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = clock();
    const { method = 'GET', url = '/', headers } = request;
    const text = (await readBody(request, LIMIT))?.toString('utf8') ?? '';
    const [path = '/', query = ''] = url.split('?', 2);
    if (path.startsWith('/_sim/')) return send(response, control(controls[`${method} ${path}`], text));

    const entry = log.add({ at, method, path: url, headers, text });
    const fault = faults.take(method, path);
    const refused = refusal(service, fault);
    const answer =
      refused ?? (await service.answer({ method, path, query: new URLSearchParams(query), headers, text }));
    const dropped = fault?.drop === true || fault?.dropAfter === true;
    if (!dropped) entry.status = answer.status;
    if (fault?.delayMs !== undefined) await delay(fault.delayMs, undefined, { ref: false });
    if (dropped) request.socket.destroy();
    else send(response, answer);
  }

  const server = await serveLoopback(
    service.name,
    (request, response) => {
      serve(request, response).catch((error: unknown) => {
        if (response.headersSent || request.socket.destroyed) return;
        send(response, { status: 500, body: { error: `The simulator failed: ${String(error)}` } });
      });
    },
    port,
  );
  const { url } = server;
  return {
    url,
    port: server.port,
    requests: log.list,
    forgetRequests: log.clear,
    addFault: faults.add,
    reset,
    stop: server.close,
  };
}

/** What is answered in place of doing anything, if the fault says so. */
function refusal(service: SimulatedService, fault: Fault | undefined): SimulatedAnswer | undefined {
  if (fault === undefined) return undefined;
  if (fault.drop === true) return { status: 0 };
  const status = statusOf(fault);
  if (status === undefined) return undefined;
  const { retryAfter } = fault;
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return { status, headers, body: service.errorBody(status) };
}

function control(run: ((body: unknown) => unknown) | undefined, text: string): SimulatedAnswer {
  if (run === undefined) return { status: 404, body: { error: 'There is no such control.' } };
  try {
    return { status: 200, body: run(text === '' ? undefined : JSON.parse(text)) ?? {} };
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { status: 400, body: { error: what } };
  }
}

function send(response: ServerResponse, { status, headers = {}, body }: SimulatedAnswer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}
