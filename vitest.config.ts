import { defineConfig } from 'vitest/config'

// What runs the built command needs a build that is not older than the sources; nothing else waits for it.
const command = ['test/cli/**/*.test.ts', 'test/doors.test.ts', 'test/doors/**/*.test.ts', 'test/eslint/{runs,readme}.test.ts']

export default defineConfig({
  test: {
    // Much of a test is waiting for a server: no core is kept free.
    maxWorkers: '100%',
    projects: [
      { test: { name: 'rooms', include: ['test/**/*.test.ts'], exclude: command, testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'command', include: command, globalSetup: 'test/cli/build.ts', testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
})
