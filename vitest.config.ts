import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['server/src/**/*.test.ts', 'console/src/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'acceptance',
          include: ['acceptance/src/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A busy machine takes longer than the second that is usual.
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
    // Each acceptance file starts a server with a database of its own; two cores carry two of them.
    maxWorkers: 2,
  },
});
