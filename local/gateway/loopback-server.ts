import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that only this machine can reach. */
export interface LoopbackServer {
  port: number;
  url: string;
  /** Takes no more connections and ends; answers under way have `grace` milliseconds to get out. */
  close(grace?: number): Promise<void>;
}

/** Somebody else listens there already. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly port: number;
  readonly service: string;

  constructor(service: string, port: number) {
    super(`Port ${port} for ${service} is taken.`);
    this.port = port;
    this.service = service;
  }
}

/** Longer than any pause between a client's requests, so that a kept connection never dies under one. */
const KEEP_ALIVE = 60_000;

/** Listens on 127.0.0.1; port 0 is any free one. Throws PortTakenError, which names `service`. */
export async function serveLoopback(
  service: string,
  listener: RequestListener,
  port = 0,
): Promise<LoopbackServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE }, listener);
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw Object(cause).code === 'EADDRINUSE' ? new PortTakenError(service, port) : cause;
  }

  async function close(grace = 0): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    const timer = setTimeout(() => server.closeAllConnections(), grace);
    await closed;
    clearTimeout(timer);
  }

  const actual = portOf(server.address());
  return { port: actual, url: `http://127.0.0.1:${actual}`, close };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

/** The whole body; undefined when it is longer than `limit` bytes, which are read but not kept. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => resolve(size <= limit ? Buffer.concat(chunks) : undefined));
    request.on('error', reject);
  });
}
