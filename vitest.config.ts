import { defineConfig } from 'vitest/config';

const WHOLE = { branches: 100, functions: 100, lines: 100 };

/** What reads, compares and changes resources. */
const SCIM_ENGINE = 'functions/scim/{protocol,schema,filter,change,discovery}/**';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    restoreMocks: true,
    unstubEnvs: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['functions/**'],
      reporter: ['text-summary'],
      thresholds: { 'functions/identity/**': WHOLE, [SCIM_ENGINE]: WHOLE },
    },
  },
});
