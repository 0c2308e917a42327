import { createRequire } from "node:module"
import { configDefaults, defineConfig } from "vitest/config"

/** SQLite is optional: it is a native module, and a simulated cluster does without it. */
function hasSqlite(): boolean {
  try {
    const Database = createRequire(import.meta.url)("better-sqlite3")
    new Database(":memory:").close()
    return true
  } catch (error) {
    console.warn(`tests of storage in SQLite are skipped: ${String(error).split("\n")[0]}`)
    return false
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    // Where everything must be there, what is missing makes the tests fail.
    exclude: [
      ...configDefaults.exclude,
      ...(process.env.CI || hasSqlite() ? [] : ["test/raft/storage/sqlite/**", "test/nodes/manager/storage/**"]),
    ],
    testTimeout: 30_000,
    pool: "threads",
    maxWorkers: 2,
  },
})
