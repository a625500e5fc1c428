import { defineConfig } from 'vitest/config';

/** `npm run fuzz`: random and the dearest inputs, for so many seconds a target (`FUZZ_SECONDS`, `FUZZ_SEED`). */
export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.fuzz.ts'],
    // One at a time, since CPU is measured.
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
