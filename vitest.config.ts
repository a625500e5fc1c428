import { defineConfig } from 'vitest/config';

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
      thresholds: { 'functions/identity/**': { branches: 100, functions: 100, lines: 100 } },
    },
  },
});
