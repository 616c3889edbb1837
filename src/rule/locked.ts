import { type Name, showName } from '../ir/names.ts'
import { ownerOf } from '../schema/apply-index.ts'
import { keyOf, type Schema } from '../schema/schema.ts'
import type { Moment } from './site.ts'
import { tablesOf } from './steps.ts'

/** Something that other sessions use and a statement locks: a table or materialised view by its name, or in words where that is not known. */
export interface Locked {
  readonly name: Name | undefined
  readonly shown: string
}

/**
 * What the lock of a PostgreSQL statement falls on: the table of an index too, and what only words can name. `script` is the walk that the
 * moment belongs to: a schema or sequence made in it is nobody's yet. Whether a table is new, and what the lock keeps out, the caller asks.
 */
export function lockedBy({ operation, before, index }: Moment, script: readonly Moment[]): readonly Locked[] {
  switch (operation.kind) {
    case 'dropIndex':
    case 'renameIndex':
    case 'attachIndex':
      return [ofIndex(operation.name, 'table' in operation ? operation.table : undefined, before)]
    case 'reindex':
      if (operation.concurrently) return []
      if (operation.target === 'table' && operation.name) return [named(operation.name)]
      if (operation.target === 'index' && operation.name) return [ofIndex(operation.name, undefined, before)]
      return [inWords(`every table of the ${operation.target}`)]
    case 'maintain':
      return operation.tables.length > 0 ? operation.tables.map(named) : [inWords('every table')]
    case 'refreshMaterializedView':
      // Only another refresh waits for a concurrent one.
      return operation.concurrently ? [] : [named(operation.name)]
    case 'createView':
      return before.views.has(keyOf(before.naming, operation.name)) ? [named(operation.name)] : []
    case 'dropView':
      // DROP VIEW IF EXISTS is what scripts begin with that make the view for the first time.
      return operation.ifExists && !before.views.has(keyOf(before.naming, operation.name)) ? [] : [named(operation.name)]
    case 'dropSchema':
      return script.some(({ operation: made, index: at }) => at < index && made.kind === 'createSchema' && made.name === operation.name)
        ? []
        : [inWords(`every table of the schema ${operation.name}`)]
    case 'dropSequence':
      return sequence(operation.name, before, script)
    case 'otherStatement':
      if (operation.table) return [named(operation.table)]
      return operation.name && /^ALTER SEQUENCE/i.test(operation.command) ? sequence(operation.name, before, script) : []
    default:
      return tablesOf(operation).map(named)
  }
}

function named(name: Name): Locked {
  return { name, shown: showName(name) }
}

function inWords(shown: string): Locked {
  return { name: undefined, shown }
}

function ofIndex(index: Name, table: Name | undefined, before: Schema): Locked {
  const owner = table ?? ownerOf(before, index, undefined)?.name
  return owner ? named(owner) : inWords(`the table of ${showName(index)}`)
}

/** nextval() waits for it, and so does every INSERT whose default asks for a number. */
function sequence(name: Name, { naming }: Schema, script: readonly Moment[]): readonly Locked[] {
  const key = keyOf(naming, name, 'other')
  const made = script.some(({ operation }) => operation.kind === 'createSequence' && keyOf(naming, operation.name, 'other') === key)
  return made ? [] : [inWords(`the sequence ${showName(name)}`)]
}
