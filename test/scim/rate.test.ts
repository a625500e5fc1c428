import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aMemoryScim, type MemoryScim } from '../support/memory-scim.ts';
import { operations } from '../support/scim-bench.ts';

/** Of so many instances each gives a tenant five requests in ten seconds. */
const INSTANCES = 1000;

let scim: MemoryScim;

/** The limiter looks at the machine's clock. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  scim = aMemoryScim({ defaultRole: 4 }, { instances: INSTANCES });
});
afterEach(() => {
  vi.useRealTimers();
});

const list = () => scim.call('GET', '/Users?filter=userName+eq+%22lea%22');

/** Uses up what the tenant may send. */
async function flood(): Promise<void> {
  for (let times = 0; times < 5; times++) expect(await list()).toMatchObject({ status: 200 });
}

describe('a tenant that sends more than its share', () => {
  it('is answered 429 with the seconds until it has another one, and nothing is done', async () => {
    // Prepare
    await flood();
    scim.forgetCalls();
    vi.advanceTimersByTime(3500);

    // Act
    const refused = await list();
    vi.advanceTimersByTime(6499);
    const early = await list();
    const called = scim.calls();
    vi.advanceTimersByTime(1);
    const after = await list();

    // Assess
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect(early).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    // That a client was refused is noted once a minute.
    expect(called).toEqual({ 'clients.note': 1 });
    expect(after).toMatchObject({ status: 200 });
  });

  it.each([
    ['PATCH', '/Users/42', operations({ op: 'replace', path: 'active', value: 'False' })],
    ['PUT', '/Users/42', { userName: 'lea', active: false }],
    ['DELETE', '/Users/42', undefined],
  ])('takes access away all the same, by %s', async (method, path, body) => {
    // Prepare
    await scim.call('POST', '/Users', { userName: 'lea@acme.example', displayName: 'Lea' });
    vi.advanceTimersByTime(10_000);
    await flood();

    // Act
    const { status } = await scim.call(method, path, body);

    // Assess
    expect(status).toBeLessThan(300);
    expect(scim.clarus.users.get('42')).toMatchObject({ is_active: false });
  });

  it.each([
    [
      'says that access is given',
      'application/json',
      operations({ op: 'replace', path: 'active', value: true }),
    ],
    ['is about something else', 'application/json', operations({ op: 'replace', path: 'title', value: 'x' })],
    ['cannot be read', 'text/plain', operations({ op: 'replace', path: 'active', value: false })],
  ])('is held back where a PATCH %s', async (_name, type, body) => {
    // Prepare
    await flood();

    // Act
    const answer = await scim.call('PATCH', '/Users/42', body, { 'content-type': type });

    // Assess
    expect(answer).toMatchObject({ status: 429 });
  });

  it('may take access away as often as it may do anything else, and no more', async () => {
    // Prepare
    await flood();

    // Act
    const statuses: number[] = [];
    for (let id = 1; id <= 6; id++) statuses.push((await scim.call('DELETE', `/Users/${id}`)).status);

    // Assess
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429]);
  });

  it('is not who sends no credential of it', async () => {
    // Act
    const strangers = [];
    for (let times = 0; times < 10; times++) {
      strangers.push((await scim.call('GET', '/Users', undefined, { authorization: 'Bearer x' })).status);
    }

    // Assess
    expect(new Set(strangers)).toEqual(new Set([401]));
    expect(await list()).toMatchObject({ status: 200 });
  });
});
