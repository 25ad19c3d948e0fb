import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Whole programs are type-checked and child processes run inside single tests.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
})
