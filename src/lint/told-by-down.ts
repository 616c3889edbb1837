import type { Column } from '../ir/column.ts'
import type { Migration, Script } from '../ir/migration.ts'
import type { Operation, OperationOf } from '../ir/operation.ts'
import type { Moment, Walk } from '../rule/site.ts'
import { addColumnTo, foldColumn, withTable } from '../schema/edit.ts'
import { findColumn, findTable, keyOf, type Schema } from '../schema/schema.ts'
import type { Born } from '../schema/table.ts'
import { type Course, walk } from './walk.ts'

/** Where a script stands in its history. */
interface Place {
  readonly position: Born
  readonly course: Course
}

/**
 * `up` and `down` walked, with what `down` alone tells of the schema before; `after` is the schema that later migrations find, without that: it
 * is the same where nobody judges.
 */
export function walkBoth(migration: Migration, before: Schema, place: Place, undo: Place) {
  const walked = (start: Schema) => {
    const up = walk(migration, 'up', start, place.position, place.course)
    return { up, down: migration.down && walk(migration, 'down', up.after, undo.position, undo.course) }
  }
  const first = walked(before)
  const told = first.down && isReadAlike(migration.up, place.course) ? toldByDown(first.up, first.down) : undefined
  return { ...(told ? walked(told) : first), after: first.up.after }
}

/** Does a script do the same whatever is known before it? TypeORM's `changeColumn` compares with the column as a whole, of which `down` tells a part. */
function isReadAlike({ statements }: Script, { framework, dialect }: Course): boolean {
  if (framework.name !== 'typeorm' || dialect.name !== 'postgres') return true
  return statements.every(({ operations }) => operations.every(({ kind }) => kind !== 'unresolved'))
}

/**
 * The schema before `up`, with the columns that no earlier migration shows as `down` restores them: whoever writes `MODIFY age INT` into a down
 * says what `age` was. undefined: it tells nothing more.
 */
function toldByDown(up: Walk, down: Walk): Schema | undefined {
  let schema = up.before
  for (const { operation, before } of up.moments) {
    const { kind } = operation
    if (kind !== 'modifyColumn' && kind !== 'alterColumnType' && kind !== 'setNotNull') continue
    const { table, column } = operation
    if (findTable(before, table)?.complete || findColumn(before, table, column) || findColumn(schema, table, column)) continue
    const restored = restoredBy(down.moments, operation, schema)
    if (restored) schema = withTable(schema, table, (old) => addColumnTo(schema, old, restored, { born: -1, transaction: 'down' }))
  }
  return schema === up.before ? undefined : schema
}

/** The column as the last step that gives it a type leaves it. */
function restoredBy(
  moments: readonly Moment[],
  changed: OperationOf<'modifyColumn' | 'alterColumnType' | 'setNotNull'>,
  schema: Schema,
): Column | undefined {
  const isIts = (operation: Operation): boolean =>
    'table' in operation &&
    'column' in operation &&
    typeof operation.column === 'string' &&
    operation.table !== undefined &&
    keyOf(schema.naming, operation.table) === keyOf(schema.naming, changed.table) &&
    foldColumn(schema, operation.column) === foldColumn(schema, changed.column)
  const steps = moments.map(({ operation }) => operation).filter(isIts)
  const back = steps.findLast(({ kind }) => kind === 'modifyColumn' || kind === 'alterColumnType')
  if (back?.kind === 'modifyColumn') {
    // What is not written is left out as often as it is meant.
    const said = back.to.nullabilityWritten === true || changed.kind !== 'modifyColumn'
    return { ...back.to, name: changed.column, nullable: said ? back.to.nullable : changed.to.nullable, constraints: [] }
  }
  if (back?.kind !== 'alterColumnType') return undefined
  const nullability = steps.findLast(({ kind }) => kind === 'setNotNull' || kind === 'dropNotNull')
  return {
    name: changed.column,
    type: back.type,
    nullable: nullability?.kind !== 'setNotNull',
    nullabilityWritten: nullability !== undefined,
    default: undefined,
    constraints: [],
  }
}
