import type { ReportedLock, ReportedMigration, ReportedStatement, RollbackKind } from '../lint/described.ts'

/** What others wait for on one table, from the strongest lock that a migration takes on it. */
export interface Wait {
  readonly table: string
  /** `work`: for as long as a statement works. `transaction`: until the transaction ends. `instant`: once it has its lock. */
  readonly lasts: 'work' | 'transaction' | 'instant'
  readonly who: 'reads and writes' | 'writes' | 'reads and writes, perhaps'
  readonly lock: string
  readonly line: number
}

const lasting: readonly Wait['lasts'][] = ['instant', 'transaction', 'work']

/** Of each table that others use, the wait that is worst, the worst first. */
export function waitsOf({ statements }: ReportedMigration): readonly Wait[] {
  const worst = new Map<string, Wait>()
  statements.forEach((statement, index) => {
    for (const lock of statement.locks) {
      const wait = waitOf(lock, statement, index)
      const old = worst.get(wait.table)
      if (!old || weight(old) < weight(wait)) worst.set(wait.table, wait)
    }
  })
  return [...worst.values()].sort((a, b) => weight(b) - weight(a))
}

/** What others wait for because of one lock. */
export function waitOf(lock: ReportedLock, { line }: Pick<ReportedStatement, 'line'>, index: number): Wait {
  const works = lock.blocks !== 'nothing'
  const blocks = works ? lock.blocks : lock.queues
  return {
    table: lock.table,
    lasts: works ? 'work' : lock.until > index ? 'transaction' : 'instant',
    who: blocks === 'writes' ? 'writes' : blocks === 'unknown' ? 'reads and writes, perhaps' : 'reads and writes',
    lock: lock.lock,
    line,
  }
}

function weight({ lasts, who }: Wait): number {
  return lasting.indexOf(lasts) * 2 + (who === 'writes' ? 0 : 1)
}

const spans: Readonly<Record<Wait['lasts'], string>> = {
  work: 'while the statement works',
  transaction: 'until the transaction ends',
  instant: 'for an instant, and behind it while it waits for its lock',
}

/** `reads and writes of orders wait while the statement works`, with the table's name as the format shows it. */
export function waitText({ table, who, lasts }: Wait, show: (table: string) => string): string {
  return `${who} of ${show(table)} wait ${spans[lasts]}`
}

/** What the kinds of a way back mean to a reader. */
export const rollbackMeans: Readonly<Record<RollbackKind, string>> = {
  reversible: 'can be undone',
  lossy: 'the shape comes back, values do not',
  'forward-only': 'cannot be undone by its down',
  'not-needed': 'nothing to undo',
  unknown: 'not known',
}
