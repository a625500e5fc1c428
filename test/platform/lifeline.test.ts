import { expect, it } from 'vitest';
import { serveUntil, whileServed } from '../../functions/platform/lifeline.ts';

it('a call that has been answered in its stead does nothing more', async () => {
  // Prepare
  const done: string[] = [];
  const port = whileServed({ act: async (what: string) => done.push(what) });
  const frozen = Promise.withResolvers<void>();
  const answered = new AbortController();

  // Act: another call is served when the first one thaws.
  const call = serveUntil(answered.signal, async () => {
    await port.act('first');
    await frozen.promise;
    await port.act('second');
  });
  answered.abort();
  frozen.resolve();
  await serveUntil(new AbortController().signal, () => port.act('another'));

  // Assess
  await expect(call).rejects.toThrow('aborted');
  expect(done).toEqual(['first', 'another']);
});

it('outside of a call a port is the port', async () => {
  expect(await whileServed({ act: async () => 7 }).act()).toBe(7);
});
