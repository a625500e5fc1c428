import { describe, expect, it } from 'vitest';
import { aSweepBench, inClarus, inOkta, type SweepBench } from './sweep-bench.ts';

/** Two pages of Okta and four of Clarus. */
const PEOPLE = Array.from({ length: 400 }, (_, index) => index + 1);

const DAY = 86_400_000;

async function aCompany(): Promise<SweepBench> {
  const bench = await aSweepBench({ sources: ['okta'] });
  bench.okta.setUsers(PEOPLE.map(inOkta));
  bench.clarus.setUsers(PEOPLE.map(inClarus));
  return bench;
}

/** What a sweep asks of everybody. */
async function callsOf(bench: SweepBench): Promise<Record<string, number>> {
  const before = { ...bench.state.calls };
  bench.okta.forgetRequests();
  bench.clarus.forgetRequests();
  await bench.sweep();
  const calls = Object.entries(bench.state.calls).map(([name, count]) => [name, count - (before[name] ?? 0)]);
  return {
    ...Object.fromEntries(calls.filter(([name]) => /^(cards|records|receipts)\./.test(String(name)))),
    okta: bench.okta.requests().filter(({ path }) => path.startsWith('/api/v1/users')).length,
    clarus: bench.clarus.requests().filter(({ path }) => path === '/graphql').length,
  };
}

describe('what a comparison of 400 people costs', () => {
  it('at first: each is noted twice, linked and stored, and looked up a hundred at a time', async () => {
    const bench = await aCompany();

    const calls = await callsOf(bench);

    expect(calls).toEqual({
      'cards.note': 800,
      'cards.link': 400,
      // Whether whom the bridge knows was shown: not one of them is asked for again.
      'cards.find': 400,
      'records.update': 400,
      // A page of Clarus' users, of Okta's people, and of those who are known.
      'records.loadMany': 4 + 2 + 4,
      // And once in each stage to see that there are no more.
      'records.list': 5,
      // Those who are there, the page after them, and the one of the deactivated.
      okta: 3,
      // Four pages of users, and four look-ups of a hundred addresses.
      clarus: 4 + 4,
    });
  });

  it('after a week: each is noted once, and asked for once among those who are known', async () => {
    const bench = await aCompany();
    await bench.sweep();
    bench.clock.advance(7 * DAY);

    const { 'records.update': stored, ...calls } = await callsOf(bench);

    // How Clarus shows them is a week old.
    expect(stored).toBe(400);
    expect(calls).toMatchObject({ 'cards.note': 400, 'cards.link': 0, 'cards.find': 400, clarus: 4 });
  });

  it('any other time: Clarus’ pages are read, and nothing is written', async () => {
    const bench = await aCompany();
    await bench.sweep();
    bench.clock.advance(DAY / 4);

    const calls = await callsOf(bench);

    expect(calls).toMatchObject({
      'cards.note': 0,
      'cards.find': 0,
      'records.update': 0,
      okta: 0,
      clarus: 4,
    });
  });
});
