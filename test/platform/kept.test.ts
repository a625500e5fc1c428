import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { kept } from '../../functions/platform/kept.ts';
import { aClock } from '../support/clock.ts';

/** Something that is kept for a second, whose readings end when the test says so. */
function aKept() {
  const clock = aClock();
  const readings: PromiseWithResolvers<object>[] = [];
  const value = kept({
    clock,
    read() {
      const reading = Promise.withResolvers<object>();
      readings.push(reading);
      return reading.promise;
    },
    lifeOf: () => 1_000,
    patience: 100,
  });
  return { ...value, clock, readings };
}

describe('what is kept', () => {
  it('is read once however many ask at the same time, and again when its life is over', async () => {
    // Prepare
    const { get, clock, readings } = aKept();
    const [first, second] = [{}, {}];

    // Act
    const early = [get(), get()];
    readings[0]?.resolve(first);
    await Promise.all(early);
    clock.advance(999);
    early.push(get());
    clock.advance(1);
    const late = get();
    readings[1]?.resolve(second);

    // Assess
    for (const value of await Promise.all(early)) expect(value).toBe(first);
    expect(await late).toBe(second);
    expect(readings).toHaveLength(2);
  });

  it('is as old as its reading', async () => {
    // Prepare
    const { get, clock, readings } = aKept();
    const reading = get();
    clock.advance(99);
    readings[0]?.resolve({});
    await reading;

    // Act
    clock.advance(901);
    void get();

    // Assess
    expect(readings).toHaveLength(2);
  });

  it('is no failure', async () => {
    // Prepare
    const { get, readings } = aKept();
    const failing = get();
    readings[0]?.reject(new Error('no'));
    await expect(failing).rejects.toThrow('no');

    // Act
    void get();

    // Assess
    expect(readings).toHaveLength(2);
  });

  it('is read by who comes when a reading has taken too long, and the late one changes nothing', async () => {
    // Prepare
    const { get, clock, readings } = aKept();
    const [late, prompt] = [{}, {}];
    const frozen = get();
    clock.advance(99);
    const patient = get();
    clock.advance(1);

    // Act
    const newcomer = get();
    readings[1]?.resolve(prompt);
    await newcomer;
    readings[0]?.resolve(late);

    // Assess
    expect(await frozen).toBe(late);
    expect(await patient).toBe(late);
    expect(await get()).toBe(prompt);
  });

  it('stays when an earlier reading fails after it', async () => {
    // Prepare
    const { get, clock, readings } = aKept();
    const frozen = get();
    clock.advance(100);
    const newcomer = get();
    readings[1]?.resolve({});
    await newcomer;

    // Act
    readings[0]?.reject(new Error('out of time'));
    await expect(frozen).rejects.toThrow('out of time');
    await get();

    // Assess
    expect(readings).toHaveLength(2);
  });

  it('is forgotten by itself alone', async () => {
    // Prepare
    const { get, forget, readings } = aKept();
    const value = {};
    forget(value);
    const reading = get();
    forget(value);
    readings[0]?.resolve(value);
    await reading;

    // Act
    forget({});
    await get();
    forget(value);
    void get();

    // Assess
    expect(readings).toHaveLength(2);
  });

  it('is read in the name of nobody who asks', async () => {
    // Prepare
    const calls = new AsyncLocalStorage<string>();
    const read = async () => ({
      before: calls.getStore(),
      after: await Promise.resolve().then(() => calls.getStore()),
    });
    const { get } = kept({ clock: aClock(), read, lifeOf: () => 1_000, patience: 100 });

    // Act
    const value = await calls.run('a call', get);

    // Assess
    expect(value).toEqual({ before: undefined, after: undefined });
  });
});
