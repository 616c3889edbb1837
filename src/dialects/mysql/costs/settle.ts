import type { Statement } from '../../../ir/migration.ts'
import type { Operation, OperationKind } from '../../../ir/operation.ts'
import { tableOf } from '../../../ir/visit.ts'
import { atLeast, type Blocks, type Cost, compareVersions, type Version } from '../../dialect.ts'
import type { Flavour } from '../types.ts'
import { columnType } from './column-type.ts'
import { columns } from './columns.ts'
import { constraints } from './constraints.ts'
import { data } from './data.ts'
import { indexes } from './indexes.ts'
import { partitionActions, partitions } from './partitions.ts'
import {
  type Algorithm,
  type At,
  copy,
  counts,
  type Effort,
  hasFulltext,
  manual,
  otherEngine,
  type Row,
  type Rows,
  rebuildShared,
  rowFormat,
  tableAt,
} from './row.ts'
import { commitsByText, session } from './session.ts'
import { tableOptions, tables } from './tables.ts'

const options: Rows = { alterTable: [...partitionActions, ...tableOptions] }
const areas: readonly Rows[] = [columns, columnType, indexes, constraints, tables, options, partitions, data, session]

/** The rows of a kind of operation, of every area. */
function rowsOf(kind: OperationKind): readonly Row[] {
  return byKind.get(kind) ?? []
}

const byKind = new Map<OperationKind, readonly Row[]>()
for (const area of areas)
  for (const kind of Object.keys(area) as OperationKind[]) {
    const rows: readonly Row[] | undefined = area[kind]
    if (rows) byKind.set(kind, [...rowsOf(kind), ...rows])
  }

interface Part {
  readonly operation: Operation
  readonly row: Row | undefined
  readonly effort: Effort | undefined
  readonly because: string | undefined
}

interface Whole {
  readonly flavour: Flavour
  readonly version: Version
  readonly parts: ReadonlyMap<Operation, Part>
  /** The worst effort of all clauses; undefined when no clause has one. */
  readonly effort: Effort | undefined
  /** A clause whose effort is not known. */
  readonly unsure: boolean
  readonly asked: { readonly algorithm: Algorithm | undefined; readonly lock: Effort['lock'] | undefined }
}

const wholes = new WeakMap<Statement, Whole>()

/**
 * What one operation costs. `algorithm`, `lock` and `blocks` are the statement's: one ALTER TABLE runs as its worst clause does.
 * `rewrites`, `scans` and `buildsIndex` are this operation's own part in it, so that a clause is not blamed for its neighbour.
 * Never throws. An operation without a row is 'unknown' in everything.
 */
export function costFrom(operation: Operation, at: At): Cost {
  const whole = wholeOf(operation, at)
  const part = whole.parts.get(operation) ?? partOf(operation, at)
  const row = part.row
  if (row === undefined || (part.effort === undefined && isClause(operation))) return unknown(operation, at, row)
  if (part.effort === undefined || whole.effort === undefined) return plain(operation, row, at)
  const cost = fromEffort(operation, part, whole, whole.effort, row, at)
  const refusal = refusalOf(whole)
  if (refusal !== undefined) return { ...cost, blocks: 'nothing', rewrites: false, scans: false, buildsIndex: false, because: refusal }
  return whole.unsure && whole.effort.algorithm !== 'COPY' ? { ...cost, lock: 'unknown', algorithm: 'unknown', blocks: 'unknown' } : cost
}

/** The statement is looked at once, in the schema before its first clause: later clauses come with the schema after the earlier ones. */
function wholeOf(operation: Operation, at: At): Whole {
  const known = wholes.get(at.statement)
  const first = at.statement.operations[0] === operation
  if (known !== undefined && !first && known.flavour === at.flavour && compareVersions(known.version, at.version) === 0) return known
  const operations = at.statement.operations.includes(operation) ? at.statement.operations : [operation]
  const parts = new Map(operations.map((each) => [each, partOf(each, at)]))
  const whole = weigh(parts, operations, at)
  if (operations === at.statement.operations && operations.length > 1) wholes.set(at.statement, whole)
  return whole
}

function partOf(operation: Operation, at: At): Part {
  const row = rowsOf(operation.kind).find((each) => counts(each, at) && (each.when?.(operation, at) ?? true))
  return { operation, row, ...settle(operation, row, at) }
}

/** What the table itself imposes: another engine copies, FULLTEXT and COMPRESSED rule cheap ways out. */
function settle(operation: Operation, row: Row | undefined, at: At): { effort: Effort | undefined; because: string | undefined } {
  const effort = row?.effort
  const because = row?.because
  if (effort === undefined) return { effort, because }
  const table = tableAt(at, tableOf(operation))
  const engine = otherEngine(table)
  const touches = effort.rewrites || effort.scans || effort.otherwise !== undefined || operation.kind === 'dropIndex'
  if (engine !== undefined && touches)
    return { effort: online(copy, operation, at), because: `tables of the engine ${engine} are copied for this` }
  const inPlace = effort.algorithm === 'INPLACE' && effort.rewrites ? effort : effort.otherwise
  if (inPlace !== undefined && hasFulltext(table) && operation.kind !== 'createIndex') {
    const imposed = at.flavour === 'mysql' ? copy : rebuildShared
    return { effort: imposed, because: 'the table has a FULLTEXT index, which rules out a rebuild with writes going on' }
  }
  if (effort.otherwise !== undefined && rowFormat(table) === 'COMPRESSED')
    return { effort: effort.otherwise, because: 'a table with ROW_FORMAT=COMPRESSED is rebuilt for this' }
  return { effort: effort.algorithm === 'COPY' ? online(effort, operation, at) : effort, because }
}

/** MariaDB copies with writes going on since 11.2, AUTO_INCREMENT columns aside. Measured: MariaDB 11.8.6. */
function online(effort: Effort, operation: Operation, at: At): Effort {
  if (at.flavour !== 'mariadb' || !atLeast(at.version, 11, 2) || effort.lock !== 'SHARED') return effort
  const numbers = operation.kind === 'addColumn' && operation.column.autoIncrement === true
  const whole = operation.kind === 'alterTable' && /PARTITION/.test(operation.action)
  return numbers || whole ? effort : { ...effort, lock: 'NONE' }
}

const algorithms: readonly Algorithm[] = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY']
const locks: readonly Effort['lock'][] = ['NONE', 'SHARED', 'EXCLUSIVE']

function weigh(parts: ReadonlyMap<Operation, Part>, operations: readonly Operation[], at: At): Whole {
  const asked = { algorithm: askedFor(operations, 'ALGORITHM', algorithms), lock: askedFor(operations, 'LOCK', locks) }
  let worst: Effort | undefined
  let unsure = false
  for (const part of parts.values()) {
    if (part.effort === undefined) unsure ||= isClause(part.operation) || isUnread(part.operation)
    else worst = worst === undefined ? part.effort : worse(worst, part.effort)
  }
  if (worst !== undefined && asked.algorithm === 'COPY') worst = worse(worst, online(copy, operations[0]!, at))
  const settled = new Map(parts)
  if (worst !== undefined && forcesRebuild(worst, asked.algorithm, parts, at))
    for (const [operation, part] of parts) {
      if (part.effort?.otherwise === undefined) continue
      const effort = part.effort.otherwise
      const because = part.because ?? 'another clause of the statement cannot be INSTANT, and with it this one rebuilds the table'
      settled.set(operation, { ...part, effort, because })
      worst = worse(worst, effort)
    }
  return { flavour: at.flavour, version: at.version, parts: settled, effort: worst, unsure, asked }
}

/** MySQL: any clause above INSTANT. MariaDB: an index that is built, or another rebuild, in the same statement. Both measured. */
function forcesRebuild(worst: Effort, asked: Algorithm | undefined, parts: ReadonlyMap<Operation, Part>, at: At): boolean {
  if (worst.algorithm === 'COPY') return false
  if (at.flavour === 'mysql') return worst.algorithm !== 'INSTANT' || asked === 'INPLACE'
  for (const part of parts.values()) if (part.effort?.buildsIndex) return true
  return false
}

function worse(a: Effort, b: Effort): Effort {
  const algorithm = algorithms[Math.max(algorithms.indexOf(a.algorithm), algorithms.indexOf(b.algorithm))]!
  const lock = locks[Math.max(locks.indexOf(a.lock), locks.indexOf(b.lock))]!
  return {
    algorithm,
    lock,
    rewrites: a.rewrites || b.rewrites,
    scans: a.scans || b.scans,
    buildsIndex: a.buildsIndex || b.buildsIndex,
  }
}

function askedFor<T extends string>(operations: readonly Operation[], action: string, values: readonly T[]): T | undefined {
  for (const operation of operations)
    if (operation.kind === 'alterTable' && operation.action === action) {
      const value = operation.value?.toUpperCase()
      return values.find((each) => each === value)
    }
  return undefined
}

/** Why the server refuses the ALGORITHM or LOCK that the statement insists on; it then changes nothing. */
function refusalOf({ asked, effort, flavour }: Whole): string | undefined {
  if (effort === undefined) return undefined
  const engine = flavour === 'mysql' ? 'MySQL' : 'MariaDB'
  const { algorithm, lock } = asked
  if (algorithm !== undefined && algorithms.indexOf(algorithm) < algorithms.indexOf(effort.algorithm))
    return `${engine} refuses ALGORITHM=${algorithm} here, because the change needs ${effort.algorithm}`
  if (lock !== undefined && locks.indexOf(lock) < locks.indexOf(effort.lock))
    return `${engine} refuses LOCK=${lock} here, because the change needs LOCK=${effort.lock}`
  return undefined
}

function blocksOf(lock: Effort['lock']): Blocks {
  return lock === 'NONE' ? 'nothing' : lock === 'SHARED' ? 'writes' : 'reads-and-writes'
}

function fromEffort(operation: Operation, part: Part, { asked }: Whole, worst: Effort, row: Row, at: At): Cost {
  const lock = asked.lock !== undefined && locks.indexOf(asked.lock) > locks.indexOf(worst.lock) ? asked.lock : worst.lock
  const own = part.effort ?? worst
  return {
    lock,
    algorithm: worst.algorithm,
    blocks: blocksOf(lock),
    queues: 'reads-and-writes',
    rewrites: own.rewrites,
    scans: own.scans,
    buildsIndex: own.buildsIndex,
    others: row.others?.(operation, at) ?? [],
    inTransaction: true,
    commits: true,
    ...(part.because === undefined ? {} : { because: part.because }),
    cite: row.cite,
    ...(row.proof === undefined ? {} : { proof: row.proof }),
  }
}

function plain(operation: Operation, row: Row, at: At): Cost {
  return {
    lock: row.lock ?? 'NONE',
    blocks: row.blocks ?? 'nothing',
    queues: row.queues ?? 'nothing',
    rewrites: false,
    scans: row.scans ?? false,
    buildsIndex: false,
    others: row.others?.(operation, at) ?? [],
    inTransaction: true,
    commits: row.commits ?? false,
    ...(row.because === undefined ? {} : { because: row.because }),
    cite: row.cite,
    ...(row.proof === undefined ? {} : { proof: row.proof }),
  }
}

/** Clauses of ALTER TABLE, which have an effort or cost something unknown. */
function isClause(operation: Operation): boolean {
  return rowsOf(operation.kind).some((row) => row.effort !== undefined) && operation.kind !== 'maintain' && operation.kind !== 'renameTable'
}

function isUnread({ kind }: Operation): boolean {
  return kind === 'opaque' || kind === 'unresolved' || kind === 'syncSchema'
}

function unknown(operation: Operation, at: At, row: Row | undefined): Cost {
  const text = at.statement.sql
  const commits = isClause(operation) || (text !== undefined && commitsByText(text, at.flavour))
  return {
    lock: 'unknown',
    algorithm: 'unknown',
    blocks: 'unknown',
    queues: commits ? 'reads-and-writes' : 'unknown',
    rewrites: 'unknown',
    scans: 'unknown',
    buildsIndex: 'unknown',
    others: row?.others?.(operation, at) ?? [],
    inTransaction: true,
    commits,
    because: row?.because ?? (isUnread(operation) ? 'the statement could not be read' : 'the fact tables have no row for it'),
    cite: row?.cite ?? manual.mysqlAlter,
  }
}
