import type { Version } from '../dialect.ts'

/** The newest MySQL that the facts of this room cover; judged when no version is given. */
export const latestMysql: Version = [9, 7]

/** The newest MariaDB that the facts of this room cover; judged when no version is given. */
export const latestMariadb: Version = [11, 8]

/** The oldest versions that the facts cover. */
export const oldestMysql: Version = [5, 7]
export const oldestMariadb: Version = [10, 3]
