/**
 * Milliseconds on a clock that only goes forward. `performance.now()` says the same, but its first use loads Node's `perf_hooks`, and `net` with
 * them, which takes as long as judging a migration.
 */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}

/** The day as 2027-01-31, in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10)
}
