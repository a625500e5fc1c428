import { describe, expect, it } from 'vitest';
import { heedRetryAfter } from '../../functions/clarus/heed-retry-after.ts';
import type { HttpAnswer } from '../../functions/platform/http-send.ts';
import { aClock } from '../support/clock.ts';

function anAnswer(status: number, retryAfter?: string): HttpAnswer {
  return { status, header: (name) => (name === 'retry-after' ? retryAfter : undefined), text: 'as sent' };
}

/** A service that gives these answers in turn, and then 200. */
function heeded(...answers: HttpAnswer[]) {
  const clock = aClock();
  let asked = 0;
  const send = heedRetryAfter(async () => answers[asked++] ?? anAnswer(200), clock);
  return {
    clock,
    asked: () => asked,
    async ask() {
      const { status, header } = await send('https://clarus.example/api', { timeout: 1 });
      return { status, wait: header('retry-after') };
    },
  };
}

describe('a service that says when to come again', () => {
  it.each([429, 503])('with a %i is left alone until then', async (status) => {
    // Prepare
    const service = heeded(anAnswer(status, '30'));

    // Act
    const first = await service.ask();
    service.clock.advance(10_500);
    const meanwhile = await service.ask();
    const asked = service.asked();
    service.clock.advance(19_500);
    const after = await service.ask();

    // Assess
    expect([first, meanwhile, after]).toEqual([
      { status, wait: '30' },
      { status, wait: '20' },
      { status: 200, wait: undefined },
    ]);
    expect([asked, service.asked()]).toEqual([1, 2]);
  });

  it('with a date is left alone until then', async () => {
    // Prepare
    const service = heeded(anAnswer(429, new Date(aClock()() + 60_000).toUTCString()));

    // Act
    await service.ask();
    service.clock.advance(58_000);

    // Assess
    expect(await service.ask()).toMatchObject({ status: 429 });
    expect(service.asked()).toBe(1);
  });

  it('in an hour is asked again after five minutes', async () => {
    // Prepare
    const service = heeded(anAnswer(429, '3600'));

    // Act
    await service.ask();
    service.clock.advance(299_999);
    const before = await service.ask();
    service.clock.advance(1);
    const after = await service.ask();

    // Assess
    expect([before, after]).toEqual([
      { status: 429, wait: '1' },
      { status: 200, wait: undefined },
    ]);
  });

  it('twice, of requests under way at once, is left alone until the later time', async () => {
    // Prepare
    const service = heeded(anAnswer(429, '60'), anAnswer(429, '5'));

    // Act
    await Promise.all([service.ask(), service.ask()]);
    service.clock.advance(6000);

    // Assess
    expect(await service.ask()).toMatchObject({ status: 429, wait: '54' });
  });

  it.each([
    ['without a time', anAnswer(429)],
    ['with a time that is none', anAnswer(503, 'soon')],
    ['with an answer that may be had again', anAnswer(500, '60')],
  ])('%s is asked again', async (_name, answer) => {
    // Prepare
    const service = heeded(answer);

    // Act
    await service.ask();
    await service.ask();

    // Assess
    expect(service.asked()).toBe(2);
  });
});
