import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRequestLog } from '../../../local/simulators/request-log.ts';
import { type Simulator, startSimulator } from '../../../local/simulators/simulator.ts';

describe('the control that every simulator shares', () => {
  let carriedOut = 0;
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator(
      {
        name: 'echo',
        answer: ({ path }) => {
          carriedOut++;
          return { status: 200, body: { path } };
        },
        errorBody: (status) => ({ fault: status }),
        controls: { 'GET /_sim/count': () => carriedOut },
        reset: () => {
          carriedOut = 0;
        },
      },
      { clock: () => 1_000 },
    );
  });
  beforeEach(() => simulator.reset());
  afterAll(() => simulator.stop());

  function get(path: string): Promise<Response> {
    return fetch(`${simulator.url}${path}`);
  }

  function control(method: string, name: string, body?: unknown): Promise<Response> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return fetch(`${simulator.url}/_sim/${name}`, init);
  }

  async function requests(): Promise<Record<string, unknown>[]> {
    return Object((await (await control('GET', 'requests')).json()) ?? []);
  }

  describe('the request log', () => {
    it('shows what came, with parsed bodies, nothing taken out and no control among it', async () => {
      await fetch(`${simulator.url}/some?q=1`, {
        method: 'POST',
        headers: { authorization: 'Bearer secret' },
        body: '{"a":1}',
      });
      await fetch(`${simulator.url}/other`, { method: 'PUT', body: 'text' });

      expect(await requests()).toEqual([
        {
          at: 1_000,
          method: 'POST',
          path: '/some?q=1',
          headers: expect.objectContaining({ authorization: 'Bearer secret' }),
          body: { a: 1 },
          status: 200,
        },
        expect.objectContaining({ method: 'PUT', path: '/other', body: 'text', status: 200 }),
      ]);
    });

    it('keeps the newest only', () => {
      const log = createRequestLog(10);
      for (let at = 0; at < 100; at++) log.add({ at, method: 'GET', path: '/', headers: {}, text: '' });

      expect(log.list().map(({ at }) => at)).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
    });
  });

  describe('a fault', () => {
    it('answers its status in the service’s words, without doing anything, as often as it says', async () => {
      await control('POST', 'faults', { status: 503, count: 2 });

      const answers = [await get('/'), await get('/'), await get('/')];

      expect(answers.map(({ status }) => status)).toEqual([503, 503, 200]);
      expect(await answers[0]?.json()).toEqual({ fault: 503 });
      expect(carriedOut).toBe(1);
      expect((await requests()).map(({ status }) => status)).toEqual([503, 503, 200]);
    });

    it.each([
      { retryAfter: 7, status: 429, header: '7' },
      { retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT', status: 429, header: 'Wed, 21 Oct 2026 07:28:00 GMT' },
    ])('sends Retry-After: $header', async ({ retryAfter, status, header }) => {
      simulator.addFault({ retryAfter });

      const answer = await get('/');

      expect(answer.status).toBe(status);
      expect(answer.headers.get('retry-after')).toBe(header);
    });

    it('concerns the path it names and all below, and the method it names', async () => {
      simulator.addFault({ path: '/api/users/4', method: 'get', status: 500, count: 9 });

      const statuses = [];
      for (const path of ['/api/users/4', '/api/users/4/x?y', '/api/users/41', '/api/users', '/']) {
        statuses.push((await get(path)).status);
      }
      const post = await fetch(`${simulator.url}/api/users/4`, { method: 'POST' });

      expect(statuses).toEqual([500, 500, 200, 200, 200]);
      expect(post.status).toBe(200);
    });

    it('may leave a segment of the path open', async () => {
      simulator.addFault({ path: '/api/*/4', status: 500, count: 9 });

      expect((await get('/api/users/4')).status).toBe(500);
      expect((await get('/api/users/5')).status).toBe(200);
      expect((await get('/api')).status).toBe(200);
    });

    it('drops the connection before doing anything', async () => {
      simulator.addFault({ drop: true });

      await expect(get('/')).rejects.toThrow('fetch failed');
      expect(carriedOut).toBe(0);
      expect(await requests()).toEqual([expect.objectContaining({ status: 0 })]);
    });

    it('drops the connection after having done it', async () => {
      simulator.addFault({ dropAfter: true });

      await expect(get('/')).rejects.toThrow('fetch failed');
      expect(carriedOut).toBe(1);
    });

    it('delays the answer of a request that is carried out at once', async () => {
      simulator.addFault({ delayMs: 60_000 });

      const hungUp = fetch(simulator.url, { signal: AbortSignal.timeout(200) });

      await expect(hungUp).rejects.toThrow('timeout');
      expect(carriedOut).toBe(1);
    });

    it.each([{ status: 99 }, { status: 500, count: 0 }, { stauts: 500 }, 'fault'])(
      'is refused when it is %j',
      async (fault) => {
        const answer = await control('POST', 'faults', fault);

        expect(answer.status).toBe(400);
        expect(await answer.json()).toEqual({ error: expect.any(String) });
      },
    );

    it('is listed until it is used up', async () => {
      simulator.addFault({ status: 500, count: 2 });
      await get('/');

      expect(await (await control('GET', 'faults')).json()).toEqual([{ status: 500, count: 1 }]);
      await get('/');
      expect(await (await control('GET', 'faults')).json()).toEqual([]);
    });
  });

  it('forgets requests, faults and changes on reset', async () => {
    await get('/');
    simulator.addFault({ status: 500 });

    await control('POST', 'reset');

    expect(await requests()).toEqual([]);
    expect((await get('/')).status).toBe(200);
    expect(await (await control('GET', 'count')).json()).toBe(1);
  });

  it('knows no other control', async () => {
    expect((await control('GET', 'secrets')).status).toBe(404);
  });
});
