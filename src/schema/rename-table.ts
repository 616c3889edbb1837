import type { Name } from '../ir/names.ts'
import { unknownTable, withOwners, withoutTable, withTable } from './edit.ts'
import { viewsNaming } from './lookup.ts'
import { referrersOf } from './references.ts'
import { keyOf, type Schema, triggerKey } from './schema.ts'
import type { TriggerState, ViewState } from './table.ts'

/**
 * The schema with a table or a view under another name; foreign keys, partitions, triggers and views follow it. `to` without a schema stays
 * in the old one.
 */
export function renameTable(schema: Schema, from: Name, to: Name): Schema {
  const key = keyOf(schema.naming, from)
  const known = schema.tables.get(key)
  const view = known ? undefined : schema.views.get(key)
  const old = known ?? unknownTable(from)
  const name: Name = to.schema === undefined && from.schema !== undefined ? { ...to, schema: from.schema } : to
  const isOld = (other: Name | undefined) => other !== undefined && keyOf(schema.naming, other) === key
  let next = view ? withViewRenamed(schema, view, name) : withTable(withoutTable(schema, from), name, () => ({ ...old, name }))
  for (const table of referrersOf(schema, from)) {
    next = withTable(next, table === old ? name : table.name, (current) => ({
      ...current,
      constraints: current.constraints.map((state) => {
        const { references } = state.constraint
        if (!references || !isOld(references.table)) return state
        return { ...state, constraint: { ...state.constraint, references: { ...references, table: name } } }
      }),
    }))
  }
  if (old.partitioned) {
    for (const table of schema.tables.values()) {
      if (isOld(table.partitionOf)) next = withTable(next, table.name, (current) => ({ ...current, partitionOf: name }))
    }
  }
  let { triggers } = schema
  for (const [key, trigger] of schema.triggers) {
    const named = bodyOf(trigger, schema, isOld, name)
    const moved = isOld(trigger.table) ? { ...named, table: name } : named
    if (moved !== trigger) triggers = triggers.delete(key).set(triggerKey(schema.naming, moved), moved)
  }
  const moved = { ...next, triggers, views: viewsOf(next, from, name) }
  return triggers === next.triggers && moved.views === next.views ? next : moved
}

function withViewRenamed(schema: Schema, view: ViewState, name: Name): Schema {
  const left = { ...schema, indexOwners: withOwners(schema, view.name, view.indexes, []) }
  return {
    ...left,
    views: schema.views.delete(keyOf(schema.naming, view.name)).set(keyOf(schema.naming, name), { ...view, name }),
    indexOwners: withOwners(left, name, [], view.indexes),
  }
}

/** SQLite writes the new name into the bodies of triggers; MySQL's go on asking for the old one, and PostgreSQL's have none of their own. */
function bodyOf(trigger: TriggerState, { naming }: Schema, isOld: (name: Name) => boolean, to: Name): TriggerState {
  if (naming.defaultSchema === undefined || !trigger.uses?.some(isOld)) return trigger
  return { ...trigger, uses: trigger.uses.map((used) => (isOld(used) ? to : used)) }
}

/** Views read a table by what it is (PostgreSQL), or are written anew with its name (SQLite); MySQL's go on asking for the old one. */
function viewsOf(schema: Schema, from: Name, to: Name): Schema['views'] {
  const { naming } = schema
  let { views } = schema
  if (naming.defaultSchema === undefined) return views
  const old = keyOf(naming, from)
  for (const view of viewsNaming(schema, from)) {
    const uses = view.uses.map((name) => (keyOf(naming, name) === old ? to : name))
    views = views.set(keyOf(naming, view.name), { ...view, uses })
  }
  return views
}
