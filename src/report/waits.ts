import type { ReportedLock, ReportedMigration, ReportedStatement, RollbackKind } from '../lint/described.ts'
import type { ReportedRehearsal } from '../lint/outcome.ts'
import { count } from './words.ts'

/** What others wait for on one table, from the strongest lock that a migration takes on it. */
export interface Wait {
  readonly table: string
  /** `work`: for as long as a statement works. `transaction`: until the transaction ends. `instant`: once it has its lock. */
  readonly lasts: 'work' | 'transaction' | 'instant'
  readonly who: 'reads and writes' | 'writes' | 'perhaps reads and writes'
  readonly lock: string
  /** The statement that takes the lock, counted from 0, and the last one that it is held over. */
  readonly from: number
  readonly until: number
}

const lasting: readonly Wait['lasts'][] = ['instant', 'transaction', 'work']

/** Of each table that others use, the wait that is worst, the worst first. */
export function waitsOf({ statements }: ReportedMigration): readonly Wait[] {
  const worst = new Map<string, Wait>()
  statements.forEach((statement, index) => {
    for (const lock of statement.locks) {
      const wait = waitOf(lock, index)
      const old = worst.get(wait.table)
      if (!old || weight(old) < weight(wait)) worst.set(wait.table, wait)
    }
  })
  return [...worst.values()].sort((a, b) => weight(b) - weight(a))
}

/** What others wait for because of one lock. */
export function waitOf(lock: ReportedLock, index: number): Wait {
  const works = lock.blocks !== 'nothing'
  const blocks = works ? lock.blocks : lock.queues
  return {
    table: lock.table,
    lasts: works ? 'work' : lock.until > index ? 'transaction' : 'instant',
    who: blocks === 'writes' ? 'writes' : blocks === 'unknown' ? 'perhaps reads and writes' : 'reads and writes',
    lock: lock.lock,
    from: index,
    until: lock.until,
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
export function waitText({ table, who, lasts, from, until }: Wait, show: (table: string) => string): string {
  return `${who} of ${show(table)} wait ${spans[lasts]}${lasts === 'work' && until > from ? ' and until the transaction ends' : ''}`
}

/**
 * How long the lock of a wait was held when the migration was rehearsed, as a clause. Where that was not done, or a statement that it was held
 * over was not seen to run, it is said that it was not measured.
 */
export function heldFor(wait: Wait, migration: ReportedMigration, rehearsals: readonly ReportedRehearsal[] = []): string {
  const measured = measuredFor(wait, migration, rehearsals)
  if (!measured) return 'how long was not measured'
  const { time, rehearsal } = measured
  return `held for ${time} in a rehearsal with ${count(rehearsal.rows, 'row')} a table on ${rehearsal.engine}`
}

/** How long the lock of a wait was held, and in which rehearsal; undefined where it was not measured. */
export function measuredFor(
  { from, until }: Pick<Wait, 'from' | 'until'>,
  migration: ReportedMigration,
  rehearsals: readonly ReportedRehearsal[] = [],
): { readonly time: string; readonly rehearsal: ReportedRehearsal } | undefined {
  const rehearsal = rehearsals.find((one) => one.migration === migration.id && one.file === migration.file && one.notRun === undefined)
  const milliseconds = rehearsal && timeOf(migration.statements.slice(from, until + 1), rehearsal)
  if (milliseconds === undefined) return undefined
  return { time: `${milliseconds < 1 ? 'less than 1' : Math.round(milliseconds)} ms`, rehearsal: rehearsal! }
}

/** The time of statements in a rehearsal; BEGIN and COMMIT, which are no steps of it, take none. */
function timeOf(statements: readonly ReportedStatement[], { steps }: ReportedRehearsal): number | undefined {
  let sum = 0
  for (const { file, line, endLine, operations } of statements) {
    const own = steps.filter((step) => step.file === file && step.line !== undefined && line <= step.line && step.line <= endLine)
    if (own.some(({ failure }) => failure !== undefined)) return undefined
    if (own.length === 0 && operations.some(({ effect }) => effect !== 'steers')) return undefined
    for (const { milliseconds } of own) sum += milliseconds
  }
  return sum
}

/** What the kinds of a way back mean to a reader. */
export const rollbackMeans: Readonly<Record<RollbackKind, string>> = {
  reversible: 'can be undone',
  lossy: 'the shape comes back, values do not',
  'forward-only': 'cannot be undone by its down',
  'not-needed': 'nothing to undo',
  unknown: 'not known',
}
