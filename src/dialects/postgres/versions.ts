import type { Version } from '../dialect.ts'

/** The newest version that the facts cover; judged when none is given. */
export const latest: Version = [18]

/** The oldest version that the facts were measured on. Older ones are judged by its rows, and the rows that say otherwise. */
export const oldest: Version = [12]

/** Every major version that the facts were measured on, newest first. */
export const measured: readonly Version[] = [[18], [17], [16], [15], [14], [13], [12]]
