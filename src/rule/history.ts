import type { Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import { ownerOf } from '../schema/apply-index.ts'
import { findTable, keyOf, type Schema } from '../schema/schema.ts'
import type { Born } from '../schema/table.ts'
import type { Moment, ScriptSite } from './site.ts'

/** Was everything that is known made by the history itself? A table that was there before it shows in what is done to it or points at it. */
function isWhole(schema: Schema): boolean {
  if (!schema.complete) return false
  const isKnown = (name: Name) => schema.tables.has(keyOf(schema.naming, name)) || schema.views.has(keyOf(schema.naming, name))
  for (const { born, constraints, copyOf } of schema.tables.values()) {
    if (born === -1 || !copyOf.every(isKnown)) return false
    if (!constraints.every(({ constraint }) => !constraint.references || isKnown(constraint.references.table))) return false
  }
  return true
}

/** Does the operation ask first whether what it drops is there? */
function asks(operation: Operation): boolean {
  return ('ifExists' in operation && operation.ifExists === true) || (operation.context?.guards?.length ?? 0) > 0
}

/** Is the name, which no migration gave a lasting table, that of a temporary one here? It clears what an earlier run of the session left. */
function isMadeTemporary(name: Name, before: Schema, index: number, moments: readonly Moment[]): boolean {
  return moments.some(
    ({ operation, index: at }) =>
      at > index &&
      operation.kind === 'createTable' &&
      operation.temporary &&
      keyOf(before.naming, operation.table) === keyOf(before.naming, name),
  )
}

/**
 * Is nothing there that this DROP, which asks first, could drop? A table or index that no migration shows is there all the same, or who would drop it;
 * unless the script took it away before, or makes it anew where the earlier migrations show all that the database holds: it clears the way for
 * itself then. The first of several migrations does so too, as a dump does; a lone file may be run anywhere. A known table's columns are known:
 * a DROP COLUMN of another, which does not ask, fails.
 */
export function dropsNothing(
  { operation, before, index, conflict }: Moment,
  { position, migrations, walk }: Pick<ScriptSite, 'position' | 'migrations' | 'walk'>,
): boolean {
  if (!asks(operation)) return operation.kind === 'dropColumn' && conflict !== undefined
  const start = walk.moments[0]?.before ?? before
  switch (operation.kind) {
    case 'dropTable':
      if (findTable(before, operation.table)) return false
      if (findTable(start, operation.table) || isMadeTemporary(operation.table, before, index, walk.moments)) return true
      if (!isMade(operation.table, before, index, walk.moments) || !isWhole(before)) return false
      return position === 0 ? migrations > 1 : hasEarlier(before, position)
    case 'dropColumn': {
      const table = findTable(before, operation.table)
      return table?.complete === true && before.complete && !table.columns.has(before.naming.fold(operation.column, 'column'))
    }
    case 'dropIndex': {
      const { name, schema } = operation.name
      if (operation.table || ownerOf(before, operation.name, undefined)) return false
      if (ownerOf(start, operation.name, undefined)) return true
      const isMadeAnew = walk.moments.some(
        ({ operation: made, index: at }) =>
          at > index &&
          made.kind === 'createIndex' &&
          made.name === name &&
          (schema === undefined || made.table.schema === undefined || made.table.schema === schema),
      )
      return isMadeAnew && isWhole(before) && [...before.tables.values()].every(({ complete }) => complete)
    }
    default:
      return false
  }
}

function hasEarlier(schema: Schema, position: Born): boolean {
  for (const { born } of schema.tables.values()) if (born < position) return true
  return false
}

function isMade(name: Name, { naming }: Schema, after: number, script: readonly Moment[]): boolean {
  const key = keyOf(naming, name)
  return script.some(({ operation, index }) => index > after && operation.kind === 'createTable' && keyOf(naming, operation.table) === key)
}
