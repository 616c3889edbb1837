import type { Version } from '../dialect.ts'

/**
 * Every major version that the facts were measured on, newest first. An older version is judged by the rows that it meets:
 * those without `since`.
 */
export const measured: readonly Version[] = [[18], [17], [16], [15], [14], [13], [12]]
