import { type Name, showName } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import type { Moment, Walk } from '../../rule/site.ts'
import { apply } from '../../schema/apply.ts'
import { diff } from '../../schema/diff.ts'
import { referrersOf } from '../../schema/references.ts'
import { findColumn, keyOf, type Schema } from '../../schema/schema.ts'
import type { Span } from '../../source/span.ts'
import {
  undoAddColumn,
  undoColumnType,
  undoDefault,
  undoDropColumn,
  undoModifyColumn,
  undoNullability,
  undoRenameColumn,
} from './columns.ts'
import {
  undoAddConstraint,
  undoCreateIndex,
  undoDropConstraint,
  undoDropIndex,
  undoRenameConstraint,
  undoRenameIndex,
} from './constraints.ts'
import { undoFunction, undoNamespace, undoOther, undoTrigger, undoType, undoView } from './objects.ts'
import { childrenFirst } from './order.ts'
import { undoAlterTable, undoAttachPartition, undoCreateTable, undoDropTable, undoRenameTable } from './tables.ts'
import { type Course, isOwn, nothing, type Undo } from './undo.ts'

/** The way back of a script. */
export interface Inverse {
  /** What takes the script back, in the order in which it runs. Their spans are those of what they take back. */
  readonly operations: readonly Operation[]
  /** What does not come back: `the rows of orders`. Empty: everything does. */
  readonly lost: readonly string[]
}

/** Why a script has no way back that is known: a clause without its full stop. */
export interface NoInverse {
  readonly because: string
  readonly span: Span | undefined
}

/**
 * The operations that bring back the schema that was there before `up`, worked out from the history: the last step is taken back first.
 * They are run on the schema that `up` leaves, and count only when that gives the schema before it. Steps that depend on what is found
 * when they run, that move rows of older tables, or that nothing can read have no way back.
 */
export function inverseOf(up: Walk, asked: Omit<Course, 'gone'>): Inverse | NoInverse {
  const course: Course = { ...asked, gone: new Set() }
  const found: Operation[] = []
  const lost: string[] = []
  for (const moment of [...up.moments].reverse()) {
    const undone = unclear(moment) ?? undo(moment, course)
    if (typeof undone === 'string') return { because: undone, span: moment.operation.span }
    found.push(...undone.operations)
    lost.push(...(undone.lost ?? []))
  }
  const operations = childrenFirst(found, up.after)
  const because = misses(up, operations, course)
  return because === undefined ? { operations, lost } : { because, span: undefined }
}

/** Whether an operation runs, and on what, is only known when it runs: why. */
function unclear({ operation, statement, conflict }: Moment): string | undefined {
  if (conflict !== undefined) return `the database refuses a step: ${conflict}`
  const { context } = operation
  if (context?.branches?.length) return `a step runs only if ${context.branches[0]!.condition}`
  if (context?.loops?.length) return 'a step runs in a loop whose turns are not known'
  if (context?.block === 'procedure' || context?.block === 'finally') return `a step runs in a ${context.block} block`
  const implied = operation.kind === 'createType' && statement.sql === undefined
  const asks = context?.guards?.some(({ by }) => by !== 'or-replace' && !(by === 'if-exists' && 'ifNotExists' in operation))
  if (asks && !implied) return 'a step runs only if what it asks for is, or is not, there'
  const named = ['table', 'name', 'to', 'type', 'partition'].map((member) => (operation as unknown as Record<string, unknown>)[member])
  const dynamic = named.find((name): name is Name => typeof name === 'object' && name !== null && 'dynamic' in name)
  return dynamic ? `the name ${dynamic.name} is known only when it runs` : undefined
}

function undo(moment: Moment, course: Course): Undo {
  const { operation } = moment
  switch (operation.kind) {
    case 'createTable':
      return undoCreateTable(operation, moment, course)
    case 'dropTable':
      return undoDropTable(operation, moment, course)
    case 'renameTable':
      return undoRenameTable(operation, moment, course)
    case 'alterTable':
      return undoAlterTable(operation, moment, course)
    case 'attachPartition':
      return undoAttachPartition(operation)
    case 'addColumn':
      return undoAddColumn(operation, moment, course)
    case 'dropColumn':
      return undoDropColumn(operation, moment, course)
    case 'renameColumn':
      return undoRenameColumn(operation, moment, course)
    case 'alterColumnType':
      return undoColumnType(operation, moment, course)
    case 'modifyColumn':
      return undoModifyColumn(operation, moment, course)
    case 'setDefault':
    case 'dropDefault':
      return undoDefault(operation, moment, course)
    case 'setNotNull':
    case 'dropNotNull':
      return undoNullability(operation, moment, course)
    case 'addConstraint':
      return undoAddConstraint(operation, moment, course)
    case 'dropConstraint':
      return undoDropConstraint(operation, moment, course)
    case 'renameConstraint':
      return undoRenameConstraint(operation)
    case 'createIndex':
      return undoCreateIndex(operation, moment, course)
    case 'dropIndex':
      return undoDropIndex(operation, moment, course)
    case 'renameIndex':
      return undoRenameIndex(operation)
    case 'createType':
    case 'createDomain':
    case 'dropType':
    case 'renameType':
    case 'addEnumValue':
    case 'renameEnumValue':
      return undoType(operation, moment, course)
    case 'createView':
    case 'dropView':
      return undoView(operation, moment, course)
    case 'createFunction':
    case 'dropFunction':
      return undoFunction(operation, moment, course)
    case 'createTrigger':
    case 'dropTrigger':
      return undoTrigger(operation, moment, course)
    case 'createSchema':
    case 'dropSchema':
    case 'renameSchema':
    case 'createSequence':
    case 'dropSequence':
    case 'createExtension':
    case 'dropExtension':
      return undoNamespace(operation, moment)
    case 'otherStatement':
    case 'comment':
      return undoOther(operation, moment, course)
    default:
      return undoProgram(moment, course)
  }
}

/** Rows, sessions and the program around the SQL. */
function undoProgram(moment: Moment, course: Course): Undo {
  const { operation } = moment
  switch (operation.kind) {
    case 'validateConstraint':
    case 'reindex':
    case 'refreshMaterializedView':
    case 'transaction':
    case 'lockTable':
    case 'maintain':
      return nothing
    case 'setVariable':
      return operation.scope === 'global' ? `what ${operation.name} was set to is not known` : nothing
    case 'external':
      return operation.what === 'timer' ? nothing : `what ${operation.expression} did outside the database is not known`
    case 'select':
      return operation.query.functions.every(course.isHarmless) && !operation.query.locking
        ? nothing
        : 'a query calls a function that may change something'
    case 'insert':
    case 'writeRows':
    case 'delete':
      return isOwn(moment, operation.table, course) ? nothing : `rows of ${showName(operation.table)} are changed`
    case 'truncate':
      return operation.tables.every((table) => isOwn(moment, table, course)) ? nothing : 'rows are deleted'
    case 'update': {
      const fresh = operation.set.every(({ column }) => findColumn(moment.before, operation.table, column)?.born === course.position)
      return (fresh && operation.set.length > 0) || isOwn(moment, operation.table, course)
        ? nothing
        : `values of ${showName(operation.table)} are written over`
    }
    case 'opaque':
      return `a step could not be read: ${operation.detail.replace(/\.$/, '')}`
    case 'interpolate':
      return `${operation.expression} is known only when it runs`
    case 'refuse':
      return 'up refuses to run'
    default:
      return `what takes ${operation.kind} back is not known`
  }
}

/** Says which other table points at this one. */
function keeperOf(table: Name, schema: Schema): string | undefined {
  const keeper = referrersOf(schema, table).find(({ name }) => keyOf(schema.naming, name) !== keyOf(schema.naming, table))
  return keeper && `a foreign key of ${showName(keeper.name)} would still point at ${showName(table)}`
}

/** What stands between the schema that these operations lead to and the one before `up`. */
function misses(up: Walk, operations: readonly Operation[], { position }: Course): string | undefined {
  let schema: Schema = up.after
  for (const operation of operations) {
    const kept = operation.kind === 'dropTable' ? keeperOf(operation.table, schema) : undefined
    if (kept !== undefined) return kept
    const step = apply(schema, operation, { born: position, transaction: 'inverse' })
    if (step.conflict !== undefined) return `a step of the way back would fail: ${step.conflict}`
    schema = step.schema
  }
  const [left] = diff(up.before, schema)
  return left && `the ${left.object} ${showName(left.name)}${left.part === undefined ? '' : `.${left.part}`} would not be as before`
}
