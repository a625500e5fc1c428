import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { bundle } from '../../infra/bundle.ts';
import { temporaryDirectory } from './synthesized.ts';

const ENTRY = join(import.meta.dirname, 'fixtures', 'send-message.ts');
const moduleSchema = z.object({ handler: z.custom<(event: unknown) => Promise<unknown>>() });

/** With the MD5 of "hello", which the client compares. */
const ANSWER = '{"MessageId":"1","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}';

const requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requests.push(request);
  response.setHeader('content-type', 'application/x-amz-json-1.0').end(ANSWER);
});
let endpoint = '';
let send: (event: unknown) => Promise<unknown>;

beforeAll(async () => {
  const { directory } = bundle(ENTRY, temporaryDirectory(), new Map());
  send = moduleSchema.parse(await import(/* @vite-ignore */ join(directory, 'index.mjs'))).handler;
});

beforeEach(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  endpoint = `http://127.0.0.1:${port}`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
  requests.length = 0;
});

describe("a bundle's AWS clients", () => {
  it('sign with the credentials that Lambda puts into the environment', async () => {
    // Prepare
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAFROMLAMBDA');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session-token');

    // Act
    await send({ endpoint });

    // Assess
    const [request] = requests;
    expect(request?.headers.authorization).toContain('Credential=AKIAFROMLAMBDA/');
    expect(request?.headers['x-amz-security-token']).toBe('session-token');
  });

  it('say so when there are none, instead of searching the machine', async () => {
    // Prepare
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);

    // Act
    const sending = send({ endpoint });

    // Assess
    await expect(sending).rejects.toThrow('AWS_ACCESS_KEY_ID is not set');
    expect(requests).toEqual([]);
  });
});
