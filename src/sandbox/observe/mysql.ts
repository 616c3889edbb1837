import type { Engine } from '../engine.ts'
import { watchOf } from '../engines/mysql/watch.ts'
import { statementsOf, targetOf } from './mysql-text.ts'
import type { Effects, HeldLock, Observer } from './observer.ts'

type Marks = readonly Readonly<Record<string, unknown>>[]

/**
 * MySQL and MariaDB seen through the counters of the session, the numbers of the tables' storage, the metadata locks that the session holds and the rows
 * touched in each table, as far as the engine lets them be seen. DDL has released its locks when it is done; the rung of the ladder that it took says what
 * it held.
 */
export function mysqlObserver(engine: Engine): Observer {
  const mariadb = engine.dialect === 'mariadb'
  const watch = watchOf(engine)
  if (!watch) throw new Error('This engine was not opened by openMysql.')
  return {
    mark: watch.mark,
    effects: (before, after, sql = '') => effectsOf(read(before), read(after), sql, watch.ownReads),
    wraps: (sql) => /^(?:INSERT|UPDATE|DELETE|REPLACE|WITH)\b/.test(statementsOf(sql)[0]?.words ?? '') && statementsOf(sql).length === 1,
    isNoise: (sql) => statementsOf(sql).every(({ words, text }) => isHousekeeping(words, text)),
    // Its message names the table that is not there. SIGNAL would be refused in a prepared statement of MySQL.
    failing: 'SELECT * FROM `surefoot: injected failure`',
    ladder: (sql) => ladderOf(sql, mariadb),
    // 1845: this algorithm cannot; 1846: it cannot, because …; 1221: these two clauses exclude each other.
    refuses: ({ number }) => number === 1845 || number === 1846 || number === 1221,
  }
}

interface Read {
  readonly counters: ReadonlyMap<string, number>
  readonly storage: ReadonlyMap<string, string>
  readonly locks: readonly HeldLock[]
  /** Rows read and written, by table; undefined: not counted on this server. */
  readonly rows: ReadonlyMap<string, readonly [number, number]> | undefined
}

function read(marks: Marks): Read {
  const counters = new Map<string, number>()
  const storage = new Map<string, string>()
  const rows = new Map<string, readonly [number, number]>()
  const locks: HeldLock[] = []
  for (const mark of marks) {
    const { kind, name, value } = { kind: String(mark.kind), name: String(mark.name), value: String(mark.value) }
    const relation = kind === 'storage' ? relationOf(name) : name
    if (kind === 'counter') counters.set(name.toUpperCase(), Number(value))
    // A partitioned table has storage for each part.
    if (kind === 'storage') storage.set(relation, `${storage.get(relation) ?? ''} ${value}`)
    if (kind === 'lock') locks.push({ relation, mode: value })
    const [reads = 0, writes = 0] = kind === 'rows' ? value.split(' ').map(Number) : []
    if (kind === 'rows') rows.set(name, [reads, writes])
  }
  return { counters, storage, locks, rows: rows.size > 0 ? rows : undefined }
}

/** InnoDB's name for a table: `my@002dtable`, `orders#P#p0`. */
function relationOf(name: string): string {
  return name.replace(/#p#.*$/i, '').replace(/@([0-9a-f]{4})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
}

function effectsOf(before: Read, after: Read, sql: string, ownReads: number): Effects {
  const words = statementsOf(sql)[0]?.words ?? ''
  const isDdl = /^(?:ALTER|CREATE|DROP|TRUNCATE|RENAME|OPTIMIZE)\b/.test(words)
  const fills = /^CREATE\b.*\bSELECT\b/.test(words)
  const seen = scansBetween(before, after, ownReads)
  // Each rung of the ladder that was refused opened tables, which the server reads its own of.
  const scans = altering.test(words) && seen <= 8 ? 0 : seen
  const counted = rowsCounted(before, after, scans, sql)
  const touched = rowsTouched(before, after, scans) ?? counted
  const had = new Set(before.locks.map(({ relation, mode }) => `${mode} ${relation}`))
  return {
    locks: after.locks.filter(({ relation, mode }) => !had.has(`${mode} ${relation}`)),
    held: before.locks,
    rewritten: [...after.storage].filter(([name, number]) => (before.storage.get(name) ?? number) !== number).map(([name]) => name),
    // The counters of tables do not see what an ALTER reads and writes of the one that it copies.
    scanned: isDdl ? counted.scanned : touched.scanned,
    written: altering.test(words) ? copied(before, after, sql) : isDdl && !fills ? {} : touched.written,
  }
}

/** Statements for which there is an ALGORITHM. */
const altering = /^(?:ALTER (?:ONLINE |IGNORE )*TABLE|(?:CREATE|DROP)\b.*?\bINDEX)\b/

/** The table that an ALTER is about, with the rows that the session copied for it: none, unless it ran as a COPY. */
function copied(before: Read, after: Read, sql: string): Effects['written'] {
  const target = targetOf(sql)
  return target === undefined ? {} : { [target]: grown('HANDLER_WRITE', before, after) }
}

function grown(counter: string, before: Read, after: Read): number {
  return (after.counters.get(counter) ?? 0) - (before.counters.get(counter) ?? 0)
}

type Touched = Pick<Effects, 'scanned' | 'written'>

/** The counters of each table. They count rows that are read by an index too: only as many as the session read by scans are scanned. */
function rowsTouched(before: Read, after: Read, scans: number): Touched | undefined {
  if (!after.rows) return undefined
  const scanned: Record<string, number> = {}
  const written: Record<string, number> = {}
  for (const [name, [reads, writes]] of after.rows) {
    const [readsBefore, writesBefore] = before.rows?.get(name) ?? [0, 0]
    if (scans > 0 && reads > readsBefore) scanned[name] = Math.min(reads - readsBefore, scans)
    if (writes > writesBefore) written[name] = writes - writesBefore
  }
  return { scanned, written }
}

/** The counters of the session, which do not say of which table: the statement's text does. */
function rowsCounted(before: Read, after: Read, scans: number, sql: string): Touched {
  const target = targetOf(sql) ?? '*'
  const writes = ['HANDLER_WRITE', 'HANDLER_UPDATE', 'HANDLER_DELETE'].reduce((sum, counter) => sum + grown(counter, before, after), 0)
  return { scanned: scans > 0 ? { [target]: scans } : {}, written: writes > 0 ? { [target]: writes } : {} }
}

/**
 * Rows that the session read one after the other. The mark itself reads temporary tables, each row of which was written first, and the server's own counters
 * of tables, of which there can be more after the statement than when it was measured.
 */
function scansBetween(before: Read, after: Read, ownReads: number): number {
  const reads = grown('HANDLER_READ_RND_NEXT', before, after) - grown('HANDLER_TMP_WRITE', before, after)
  return Math.max(0, reads - ownReads - 2 * (after.rows?.size ?? 0))
}

const algorithms = {
  mariadb: ['INSTANT', 'NOCOPY, LOCK=NONE', 'INPLACE, LOCK=NONE', 'INPLACE, LOCK=SHARED', 'COPY, LOCK=SHARED', 'COPY, LOCK=EXCLUSIVE'],
  mysql: ['INSTANT', 'INPLACE, LOCK=NONE', 'INPLACE, LOCK=SHARED', 'COPY, LOCK=SHARED', 'COPY, LOCK=EXCLUSIVE'],
} as const

/** An ALTER TABLE or CREATE or DROP INDEX, each way in which the server could run it written out, cheapest first; others as they are. */
function ladderOf(sql: string, mariadb: boolean): readonly string[] {
  const [statement, ...more] = statementsOf(sql)
  if (!statement || more.length > 0) return [sql]
  const { words, text } = statement
  const altersTable = /^ALTER (?:IGNORE )?TABLE\b/.test(words)
  const aboutIndex = /^(?:CREATE (?:OR REPLACE )?(?:UNIQUE |FULLTEXT |SPATIAL )?|DROP )INDEX\b/.test(words)
  if (!altersTable && !aboutIndex) return [sql]
  // Clauses about partitions and tablespaces stand alone; ALGORITHM and LOCK that are written are the author's own word.
  if (/\b(?:ALGORITHM|LOCK|PARTITION|PARTITIONING|TABLESPACE|ORDER BY|WAIT|NOWAIT|ENABLE KEYS|DISABLE KEYS)\b/.test(words)) return [sql]
  // MariaDB takes no ALGORITHM with DROP INDEX, which is an ALTER TABLE all the same.
  const dropped = mariadb ? /^DROP\s+INDEX\s+((?:IF\s+EXISTS\s+)?\S+)\s+ON\s+(\S+)$/i.exec(text) : undefined
  const rungs = algorithms[mariadb ? 'mariadb' : 'mysql'].map((rung) =>
    dropped
      ? `ALTER TABLE ${dropped[2]} DROP INDEX ${dropped[1]}, ALGORITHM=${rung}`
      : altersTable
        ? `${text}, ALGORITHM=${rung}`
        : `${text} ALGORITHM=${rung.replace(',', '')}`,
  )
  return [...rungs, sql]
}

function isHousekeeping(words: string, text: string): boolean {
  if (/^(?:SET|SHOW|DESCRIBE|DESC|EXPLAIN|USE|BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|XA)\b/.test(words)) return true
  if (!/^SELECT\b/.test(words) || /\bINTO\b/.test(words)) return false
  if (!/\bFROM\b/.test(words))
    return /\b(?:VERSION|DATABASE|SCHEMA|CONNECTION_ID|GET_LOCK|RELEASE_LOCK|CURRENT_USER)\b|@@|^SELECT \d+$/.test(words)
  // A query that reads tables is housekeeping when all of them are the server's own.
  const sources = [...text.matchAll(/\b(?:FROM|JOIN)\s+([`"\w$.]+)/gi)].map((match) => match[1]!.replace(/[`"]/g, ''))
  return sources.length > 0 && sources.every((source) => /^(?:information_schema|performance_schema|mysql|sys)\./i.test(source))
}
