import { describe, expect, it } from 'vitest';
import { decide } from '../../functions/identity/access/decide.ts';
import { standing } from '../../functions/identity/access/standing.ts';
import { objectId } from '../support/graph-notifications.ts';
import { addressOf, aSweepBench, inClarus, inEntra, inOkta, oktaId, type SweepBench } from './sweep-bench.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Before the bridge began. */
const BEFORE = '2025-05-06T07:08:09.000Z';

const PEOPLE = Array.from({ length: 120 }, (_, index) => index + 1);

function cardOf({ state }: SweepBench, source: string, account: string) {
  return state.cards.find({ tenant: 'acme', source, account });
}

function accessOf({ tenant }: SweepBench, record: Parameters<typeof decide>[0]): string {
  return decide(record, tenant).access;
}

function recordOf({ state }: SweepBench, person: number) {
  return state.records.load('acme', String(person));
}

function part({ lines }: SweepBench, name: string) {
  return lines.filter((line) => line.part === name);
}

function deltaRequests({ graph }: SweepBench): string[] {
  return graph
    .requests()
    .filter(({ path }) => path.includes('/users/delta'))
    .map(({ path }) => offsetIn(path) ?? 'start');
}

/** Of the simulator's position, which is generation, version, offset and selection. */
function offsetIn(link: string): string | undefined {
  return /token=\d+\.\d+\.(\d+)\.\d+$/.exec(decodeURIComponent(link))?.[1];
}

describe('everybody is met before they leave', () => {
  it('links people of Okta, so that who was renamed since is found when they leave (F1)', async () => {
    // Prepare: after the bridge has met her, Lea's address changes in Okta and not in Clarus.
    const bench = await aSweepBench({ sources: ['okta'] });
    await bench.sweep();
    bench.okta.setUsers([1, 2, 3].map((person) => ({ ...inOkta(person), status: 'ACTIVE' as const })));

    // Act
    const card = await cardOf(bench, 'okta', oktaId(1));

    // Assess: her link does not depend on any address, and nobody was told to do anything.
    expect(card).toMatchObject({ link: '1', addresses: [{ address: addressOf(1) }] });
    expect((await recordOf(bench, 1)).accounts).toMatchObject([{ source: 'okta', account: oktaId(1) }]);
    expect(bench.announced()).toEqual([]);
  });

  it('links people of Entra without mail, whom their deletion would not lead to (F2)', async () => {
    const bench = await aSweepBench({ sources: ['entra'] });

    await bench.sweep();

    expect(await cardOf(bench, 'entra', objectId(2))).toMatchObject({ link: '2' });
    expect(bench.announced()).toEqual([]);
  });

  it('keeps the card of whom Clarus does not know, with their address of today', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    bench.clarus.setUsers([inClarus(1)]);

    await bench.sweep();

    const card = await cardOf(bench, 'okta', oktaId(3));
    expect(card).toMatchObject({ addresses: [{ address: addressOf(3) }] });
    expect(card).not.toHaveProperty('link');
  });

  it('gives nothing: who was switched off by hand before stays off (A5)', async () => {
    const bench = await aSweepBench();
    bench.clarus.setUsers([{ ...inClarus(1), is_active: false }, inClarus(2)]);

    await bench.sweep();

    const record = await recordOf(bench, 1);
    expect(record.first).toMatchObject({ active: false });
    expect(accessOf(bench, record)).toBe('out');
    expect(accessOf(bench, await recordOf(bench, 2))).toBe('unsaid');
    expect(bench.announced()).toEqual([]);
    expect(bench.clarus.requests().filter(({ method }) => method === 'PATCH')).toEqual([]);
  });

  it('takes, by a change that goes under the brake and reads them again', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    bench.okta.setUsers([
      { ...inOkta(1), status: 'DEPROVISIONED', statusChanged: BEFORE },
      { ...inOkta(2), status: 'SUSPENDED', statusChanged: BEFORE },
      inOkta(3),
    ]);
    bench.clarus.setUsers([inClarus(1), { ...inClarus(2), is_active: false }, inClarus(3)]);

    await bench.sweep();

    const changes = bench.announced();
    expect(changes).toMatchObject([
      { source: 'okta', subject: { id: oktaId(1) }, eventType: 'directory.compared', foundBy: 'first' },
    ]);
    expect(changes[0]).not.toHaveProperty('user');
    const words = (await cardOf(bench, 'okta', oktaId(1)))?.words ?? [];
    expect(standing(words)).toMatchObject({ access: 'out', since: 0 });
  });

  it('has Clarus brought to a name, an e-mail and a role that it is known to lack', async () => {
    const bench = await aSweepBench({
      sources: ['okta'],
      file: { mapping: { role_id: { expression: "title = 'Boss' ? 1 : 4" } } },
    });
    bench.okta.setUsers([
      { ...inOkta(1), profile: { ...inOkta(1).profile, title: 'Boss' } },
      { ...inOkta(2), profile: { ...inOkta(2).profile, displayName: 'Other' } },
      { ...inOkta(3) },
    ]);

    await bench.sweep();

    expect(bench.announced().map(({ subject }) => subject.id)).toEqual([oktaId(1), oktaId(2)]);
  });

  it('leaves it to deliver when the address of somebody who is out is that of several users', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    bench.okta.setUsers([{ ...inOkta(1), status: 'SUSPENDED' }]);
    bench.clarus.setUsers([inClarus(1), { ...inClarus(2), email: addressOf(1) }]);

    await bench.sweep();

    expect(bench.announced()).toMatchObject([{ subject: { id: oktaId(1) }, foundBy: 'first' }]);
    expect(await cardOf(bench, 'okta', oktaId(1))).not.toHaveProperty('link');
  });

  it('does not compare before it is known how many users Clarus has', async () => {
    const bench = await aSweepBench();
    bench.clarus.addFault({ path: '/graphql', status: 503, count: 1 });

    await bench.sweep();
    const before = part(bench, 'baseline_okta');
    await bench.sweep();

    expect(before).toEqual([]);
    expect(part(bench, 'baseline_okta')).toMatchObject([{ outcome: 'done', people: 3, linked: 3 }]);
    expect(await bench.state.cursors.find('acme', 'known-users')).toBe('3');
  });
});

describe('a comparison', () => {
  it('goes on at the page that failed, and meets nobody twice (K1)', async () => {
    // Prepare: five pages of 25 people, of which the fourth is throttled once.
    const bench = await aSweepBench({ sources: ['entra'] });
    bench.graph.setUsers(PEOPLE.map(inEntra));
    bench.clarus.setUsers(PEOPLE.map(inClarus));
    const { graph } = bench.ports;
    let throttled = false;
    bench.ports.graph = (access, method, link, body) => {
      if (offsetIn(link) === '75' && !throttled) {
        throttled = true;
        bench.graph.addFault({ path: '/v1.0/users/delta', retryAfter: 1, count: 1 });
      }
      return graph(access, method, link, body);
    };

    // Act
    await bench.sweep();
    const first = deltaRequests(bench);
    bench.graph.forgetRequests();
    await bench.sweep();

    // Assess
    expect(first).toEqual(['start', '25', '50', '75']);
    expect(deltaRequests(bench)).toEqual(['75', '100']);
    expect(part(bench, 'baseline_entra')).toMatchObject([
      { code: 'entra_throttled' },
      { outcome: 'done', pages: 2, people: 45 },
    ]);
    expect(bench.state.storedCards.size).toBe(120);
  });

  it('has done with those it has met when there is no more time, and goes on behind them', async () => {
    const bench = await aSweepBench({ sources: ['entra'] });
    bench.graph.setUsers(PEOPLE.map(inEntra));
    bench.clarus.setUsers(PEOPLE.map(inClarus));
    const { findUsersByEmail } = bench.services.clarus;
    bench.services.clarus.findUsersByEmail = (emails) => {
      bench.clock.advance(5 * 60_000);
      return findUsersByEmail(emails);
    };

    await bench.sweep(bench.clock() + 9 * 60_000);
    const met = bench.state.storedCards.size;
    await bench.sweep();

    expect(met).toBe(50);
    expect(part(bench, 'baseline_entra')).toMatchObject([
      { outcome: 'under_way', pages: 2, people: 50, linked: 50 },
      { outcome: 'done', pages: 3, people: 70, linked: 70 },
    ]);
  });

  it('stores the position behind a page only when its people are joined', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    const { update } = bench.state.records;
    let dies = true;
    bench.ports.records = {
      ...bench.state.records,
      update: async (tenant, id, step) => {
        if (dies && id === '3') throw new Error('died');
        return update(tenant, id, step);
      },
    };

    await bench.sweep();
    dies = false;
    await bench.sweep();

    expect(part(bench, 'baseline_okta')).toMatchObject([{ code: 'Error' }, { outcome: 'done', people: 3 }]);
    expect((await recordOf(bench, 3)).accounts).toHaveLength(1);
    // Who was met by the run that died is known, so that nothing is said of them again.
    expect((await cardOf(bench, 'okta', oktaId(1)))?.words).toHaveLength(1);
  });

  it.each([
    ['is not made again within a week', 6, { outcome: 'not_due' }],
    ['is made again after a week', 7, { outcome: 'done', people: 3 }],
  ])('%s', async (_, days, second) => {
    const bench = await aSweepBench({ sources: ['okta'] });
    await bench.sweep();
    bench.clock.advance(days * DAY);

    await bench.sweep();

    expect(part(bench, 'baseline_okta')).toMatchObject([{ outcome: 'done' }, second]);
  });

  it('is made when it was asked for, once', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    await bench.sweep();
    bench.clock.advance(HOUR);
    await bench.state.cursors.put('acme', 'okta-attention', String(bench.clock()));
    bench.clock.advance(HOUR);

    await bench.sweep();
    await bench.sweep();

    expect(part(bench, 'baseline_okta').map(({ outcome }) => outcome)).toEqual(['done', 'done', 'not_due']);
  });

  it('writes nothing of people who are as they were but that they were met', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    await bench.sweep();
    const before = structuredClone([...bench.state.storedRecords.values()]);
    const calls = { ...bench.state.calls };
    bench.clock.advance(7 * DAY);
    bench.ports.servicesOf = () => ({
      ...bench.services,
      clarus: { ...bench.services.clarus, listUsers: async () => ({ users: [{ id: '9', email: '' }] }) },
    });

    await bench.sweep();

    expect([...bench.state.storedRecords.values()]).toEqual(before);
    const written = (call: string) => (bench.state.calls[call] ?? 0) - (calls[call] ?? 0);
    expect(['cards.note', 'cards.link', 'records.update', 'records.join'].map(written)).toEqual([3, 0, 0, 0]);
    expect(bench.announced()).toEqual([]);
  });

  it('has those read whom the bridge knows and the directory does not show, and concludes nothing itself', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    await bench.sweep();
    bench.okta.setUsers([inOkta(1), inOkta(3)]);
    bench.clock.advance(7 * DAY);

    await bench.sweep();

    const changes = bench.announced();
    expect(changes).toMatchObject([{ subject: { id: oktaId(2) }, foundBy: 'resync' }]);
    expect(changes[0]).not.toHaveProperty('user');
    expect(standing((await cardOf(bench, 'okta', oktaId(2)))?.words ?? []).access).toBe('in');
    expect(part(bench, 'baseline_okta').at(-1)).toMatchObject({ people: 2, absent: 1 });
  });

  it.each(['okta', 'entra'] as const)(
    'of %s concludes nothing from a directory that shows nobody',
    async (source) => {
      const bench = await aSweepBench({ sources: [source] });
      await bench.sweep();
      bench.okta.setUsers([]);
      bench.graph.setUsers([]);
      bench.clock.advance(7 * DAY);

      await bench.sweep();
      await bench.sweep();

      const failed = { code: `${source}_response_malformed` };
      expect(part(bench, `baseline_${source}`)).toMatchObject([{ outcome: 'done' }, failed, failed]);
      expect(bench.announced()).toEqual([]);
    },
  );

  it('refuses a directory whose pages go in circles, and begins anew', async () => {
    const bench = await aSweepBench({ sources: ['entra'] });
    bench.graph.setUsers(PEOPLE.map(inEntra));
    const { graph } = bench.ports;
    let circles = true;
    bench.ports.graph = async (access, method, link, body) => {
      const answer = await graph(access, method, link, body);
      const isThird = circles && offsetIn(link) === '50';
      return isThird ? { ...answer, text: answer.text.replace('.75.', '.25.') } : answer;
    };

    await bench.sweep();
    const first = deltaRequests(bench);
    bench.graph.forgetRequests();
    circles = false;
    await bench.sweep();

    expect(first).toEqual(['start', '25', '50']);
    expect(deltaRequests(bench)).toEqual(['start', '25', '50', '75', '100']);
    expect(part(bench, 'baseline_entra')).toMatchObject([
      { code: 'entra_response_malformed' },
      { outcome: 'done' },
    ]);
  });

  it('begins anew when the directory has lost the position', async () => {
    const bench = await aSweepBench({ sources: ['entra'] });
    bench.graph.setUsers(PEOPLE.map(inEntra));
    const { graph } = bench.ports;
    let lost = false;
    bench.ports.graph = (access, method, link, body) => {
      if (offsetIn(link) === '50' && !lost) {
        lost = true;
        bench.graph.expireDelta();
      }
      return graph(access, method, link, body);
    };

    await bench.sweep();

    expect(deltaRequests(bench)).toEqual(['start', '25', '50', 'start', '25', '50', '75', '100']);
    expect(part(bench, 'baseline_entra')).toMatchObject([{ outcome: 'done' }]);
  });

  it('reads the recycle bin one by one, and knows of purged ones only who they were', async () => {
    const bench = await aSweepBench({ sources: ['entra'] });
    await bench.graph.change({ id: objectId(1), delete: true });
    await bench.sweep();
    await bench.graph.change({ id: objectId(2), purge: true });
    bench.graph.expireDelta();
    bench.clarus.setUsers([{ ...inClarus(1), is_active: false }, inClarus(2), inClarus(3)]);
    bench.clock.advance(HOUR);

    await bench.sweep();

    expect(standing((await cardOf(bench, 'entra', objectId(1)))?.words ?? [])).toMatchObject({
      access: 'out',
    });
    expect(bench.announced().map(({ subject, foundBy }) => `${subject.id} ${foundBy}`)).toEqual([
      `${objectId(1)} first`,
      `${objectId(2)} resync`,
    ]);
  });

  it('of a tenant without credentials for it is none', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    const { load } = bench.ports.secrets;
    bench.ports.secrets = {
      forget: () => {},
      load: async (tenant) => {
        const { okta: _, ...secret } = await load(tenant);
        return secret;
      },
    };

    await bench.sweep();

    expect(part(bench, 'baseline_okta')).toMatchObject([{ outcome: 'no_credentials' }]);
    expect(part(bench, 'system_log')).toMatchObject([{ outcome: 'no_credentials' }]);
    expect(bench.measured.failures).toBe(0);
  });
});
