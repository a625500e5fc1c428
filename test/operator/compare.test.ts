import { expect, it } from 'vitest';
import { baselineFeed } from '../../functions/sweep/baseline/baseline.ts';
import { compare } from '../../operator/compare.ts';
import { anOperatorBench } from './operator-bench.ts';

it('has directories compared from the beginning, and leaves SCIM clients and the feeds alone', async () => {
  // Prepare
  const { ports, state } = anOperatorBench();
  const done = JSON.stringify({ stage: 'done' });
  for (const source of ['okta', 'entra']) await state.cursors.put('acme', baselineFeed(source), done);
  await state.cursors.put('acme', 'okta-system-log', 'here');

  // Act
  const directories = await compare(ports, 'acme', ['scim', 'okta']);

  // Assess
  expect(directories).toEqual(['okta']);
  const stored = ['okta-baseline', 'entra-baseline', 'okta-system-log'].map((feed) =>
    state.cursors.find('acme', feed),
  );
  expect(await Promise.all(stored)).toEqual(['', done, 'here']);
});
