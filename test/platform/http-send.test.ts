import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpSend, type HttpRequest, NoAnswer } from '../../functions/platform/http-send.ts';
import { anIdentity } from '../support/certificate.ts';
import {
  type Answer,
  endless,
  halfAnAnswer,
  reset,
  scriptedServer,
  silence,
  text,
} from '../support/http-server.ts';

const LIMIT = { timeout: 2_000 };
const PATCH: HttpRequest = { method: 'PATCH', body: '{}', repeatable: true };
const POST = { method: 'POST', body: '{}', ...LIMIT };

/** How a request ends that has no answer. */
async function endOf(work: Promise<unknown>): Promise<NoAnswer> {
  const end = await work.catch((error: unknown) => error);
  if (end instanceof NoAnswer) return end;
  throw new Error(`This was expected to end without an answer: ${String(end)}`);
}

/** A server that says `ok` and remembers over which connections it was asked. */
function okOver(connections: unknown[]): Answer {
  return (response, request) => {
    connections.push(response.socket);
    text(200, 'ok')(response, request);
  };
}

/** The address of a server that does with a connection what the test says. */
async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // A server on a port has such an address.
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers with these bytes, and leaves the connection to the client. */
function bytes(answer: string): Promise<string> {
  const sockets = new Set<Socket>();
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listening(
    createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      if (answer !== '') socket.once('data', () => socket.write(answer));
    }),
  );
}

describe('a request', () => {
  it('goes out as it is, with the name of the bridge', async () => {
    // Prepare
    const server = await scriptedServer();
    server.answers('PATCH /a?b=c%20d', text(200, ''));

    // Act
    const request = { method: 'PATCH', headers: { 'x-a': 'b' }, body: '{"ü":1}', ...LIMIT };
    await createHttpSend()(`${server.url}/a?b=c%20d`, request);

    // Assess
    const [sent] = server.requests;
    expect(sent?.body).toBe('{"ü":1}');
    expect(sent?.headers).toMatchObject({
      'x-a': 'b',
      'content-length': '8',
      'user-agent': 'clarus-identity-bridge',
    });
    expect(sent?.headers).not.toHaveProperty('accept-encoding');
  });

  it('is a GET without a body if nothing is said', async () => {
    const server = await scriptedServer();
    server.answers('GET /', text(200, 'ok'));

    const answer = await createHttpSend()(server.url, LIMIT);

    expect(answer).toMatchObject({ status: 200, text: 'ok' });
  });

  it('that cannot be sent as it is ends as one that was not sent', async () => {
    const send = createHttpSend();

    const ends = [
      await endOf(send('http://127.0.0.1:9', { headers: { authorization: 'a\nb' }, ...LIMIT })),
      await endOf(send('//nowhere', LIMIT)),
      await endOf(send('ftp://127.0.0.1', LIMIT)),
    ];

    expect(ends.map(({ failed }) => failed.sent)).toEqual([false, false, false]);
  });
});

describe('an answer', () => {
  it('has its headers by their names', async () => {
    // Prepare: Okta sends a header for each link
    const server = await scriptedServer();
    server.answers('GET /', (response) =>
      response
        .writeHead(200, [
          ...['Link', '<a>; rel="self"', 'link', '<b>; rel="next"'],
          ...['X-A', 'b', 'Set-Cookie', 'c=1', 'Set-Cookie', 'd=2'],
        ])
        .end(),
    );

    // Act
    const { header } = await createHttpSend()(server.url, LIMIT);

    // Assess
    expect(header('link')).toBe('<a>; rel="self", <b>; rel="next"');
    expect([header('x-a'), header('set-cookie'), header('x-b')]).toEqual(['b', 'c=1, d=2', undefined]);
  });

  it('is put together of its parts, and begins without a byte order mark', async () => {
    // Prepare
    const server = await scriptedServer();
    const parts = Buffer.from('\uFEFFgrün');
    server.answers('GET /', (response) => {
      response.write(parts.subarray(0, 6), () => response.end(parts.subarray(6)));
    });

    // Act
    const answer = await createHttpSend()(server.url, LIMIT);

    // Assess
    expect(answer.text).toBe('grün');
  });

  it.each([204, 301, 302, 303, 304, 307, 308, 500])(
    'is what it is (%s), and leads nowhere',
    async (status) => {
      // Prepare
      const [server, elsewhere] = [await scriptedServer(), await scriptedServer()];
      server.answers('GET /', text(status, '', { location: elsewhere.url }));

      // Act
      const answer = await createHttpSend()(server.url, LIMIT);

      // Assess
      expect(answer.status).toBe(status);
      expect(elsewhere.requests).toEqual([]);
    },
  );

  it('may be a megabyte, and not a byte more', async () => {
    // Prepare: half as many characters
    const server = await scriptedServer();
    const most = 'ü'.repeat(512 * 1024);
    server.answers('GET /', text(200, most), text(200, `${most}a`));
    const send = createHttpSend();

    // Act
    const answer = await send(server.url, LIMIT);
    const end = await endOf(send(server.url, LIMIT));

    // Assess
    expect(answer.text).toBe(most);
    expect(end.failed).toEqual({ sent: true, timedOut: false, stale: false });
  });

  it.each<[string, Answer]>([
    ['a broken connection', reset],
    ['half an answer', halfAnAnswer],
    ['an endless answer', endless],
  ])('that is none: %s', async (_, answer) => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', answer);

    // Act
    const end = await endOf(createHttpSend()(server.url, LIMIT));

    // Assess
    expect(end.failed).toEqual({ sent: true, timedOut: false, stale: false });
  });

  it.each([
    ['no HTTP', 'SMTP ready\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['headers without an end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}`],
  ])('that is none: %s', async (_, answer) => {
    const address = await bytes(answer);

    const end = await endOf(createHttpSend()(`http://${address}`, LIMIT));

    expect(end.failed).toEqual({ sent: true, timedOut: false, stale: false });
  });
});

describe('time', () => {
  const halfAndSilence: Answer = (response) => response.writeHead(200, { 'content-length': 1000 }).write('{');

  it.each<[string, Answer]>([
    ['silence', silence],
    ['a body that does not go on', halfAndSilence],
  ])('is up after %s', async (_, answer) => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', answer);

    // Act
    const end = await endOf(createHttpSend()(server.url, { timeout: 50 }));

    // Assess
    expect(end.failed).toEqual({ sent: true, timedOut: true, stale: false });
  });

  it('is up before there is a connection, and then nothing was sent', async () => {
    // Prepare: a server that does not speak TLS
    const address = await bytes('');

    // Act
    const end = await endOf(createHttpSend()(`https://${address}`, { timeout: 50 }));

    // Assess
    expect(end.failed).toEqual({ sent: false, timedOut: true, stale: false });
  });

  it('is up for a request on a kept connection too, and it is not sent again', async () => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', text(200, ''), silence);
    const send = createHttpSend();
    await send(server.url, LIMIT);

    // Act
    const end = await endOf(send(server.url, { timeout: 50 }));

    // Assess
    expect(end.failed).toEqual({ sent: true, timedOut: true, stale: false });
    expect(server.requests).toHaveLength(2);
  });
});

describe('where no connection can be opened nothing was sent', () => {
  it.each([
    ['nobody listens', 'http://127.0.0.1:9'],
    ['nobody listens, with TLS', 'https://127.0.0.1:9'],
    ['there is no such host', 'http://nobody.invalid'],
  ])('%s', async (_, url) => {
    const end = await endOf(createHttpSend()(url, POST));

    expect(end.failed).toEqual({ sent: false, timedOut: false, stale: false });
  });

  it('a certificate that nobody vouches for', async () => {
    // Prepare
    const requests: unknown[] = [];
    const address = await listening(createSecureServer(anIdentity(), (request) => requests.push(request)));

    // Act
    const end = await endOf(createHttpSend()(`https://${address}`, POST));

    // Assess
    expect(end.failed).toEqual({ sent: false, timedOut: false, stale: false });
    expect(requests).toEqual([]);
  });
});

describe('over TLS', () => {
  it('a request is sent and answered, and known to be sent when it is not', async () => {
    // Prepare
    const identity = anIdentity();
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, identity.cert]);
    onTestFinished(() => setDefaultCACertificates(before));
    const address = await listening(
      createSecureServer(identity, (request, response) => {
        if (request.url === '/gone') request.socket.destroy();
        else response.end('ok');
      }),
    );
    const send = createHttpSend();

    // Act
    const answer = await send(`https://${address}`, LIMIT);
    const end = await endOf(send(`https://${address}/gone`, POST));

    // Assess
    expect(answer).toMatchObject({ status: 200, text: 'ok' });
    expect(end.failed).toEqual({ sent: true, timedOut: false, stale: false });
  });
});

describe('a connection', () => {
  it('is kept for what may be sent twice', async () => {
    // Prepare
    const server = await scriptedServer();
    const connections: unknown[] = [];
    server.always('GET /', okOver(connections));
    server.always('PATCH /', okOver(connections));
    const send = createHttpSend();

    // Act
    await send(server.url, LIMIT);
    await send(server.url, LIMIT);
    await send(server.url, { ...PATCH, ...LIMIT });

    // Assess
    expect(connections).toHaveLength(3);
    expect(new Set(connections).size).toBe(1);
  });

  it('is a new one for what may not', async () => {
    // Prepare
    const server = await scriptedServer();
    const connections: unknown[] = [];
    server.always('GET /', okOver(connections));
    server.always('POST /', okOver(connections));
    const send = createHttpSend();

    // Act
    await send(server.url, LIMIT);
    await send(server.url, POST);
    await send(server.url, POST);

    // Assess
    expect(new Set(connections).size).toBe(3);
  });

  it.each<[string, HttpRequest]>([
    ['a GET', {}],
    ['a PATCH of absolute values', PATCH],
  ])('that was kept and is broken: %s is sent once more', async (_, request) => {
    // Prepare
    const server = await scriptedServer();
    const route = `${request.method ?? 'GET'} /`;
    server.answers(route, text(200, ''), reset, text(200, 'ok'));
    const send = createHttpSend();
    await send(server.url, { ...request, ...LIMIT });

    // Act
    const answer = await send(server.url, { ...request, ...LIMIT });

    // Assess
    expect(answer.text).toBe('ok');
    expect(server.requestsTo(route)).toHaveLength(3);
  });

  it('that was kept and is broken, and so is the next: there is no third time', async () => {
    // Prepare
    const server = await scriptedServer();
    server.answers('GET /', text(200, ''), reset, reset);
    const send = createHttpSend();
    await send(server.url, LIMIT);

    // Act
    const end = await endOf(send(server.url, LIMIT));

    // Assess
    expect(end.failed).toEqual({ sent: true, timedOut: false, stale: false });
  });

  it.each<[string, Answer, number]>([
    ['in the middle of an answer', halfAnAnswer, 2],
    ['that is new, before an answer', reset, 1],
  ])('that breaks %s: nothing is sent again', async (_, broken, sent) => {
    // Prepare
    const server = await scriptedServer();
    const send = createHttpSend();
    if (sent === 2) server.answers('GET /', text(200, ''));
    server.answers('GET /', broken);
    if (sent === 2) await send(server.url, LIMIT);

    // Act
    await endOf(send(server.url, LIMIT));

    // Assess
    expect(server.requests).toHaveLength(sent);
  });
});
