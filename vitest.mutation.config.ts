import { defineConfig } from 'vitest/config';

/** For Stryker: the tests of identity alone, with few random histories, since each mutant runs them. */
export default defineConfig({
  test: {
    include: ['test/identity/**/*.test.ts'],
    restoreMocks: true,
    testTimeout: 30_000,
    env: { SIMULATION_RUNS: '15' },
  },
});
