import type { Column } from '../ir/column.ts'
import type { Name } from '../ir/names.ts'
import type { Operation, OperationOf } from '../ir/operation.ts'
import { createFunction, dropFunction } from './apply-function.ts'
import { type When, withTable } from './edit.ts'
import { dropNamespace, renameNamespace } from './namespace.ts'
import { keyOf, type Schema, triggerKey } from './schema.ts'
import type { Step } from './step.ts'
import type { TriggerState, TypeState, ViewState } from './table.ts'

/** The schema after an operation on something that is not a table: types, views, functions, sequences, triggers, schemas. */
export function applyToObject(schema: Schema, operation: Operation, when: When): Step {
  const { naming } = schema
  switch (operation.kind) {
    case 'createType': {
      const key = keyOf(naming, operation.name, 'other')
      if (schema.types.has(key)) return { schema }
      const labels = operation.labels.map((value) => ({ value, born: when.born, transaction: when.transaction }))
      const type: TypeState = { name: operation.name, form: operation.form, labels, born: when.born, transaction: when.transaction }
      return { schema: { ...schema, types: schema.types.set(key, type) } }
    }
    case 'createDomain': {
      const domain = {
        base: operation.base,
        notNull: operation.notNull,
        constrained: operation.notNull || operation.checks.length > 0,
        default: operation.default,
      }
      const type: TypeState = { name: operation.name, form: 'domain', labels: [], domain, born: when.born, transaction: when.transaction }
      return { schema: { ...schema, types: schema.types.set(keyOf(naming, operation.name, 'other'), type) } }
    }
    case 'alterDomain':
      return { schema: alterDomain(schema, operation) }
    case 'dropType':
      return { schema: { ...schema, types: schema.types.delete(keyOf(naming, operation.name, 'other')) } }
    case 'renameType': {
      const key = keyOf(naming, operation.name, 'other')
      const old = schema.types.get(key)
      if (!old) return { schema: ofType(schema, operation.name, retyped(operation.to)) }
      const name =
        operation.to.schema === undefined && old.name.schema !== undefined ? { ...operation.to, schema: old.name.schema } : operation.to
      const types = schema.types.delete(key).set(keyOf(naming, name, 'other'), { ...old, name })
      return { schema: ofType({ ...schema, types }, operation.name, retyped(operation.to)) }
    }
    case 'addEnumValue':
      return {
        schema: withLabels(schema, operation.type, (type) =>
          type.labels.some((label) => label.value === operation.value)
            ? type.labels
            : placed(type.labels, { value: operation.value, born: when.born, transaction: when.transaction }, operation.position),
        ),
      }
    case 'renameEnumValue': {
      const { value, to } = operation
      const next = withLabels(schema, operation.type, (type) =>
        type.labels.map((label) => (label.value === value ? { ...label, value: to } : label)),
      )
      return { schema: ofType(next, operation.type, (column) => relabelled(column, value, to)) }
    }
    case 'createView': {
      const key = keyOf(naming, operation.name)
      if (schema.views.has(key) && operation.ifNotExists) return { schema }
      // A view that is replaced keeps who may read it.
      const grants = operation.orReplace ? schema.views.get(key)?.grants : undefined
      const view: ViewState = {
        name: operation.name,
        materialized: operation.materialized,
        uses: operation.query.tables,
        columns: operation.query.columns,
        star: operation.query.star === true,
        outputs: operation.outputs,
        ...(operation.refusesWrites === undefined ? {} : { refusesWrites: operation.refusesWrites }),
        ...(operation.computes ? { computes: true as const } : {}),
        populated: operation.withData !== false,
        ...(grants && grants.length > 0 ? { grants } : {}),
        indexes: [],
        born: when.born,
      }
      return { schema: { ...schema, views: schema.views.set(key, view) } }
    }
    case 'dropView':
      return {
        schema: operation.cascade
          ? withoutViewsOf(withoutView(schema, operation.name), operation.name)
          : withoutView(schema, operation.name),
      }
    case 'refreshMaterializedView': {
      const key = keyOf(naming, operation.name)
      const view = schema.views.get(key)
      const populated = operation.withData !== false
      if (!view || view.populated === populated) return { schema }
      return { schema: { ...schema, views: schema.views.set(key, { ...view, populated }) } }
    }
    case 'createFunction':
      return { schema: createFunction(schema, operation, when) }
    case 'dropFunction':
      return { schema: dropFunction(schema, operation) }
    case 'createTrigger':
      return { schema: { ...schema, triggers: schema.triggers.set(triggerKey(naming, operation), triggerOf(operation, when)) } }
    case 'dropTrigger':
      return { schema: { ...schema, triggers: withoutTrigger(schema, operation.name, operation.table) } }
    case 'createSequence':
      return { schema: { ...schema, sequences: schema.sequences.set(keyOf(naming, operation.name, 'other'), operation.name) } }
    case 'dropSequence':
      return { schema: { ...schema, sequences: schema.sequences.delete(keyOf(naming, operation.name, 'other')) } }
    case 'createSchema':
      return { schema: { ...schema, schemas: schema.schemas.set(naming.fold(operation.name, 'other'), operation.name) } }
    case 'dropSchema':
      return { schema: dropNamespace(schema, operation.name) }
    case 'renameSchema':
      return { schema: renameNamespace(schema, operation.name, operation.to) }
    default:
      return { schema }
  }
}

function triggerOf(operation: OperationOf<'createTrigger'>, when: When): TriggerState {
  const { name, table, function: called, uses, columns, deferred, firesOn, updateOf } = operation
  return {
    name,
    table,
    ...(called ? { function: called } : {}),
    ...(uses ? { uses } : {}),
    ...(columns ? { columns } : {}),
    ...(deferred ? { deferred } : {}),
    ...(firesOn ? { firesOn } : {}),
    ...(updateOf ? { updateOf } : {}),
    born: when.born,
  }
}

/** The labels of an enum with one more, before or after its neighbour. */
function placed(
  labels: TypeState['labels'],
  label: TypeState['labels'][number],
  position: OperationOf<'addEnumValue'>['position'],
): TypeState['labels'] {
  const neighbour = position && ('before' in position ? position.before : position.after)
  const at = labels.findIndex(({ value }) => value === neighbour)
  if (position === undefined || at < 0) return [...labels, label]
  const place = 'before' in position ? at : at + 1
  return [...labels.slice(0, place), label, ...labels.slice(place)]
}

export function withoutView(schema: Schema, name: Name): Schema {
  return { ...schema, views: schema.views.delete(keyOf(schema.naming, name)) }
}

/** The schema without the views that read a table or view, and those that read them: what CASCADE takes along. */
export function withoutViewsOf(schema: Schema, dropped: Name): Schema {
  const gone = new Set([keyOf(schema.naming, dropped)])
  let next = schema
  for (let before = -1; before !== gone.size; ) {
    before = gone.size
    for (const [key, view] of next.views) {
      if (!view.uses.some((used) => gone.has(keyOf(schema.naming, used)))) continue
      gone.add(key)
      next = withoutView(next, view.name)
    }
  }
  return next
}

/** The schema with every column of a type changed: a type's new name, or a label's, shows wherever it is used. */
function ofType(schema: Schema, name: Name, change: (column: Column) => Column): Schema {
  const key = keyOf(schema.naming, name, 'other')
  let next = schema
  for (const table of schema.tables.values()) {
    let { columns } = table
    for (const [at, state] of table.columns) {
      const { type } = state.column
      if (!type || keyOf(schema.naming, { name: type.name, ...(type.schema ? { schema: type.schema } : {}) }, 'other') !== key) continue
      columns = columns.set(at, { ...state, column: change(state.column) })
    }
    if (columns !== table.columns) next = withTable(next, table.name, (old) => ({ ...old, columns }))
  }
  return next
}

function retyped(to: Name): (column: Column) => Column {
  return (column) => {
    const type = column.type && { ...column.type, name: to.name, text: `${to.name}${column.type.array ? '[]' : ''}` }
    return { ...column, type }
  }
}

function relabelled(column: Column, from: string, to: string): Column {
  const { default: value } = column
  if (!value?.literals.includes(from)) return column
  const quoted = (label: string) => `'${label.replaceAll("'", "''")}'`
  const literals = value.literals.map((label) => (label === from ? to : label))
  return { ...column, default: { ...value, literals, sql: value.sql.replaceAll(quoted(from), () => quoted(to)) } }
}

function withLabels(schema: Schema, name: TypeState['name'], change: (type: TypeState) => TypeState['labels']): Schema {
  const key = keyOf(schema.naming, name, 'other')
  // A type that history did not show being created exists all the same: its new labels are known, its old ones are not.
  const old = schema.types.get(key) ?? { name, form: 'enum' as const, labels: [], born: -1, transaction: '' }
  const labels = change(old)
  return labels === old.labels ? schema : { ...schema, types: schema.types.set(key, { ...old, labels }) }
}

function alterDomain(schema: Schema, operation: OperationOf<'alterDomain'>): Schema {
  const key = keyOf(schema.naming, operation.name, 'other')
  const old = schema.types.get(key)
  if (!old?.domain) return schema
  const domain = { ...old.domain }
  const action = operation.action.toUpperCase()
  const next =
    action === 'SET NOT NULL'
      ? { ...domain, notNull: true, constrained: true }
      : action.startsWith('ADD')
        ? { ...domain, constrained: true }
        : domain
  return { ...schema, types: schema.types.set(key, { ...old, domain: next }) }
}

/** The schema after ALTER TRIGGER, FUNCTION or PROCEDURE … RENAME TO; triggers go on calling a function under its new name. */
export function renamedObject(schema: Schema, { command, name, to, table }: OperationOf<'otherStatement'>): Schema {
  const { naming, triggers, functions } = schema
  if (name === undefined || to === undefined) return schema
  if (command === 'ALTER TRIGGER' && table) {
    const key = triggerKey(naming, { name: name.name, table })
    const old = triggers.get(key)
    if (!old) return schema
    const moved = { ...old, name: to }
    return { ...schema, triggers: triggers.delete(key).set(triggerKey(naming, moved), moved) }
  }
  if (!/^ALTER (?:FUNCTION|PROCEDURE|ROUTINE)$/.test(command)) return schema
  const key = keyOf(naming, name, 'other')
  const old = functions.get(key)
  // Of several that share a name the statement renames one.
  if (old?.overloads.length !== 1) return schema
  const renamed = { ...old, name: { ...name, name: to } }
  let calling = triggers
  for (const [own, trigger] of triggers) {
    if (trigger.function && keyOf(naming, trigger.function, 'other') === key)
      calling = calling.set(own, { ...trigger, function: renamed.name })
  }
  return { ...schema, functions: functions.delete(key).set(keyOf(naming, renamed.name, 'other'), renamed), triggers: calling }
}

/** MySQL and SQLite, which name triggers in the schema, do not say the table. */
function withoutTrigger({ naming, triggers }: Schema, name: string, table: Name | undefined): Schema['triggers'] {
  if (table) return triggers.delete(triggerKey(naming, { name, table }))
  const own = naming.fold(name, 'other')
  for (const [key, trigger] of triggers) if (naming.fold(trigger.name, 'other') === own) return triggers.delete(key)
  return triggers
}
