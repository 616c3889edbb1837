import { isSql } from '../frameworks/framework.ts'
import type { Change, Unwritable } from '../frameworks/writer.ts'
import type { CreateIndex, DropIndex, OperationKind } from '../ir/operation.ts'
import type { Moment } from '../rule/site.ts'
import { commentAbove } from '../sql/comment-above.ts'
import { isUnwritable, type Plan, planOf, type RecipeSite } from './plan.ts'
import { computed, insertBehind, sqlPattern } from './sql-text.ts'

/** A statement that PostgreSQL runs CONCURRENTLY, and then in no transaction. */
export interface Concurrent {
  readonly title: string
  readonly moment: Moment
  /** The statement in SQL, with its word, where a builder makes it; undefined: it cannot be written. */
  readonly built?: string | undefined
  /** Up to where the word goes. */
  readonly upTo: RegExp
  readonly word: string
  /** What removes the rest of an earlier run that failed, run first where there is room for it. */
  readonly clears: string | undefined
  /** What a migration of its own is called. */
  readonly name: string
  /** What takes it back there; undefined: nothing can. `undo`: what the rollback of the migration as it is says of it. */
  readonly down: string | undefined | 'undo'
}

/** Up to where CONCURRENTLY goes in what builds an index. */
export const toIndex = sqlPattern('create (?:unique )?index')

/** What runs outside a transaction as well as in one, and leaves nothing half done that the others need. */
const independent: ReadonlySet<OperationKind> = new Set<OperationKind>(['createIndex', 'dropIndex', 'reindex', 'setVariable', 'select'])

/**
 * The statement with its word where it stands, when no transaction is around it or all that is in the transaction can do without one; else in a migration of
 * its own right behind.
 */
export function concurrently(site: RecipeSite, wanted: Concurrent): Plan | Unwritable {
  const { title, moment, upTo, word, clears } = wanted
  const { statement, transaction } = moment
  const others = site.walk.moments.filter((other) => other.statement !== statement)
  const cleared = clears !== undefined && isSentAlone(site, moment) ? [site.before(statement, [clears], 'any')] : []
  if (statement.sql === undefined) {
    if (wanted.built !== undefined && (transaction.by === 'file' || !others.every(isIndependent))) return moved(site, wanted)
    if (transaction.by === 'file') return { because: 'the migration opens a transaction around the call' }
    return planOf(title, 'meaning', site.outsideTransaction(), ...cleared, site.saying(moment.operation, 'concurrently'))
  }
  const inPlace = insertBehind(site, moment.operation.span, upTo, word)
  if (isUnwritable(inPlace)) return inPlace
  // One query string is one transaction, and one that the file opens is there for all that stands in it.
  const isShared = transaction.by === 'batch' || transaction.by === 'file'
  if (!isShared && others.every(isIndependent)) return planOf(title, 'meaning', site.outsideTransaction(), ...cleared, inPlace)
  return moved(site, wanted)
}

/** What a builder's call asks for in SQL, with its word. */
export function builtConcurrently(site: RecipeSite, operation: CreateIndex | DropIndex): string | undefined {
  return written(site, { ...operation, concurrently: true })
}

function written({ dialect, version }: RecipeSite, operation: CreateIndex | DropIndex): string | undefined {
  return dialect.write(operation, { version, bare: () => false })?.[0]
}

function isIndependent({ operation }: Moment): boolean {
  return independent.has(operation.kind)
}

/** Prisma and runners that send a file as one query string leave no room for a second statement beside one that wants no transaction. */
function isSentAlone({ framework }: RecipeSite, { statement }: Moment): boolean {
  return framework !== 'prisma' && ((framework !== 'raw-sql' && framework !== 'drizzle') || statement.batch === undefined)
}

/** The statement in a migration of its own. What takes it back goes there as well. */
function moved(site: RecipeSite, wanted: Concurrent): Plan | Unwritable {
  const { title, moment, clears, name, down } = wanted
  if (site.walk.direction === 'down') return { because: 'a rollback has no migration behind it' }
  const sql = worded(wanted)
  if (sql === undefined) return computed
  if (site.walk.moments.some((later) => later.index > moment.index && mayNeed(later, moment)))
    return { because: 'later statements of the migration may need it' }
  const undo = undoOf(site, moment)
  const hasDown = site.migration.downExpected || site.down !== undefined
  const back = down === 'undo' ? undo && builtAgain(site, undo) : down
  if (hasDown && back === undefined) return { because: 'what takes it back is not known' }
  const text = `${commentOf(site, moment)}${sql}`
  const up = clears !== undefined && isSentAlone(site, moment) ? [clears, text] : [text]
  const [gone, undone] = [site.without(moment.statement), undo && site.without(undo.statement)]
  const comments = { up: commentsIn(site, gone), down: commentsIn(site, undone) }
  return planOf(
    `${title} in a migration of its own`,
    'meaning',
    gone,
    ...(undone ? [undone] : []),
    site.following({ name, up, down: hasDown && back !== undefined ? [back] : [], comments, inTransaction: false }),
  )
}

/** The lines of a program's comment that go with a statement that is taken away. */
function commentsIn(site: RecipeSite, gone: Change | Unwritable | undefined): readonly string[] {
  const edit = gone && !isUnwritable(gone) ? gone.edits[0] : undefined
  if (!edit || isSql(site.framework)) return []
  const lines = site.text(edit).trimStart().split('\n')
  const first = lines.findIndex((line) => !/^\s*\/\//.test(line))
  return lines.slice(0, Math.max(first, 0)).map((line) => line.trim())
}

/** The statement in SQL, with its word; undefined: a part of it is computed. */
function worded({ moment, built, upTo, word }: Concurrent): string | undefined {
  const { sql } = moment.statement
  return sql === undefined ? built : withWord(sql, upTo, word)
}

function withWord(sql: string, upTo: RegExp, word: string): string | undefined {
  const found = upTo.exec(sql)
  return found && !sql.includes('surefoot_hole_') ? `${found[0]}${word}${sql.slice(found[0].length)}` : undefined
}

/** The comment that belongs to the statement, in a file of SQL. */
function commentOf(site: RecipeSite, { statement: { span } }: Moment): string {
  if (!isSql(site.framework)) return ''
  const text = site.text(span.file)
  return text.slice(commentAbove(text, span.start, site.walk.script.span.start), span.start)
}

/** What does nothing to an index that only makes queries fast. */
const indifferent: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'addColumn',
  'setDefault',
  'dropDefault',
  'setNotNull',
  'dropNotNull',
  'createIndex',
  'insert',
  'update',
  'delete',
  'select',
])

function mayNeed({ operation: later }: Moment, { operation }: Moment): boolean {
  const table = 'table' in later && later.table ? later.table.name : undefined
  if (!('table' in operation) || operation.table === undefined || table !== operation.table.name) return false
  return !indifferent.has(later.kind) || (operation.kind === 'createIndex' && operation.unique)
}

/** The statement of `down` that takes it back and does nothing else. */
function undoOf({ down }: RecipeSite, { operation }: Moment): Moment | undefined {
  const name = operation.kind === 'createIndex' ? operation.name : operation.kind === 'dropIndex' ? operation.name.name : undefined
  if (name === undefined) return undefined
  return down?.moments.find(({ operation: other, statement }) => {
    if (statement.operations.length !== 1) return false
    return operation.kind === 'createIndex'
      ? other.kind === 'dropIndex' && other.name.name === name
      : other.kind === 'createIndex' && other.name === name
  })
}

/** A statement that builds an index, in SQL and CONCURRENTLY where its rollback has no transaction. */
function builtAgain(site: RecipeSite, { operation, statement: { sql } }: Moment): string | undefined {
  if (operation.kind !== 'createIndex') return undefined
  // TypeORM reverts in a transaction.
  const isAlone = site.framework !== 'typeorm'
  if (sql === undefined) return written(site, { ...operation, concurrently: isAlone })
  return isAlone && !operation.concurrently ? withWord(sql, toIndex, ' CONCURRENTLY') : sql
}
