import type { Cost } from '../dialects/dialect.ts'

/** MySQL, MariaDB: the least that a change needs on this version, as the clause that says so; undefined: it blocks, or nobody knows. */
export function algorithmFor({ algorithm, blocks }: Pick<Cost, 'algorithm' | 'blocks'>, mariadb: boolean): string | undefined {
  if (blocks !== 'nothing') return undefined
  if (algorithm === 'INSTANT') return mariadb ? 'ALGORITHM=INSTANT, LOCK=NONE' : 'ALGORITHM=INSTANT'
  if (algorithm === 'NOCOPY') return 'ALGORITHM=NOCOPY, LOCK=NONE'
  return algorithm === 'INPLACE' ? 'ALGORITHM=INPLACE, LOCK=NONE' : undefined
}
