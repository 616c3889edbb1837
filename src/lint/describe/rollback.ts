import { type Name, showName } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import type { Moment, Walk } from '../../rule/site.ts'
import { changesNothing } from '../../rule/steps.ts'
import { type Difference, diff } from '../../schema/diff.ts'
import { findColumn, findTable } from '../../schema/schema.ts'
import type { ReportedMigration, Rollback, RollbackKind } from '../described.ts'
import type { Scene } from '../site.ts'

/** What `down` is, seen from outside. */
export function downOf({ down, migration }: Scene): ReportedMigration['down'] {
  if (!down || !migration.down) return 'none'
  if (down.moments.some(({ operation }) => operation.kind === 'refuse' && !operation.context?.branches?.length)) return 'refuses'
  return down.moments.every(changesNothing) ? 'idle' : 'written'
}

/** Says of operations of `up`, one after the other, whether there is a way back. */
export function rollbacks(scene: Scene): (moment: Moment) => Rollback {
  const written = downOf(scene)
  const unread = scene.down?.moments.some(({ operation }) => operation.kind === 'opaque' || operation.kind === 'unresolved') ?? false
  const left = scene.down && written === 'written' && !unread ? diff(scene.up.before, scene.down.after) : []
  return (moment) => {
    const own = natureOf(moment, scene)
    if (own.kind === 'not-needed') return own
    if (written === 'none') {
      if (scene.migration.downExpected) return forward('this migration has no down')
      return { ...own, because: `${own.because}; there is no down here, so by hand or by a later migration` }
    }
    if (written === 'refuses') return forward('down refuses to run')
    if (written === 'idle') return forward('down does nothing')
    if (own.kind === 'forward-only' || own.kind === 'unknown') return own
    if (unread) return own.kind === 'lossy' ? own : { kind: 'unknown', because: 'down could not be read as a whole' }
    if (left.some((difference) => difference.certain && isAbout(difference, moment.operation, scene)))
      return forward('down does not undo it')
    return own
  }
}

const order: readonly RollbackKind[] = ['forward-only', 'lossy', 'unknown', 'reversible', 'not-needed']

/** The worst of several. */
export function worstOf(kinds: readonly RollbackKind[]): RollbackKind {
  return order.find((kind) => kinds.includes(kind)) ?? 'not-needed'
}

const forward = (because: string): Rollback => ({ kind: 'forward-only', because })
const lossy = (because: string): Rollback => ({ kind: 'lossy', because })
const back = (because: string): Rollback => ({ kind: 'reversible', because })
const idle = (because: string): Rollback => ({ kind: 'not-needed', because })
const unknown = (because: string): Rollback => ({ kind: 'unknown', because })

/** What a way back could restore at best, whoever writes it. */
function natureOf({ operation, before }: Moment, scene: Scene): Rollback {
  switch (operation.kind) {
    case 'dropTable':
      if (operation.temporary || isOwn(operation.table, before, scene)) return idle('nobody had stored rows in it')
      return lossy(`the rows of ${showName(operation.table)} are gone`)
    case 'dropColumn': {
      const state = findColumn(before, operation.table, operation.column)
      if (isOwn(operation.table, before, scene) || state?.born === scene.position) return idle('nobody had stored values in it')
      if (state?.column.generated) return back('its values are computed again')
      return lossy(`the values of ${operation.column} are gone`)
    }
    case 'dropSchema':
      return operation.cascade ? lossy('all that was in it is gone') : back('it was empty')
    case 'dropDatabase':
      return lossy('all that was in it is gone')
    case 'truncate':
      return operation.tables.every((table) => isOwn(table, before, scene))
        ? idle('nobody had stored rows in it')
        : lossy('the rows are gone')
    case 'delete':
      return isOwn(operation.table, before, scene) ? idle('nobody had stored rows in it') : lossy('the rows are gone')
    case 'update': {
      const fresh = operation.set.length > 0 && operation.set.every(({ column }) => isNew(operation.table, column))
      if (fresh || isOwn(operation.table, before, scene)) return back('only new columns are filled, and they can be dropped')
      return lossy('the old values are written over')
    }
    case 'insert':
    case 'writeRows': {
      if (isOwn(operation.table, before, scene)) return back('the table is new, and can be dropped')
      const undone = scene.down?.moments.some(
        ({ operation: other }) => (other.kind === 'delete' || other.kind === 'dropTable') && scene.sameName(other.table, operation.table),
      )
      return undone
        ? back('down deletes rows there')
        : unknown('down leaves the rows that are added, and whether anybody minds is not known')
    }
    case 'alterColumnType':
    case 'modifyColumn': {
      const from = findColumn(before, operation.table, operation.column)?.column.type
      const to = operation.kind === 'alterColumnType' ? operation.type : operation.to.type
      if (!from || !to) return unknown('the type that it had is not known')
      const { narrows } = scene.course.dialect.typeChange(from, to, before, scene.course.version)
      if (narrows === 'unknown') return unknown(`whether every ${from.text} survives as ${to.text} is not known`)
      return narrows ? lossy(`not every ${from.text} survives as ${to.text}`) : back('values written since may not fit the old type')
    }
    case 'addEnumValue':
      return forward('PostgreSQL cannot take a value out of an enum type')
    case 'dropNotNull':
      return back('once rows hold NULL, it cannot be made NOT NULL again without filling them')
    case 'createTable':
      return operation.temporary ? idle('it goes with its session') : back('it can be dropped, with the rows written since')
    case 'addColumn':
      return back('it can be dropped, with the values written since')
    case 'createView':
    case 'createFunction':
      return operation.orReplace ? back('the former one can be created again') : back('it can be dropped')
    default:
      return ofOthers(operation)
  }

  function isNew(table: Name, column: string): boolean {
    return findColumn(before, table, column)?.born === scene.position
  }
}

function ofOthers(operation: Operation): Rollback {
  const { kind } = operation
  if (operation.kind === 'external' && operation.what === 'timer') return idle('it only waits')
  if (kind.startsWith('create') || kind.startsWith('add') || kind.startsWith('attach')) return back('it can be dropped')
  if (kind.startsWith('drop') || kind.startsWith('detach')) return back('it can be created again')
  if (kind.startsWith('rename')) return back('it can be renamed back')
  switch (kind) {
    case 'setDefault':
    case 'setNotNull':
    case 'alterTable':
    case 'alterDomain':
      return back('it can be set back')
    case 'validateConstraint':
    case 'reindex':
    case 'refreshMaterializedView':
    case 'comment':
    case 'select':
    case 'setVariable':
    case 'transaction':
    case 'lockTable':
    case 'maintain':
    case 'refuse':
      return idle('nothing is left to undo')
    case 'opaque':
      return unknown('it could not be read')
    case 'external':
      return unknown('what it does outside the database is not known')
    default:
      return unknown('what undoes it is not known')
  }
}

/** Was the table made by this very migration? */
function isOwn(table: Name, before: Walk['before'], scene: Scene): boolean {
  return findTable(before, table)?.born === scene.position
}

/** Is a difference that down leaves behind this operation's doing? */
function isAbout({ change, object, name, part, property }: Difference, operation: Operation, { sameName, sameColumn }: Scene): boolean {
  const on = (table: Name) => sameName(table, name)
  const column = (text: string) => part !== undefined && sameColumn(text, part)
  switch (operation.kind) {
    case 'createTable':
      return change === 'added' && object === 'table' && on(operation.table)
    case 'dropTable':
      return change === 'removed' && object === 'table' && on(operation.table)
    case 'renameTable':
      return change === 'added' && object === 'table' && on(operation.to)
    case 'addColumn':
      return change === 'added' && object === 'column' && on(operation.table) && column(operation.column.name)
    case 'dropColumn':
      return change === 'removed' && object === 'column' && on(operation.table) && column(operation.column)
    case 'renameColumn':
      return change === 'added' && object === 'column' && on(operation.table) && column(operation.to)
    case 'alterColumnType':
      return change === 'changed' && property === 'type' && on(operation.table) && column(operation.column)
    case 'modifyColumn':
      return change === 'changed' && object === 'column' && on(operation.table) && column(operation.to.name)
    case 'setNotNull':
    case 'dropNotNull':
      return change === 'changed' && property === 'nullability' && on(operation.table) && column(operation.column)
    case 'setDefault':
    case 'dropDefault':
      return change === 'changed' && property === 'default' && on(operation.table) && column(operation.column)
    case 'createIndex':
      return change === 'added' && object === 'index' && on(operation.table) && operation.name !== undefined && part === operation.name
    case 'addConstraint':
      return (
        change === 'added' && object === 'constraint' && on(operation.table) && part !== undefined && part === operation.constraint.name
      )
    case 'dropConstraint':
      return change === 'removed' && object === 'constraint' && on(operation.table) && part === operation.name
    case 'dropIndex':
      return change === 'removed' && object === 'index' && part === operation.name.name
    case 'createView':
    case 'createFunction':
    case 'createSequence':
      return change === 'added' && on(operation.name) && object === operation.kind.slice('create'.length).toLowerCase()
    case 'dropView':
    case 'dropFunction':
    case 'dropSequence':
      return change === 'removed' && on(operation.name) && object === operation.kind.slice('drop'.length).toLowerCase()
    case 'createTrigger':
      return change === 'added' && object === 'trigger' && part === operation.name
    default:
      return false
  }
}
