import { once } from 'node:events';
import dynalite from 'dynalite';
import type { Emulator } from './sqs.ts';

/** DynamoDB in memory. */
export async function startDynamodbEmulator(): Promise<Emulator> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = Object(server.address());

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  return { url: `http://127.0.0.1:${port}`, close };
}
