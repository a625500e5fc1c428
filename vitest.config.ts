import { defineConfig } from 'vitest/config';

const WHOLE = { branches: 100, functions: 100, lines: 100 };

/** What reads, compares and changes resources, and decides what becomes of users. */
const SCIM_ENGINE =
  'functions/scim/{attribute,attribute-value,cursors,decision,discovery,etag,filter,filter-evaluator,filter-parser,' +
  'filter-tokens,group-schema,leniencies,paging,patch,patch-operations,patch-steps,patch-values,projection,' +
  'query-parameters,resource,resource-body,resource-type,scim-message,sealed,single-value,user-names,user-schema,' +
  'user-wishes,value-list}.ts';

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
