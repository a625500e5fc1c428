import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../functions/identity/receipt.ts';
import { NOW } from '../support/changes.ts';
import { anOktaEvent } from '../support/okta-events.ts';
import { aSweepBench, type SweepBench } from './sweep-bench.ts';

const LEAVER = '00uLEAVER';

function event(uuid: string, but: Record<string, unknown> = {}) {
  return {
    ...anOktaEvent({ uuid, ...but }),
    uuid,
    eventType: String(but.eventType ?? 'user.lifecycle.deactivate'),
  };
}

async function aLog(): Promise<SweepBench> {
  const bench = await aSweepBench({ sources: ['okta'] });
  bench.ports.directories = {};
  return bench;
}

function settle({ state }: SweepBench, eventId: string, outcome: Outcome): Promise<void> {
  return state.receipts.put(
    {
      tenant: 'acme',
      source: 'okta',
      eventId,
      eventType: '',
      subjectId: LEAVER,
      outcome,
      attributes: [],
      occurredAt: NOW,
      receivedAt: NOW,
      settledAt: NOW,
      steps: [],
    },
    1,
  );
}

function eventIds(bench: SweepBench): string[] {
  return bench.announced().map(({ eventId }) => eventId);
}

describe('the System Log sweep', () => {
  it('finds what left no receipt, once, in the words of the event hook', async () => {
    const bench = await aLog();
    bench.okta.addToLog([
      event('heard'),
      event('missed'),
      event('other', { eventType: 'user.session.start' }),
    ]);
    await settle(bench, 'heard', 'applied');

    await bench.sweep();
    const found = bench.announced();
    await bench.sweep();

    expect(found).toMatchObject([
      { eventId: 'missed', user: { active: false }, foundBy: 'sweep', subject: { id: LEAVER } },
    ]);
    expect(bench.announced()).toEqual([]);
    const request = bench.okta.requests().find(({ path }) => path.includes('/logs'));
    expect(request?.path).toContain('sortOrder=ASCENDING');
    expect(request?.path).not.toContain('until');
  });

  it.each<[Outcome, boolean]>([
    ['user_not_in_clarus', true],
    ['waiting', true],
    ['rejected', true],
    ['held', false],
    ['applied', false],
    ['no_change', false],
    ['former_holder', false],
    ['protected', false],
  ])('has a revocation that ended %s looked at once more: %s', async (outcome, isAnnounced) => {
    const bench = await aLog();
    bench.okta.addToLog([event('taken')]);
    await settle(bench, 'taken', outcome);

    await bench.sweep();
    await bench.sweep();

    expect(eventIds(bench)).toEqual(isAnnounced ? ['taken'] : []);
  });

  it('leaves other news that was not carried out to whoever looks into it', async () => {
    const bench = await aLog();
    bench.okta.addToLog([event('given', { eventType: 'user.lifecycle.activate' })]);
    await settle(bench, 'given', 'rejected');

    await bench.sweep();

    expect(eventIds(bench)).toEqual([]);
  });

  it('goes on where the queue failed, through all pages', async () => {
    const bench = await aLog();
    bench.okta.addToLog(Array.from({ length: 450 }, (_, i) => event(`event-${i}`)));
    bench.world.queueFails = true;
    await bench.sweep();
    bench.world.queueFails = false;

    await bench.sweep();

    expect(bench.measured.failures).toBe(1);
    expect(bench.announced()).toHaveLength(450);
  });

  it('leaves the pages to the next run for which there is no time', async () => {
    const bench = await aLog();
    bench.okta.addToLog(Array.from({ length: 450 }, (_, i) => event(`event-${i}`)));
    const { readLog } = bench.ports;
    bench.ports.readLog = (...all) => {
      bench.clock.advance(1000);
      return readLog(...all);
    };

    await bench.sweep(bench.clock() + 2000);
    const first = bench.announced().length;
    await bench.sweep(bench.clock() + 2000);

    expect([first, bench.announced().length]).toEqual([400, 50]);
  });

  it('sounds when Okta logs that a hook does not get through', async () => {
    const bench = await aLog();
    bench.okta.addToLog([event('h', { eventType: 'event_hook.delivery' })]);

    await bench.sweep();

    expect(bench.measured.hookTrouble).toBe(1);
  });

  it('reads from before the bridge began when the log could not be read for hours', async () => {
    const bench = await aLog();
    await bench.state.beginnings.began('acme', 'okta', NOW);
    bench.okta.addToLog([event('missed')]);
    bench.clock.advance(5 * 3_600_000);

    await bench.sweep();

    expect(eventIds(bench)).toEqual(['missed']);
  });

  it('starts again from a position that Okta has forgotten, an hour before it', async () => {
    const bench = await aLog();
    const next = `${bench.okta.url}/api/v1/logs?after=forgotten`;
    await bench.state.cursors.put('acme', 'okta-system-log', JSON.stringify({ next, at: NOW }));
    bench.okta.addFault({ path: '/api/v1/logs', status: 400, count: 1 });
    bench.okta.addToLog([event('missed')]);

    await bench.sweep();

    expect(eventIds(bench)).toEqual(['missed']);
  });

  it.each([
    ['of another org', JSON.stringify({ next: 'https://old.okta.example/api/v1/logs?after=x', at: NOW })],
    ['that is no position', '{"next":1}'],
    ['that is no JSON', 'x'],
  ])('starts again from a position %s (Y1)', async (_, position) => {
    const bench = await aLog();
    await bench.state.cursors.put('acme', 'okta-system-log', position);
    bench.okta.addToLog([event('missed')]);

    await bench.sweep();

    expect(eventIds(bench)).toEqual(['missed']);
    expect(bench.measured.failures).toBe(0);
  });

  it('asks for everybody to be compared when it is about an app or a group rather than a person', async () => {
    const bench = await aSweepBench({
      sources: ['okta'],
      file: {
        okta: {
          orgUrl: 'https://acme.okta.example',
          eventHook: { sha256: ['a'.repeat(64)] },
          apps: ['0oaWMS'],
        },
      },
    });
    await bench.sweep();
    bench.clock.advance(60_000);
    const app = { id: '0oaWMS', type: 'AppInstance', alternateId: 'WMS', displayName: 'WMS' };
    bench.okta.addToLog([event('gone', { eventType: 'application.lifecycle.delete', target: [app] })]);

    await bench.sweep();

    expect(await bench.state.cursors.find('acme', 'okta-attention')).toBe(String(bench.clock()));
    expect(bench.lines.filter(({ part }) => part === 'baseline_okta')).toHaveLength(2);
  });
});
