import type { DialectName, Name } from '../ir/names.ts'
import { showName } from '../ir/names.ts'
import type { Operation, OperationOf } from '../ir/operation.ts'
import { findIndex, ownerOf } from '../schema/apply-index.ts'
import { triggersNaming } from '../schema/lookup.ts'
import { referrersOf } from '../schema/references.ts'
import { findTable, keyOf, type Schema } from '../schema/schema.ts'
import type { ConstraintState, IndexState, Table } from '../schema/table.ts'
import { type Dependant, type DependedOn, dependantsOf } from './dependants.ts'
import { keptBy } from './kept-tables.ts'
import type { Moment } from './site.ts'

/** Why the engine refuses a statement: `keeper` still needs `object`. */
export interface Refusal {
  readonly object: string
  readonly keeper: string
}

/**
 * What the engine surely refuses to drop, retype or rename where it stands, because the history shows something that needs it; undefined
 * where nothing is known, or not for certain. `around` are the moments of its script. Measured on PostgreSQL 15 (2BP01, 0A000), MariaDB
 * 10.11 (1553, 1054) and SQLite 3.54.
 */
export function refusalOf(moment: Moment, around: readonly Moment[], dialect: DialectName): Refusal | undefined {
  const { operation, before, statement } = moment
  if (operation.context?.guards?.length || operation.context?.branches?.length || operation.context?.block === 'catch') return undefined
  if (!before.complete || ('cascade' in operation && operation.cascade)) return undefined
  const isDropped = (name: string) => statement.operations.some((other) => other !== operation && nameDropped(other) === name)
  switch (dialect) {
    case 'postgres':
      return inPostgres(operation, before, isDropped) ?? ofKeeper(moment, around, dialect)
    case 'sqlite':
      // What a builder calls dropping a column makes the table anew.
      return statement.sql === undefined ? undefined : inSqlite(operation, before, around)
    default: {
      // The whole script is looked at only for what would be refused: a script of rows is long.
      const found = inMysql(moment) ?? ofKeeper(moment, around, dialect)
      return found && !around.some(isCheckSwitch) ? found : undefined
    }
  }
}

function isCheckSwitch({ operation }: Moment): boolean {
  return operation.kind === 'setVariable' && operation.name.endsWith('foreign_key_checks')
}

function ofKeeper(moment: Moment, around: readonly Moment[], dialect: DialectName): Refusal | undefined {
  if (moment.operation.kind !== 'dropTable') return undefined
  const keeper = keptBy(moment, around, dialect)
  return keeper && { object: showName(moment.operation.table), keeper: `a foreign key of ${showName(keeper)}` }
}

function nameDropped(operation: Operation): string | undefined {
  if (operation.kind === 'dropView' || operation.kind === 'dropTable')
    return showName(operation.kind === 'dropView' ? operation.name : operation.table)
  if (operation.kind === 'dropConstraint') return operation.name
  return operation.kind === 'dropColumn' ? operation.column : undefined
}

// PostgreSQL

function inPostgres(operation: Operation, schema: Schema, isDropped: (name: string) => boolean): Refusal | undefined {
  const first = (object: string, what: DependedOn, kinds: readonly Dependant['kind'][]) => {
    const found = dependantsOf(what, schema).find(
      ({ kind, name, table, certain }) =>
        certain && kinds.includes(kind) && !isDropped(name) && !(kind === 'foreignKey' && isOf(what, table)),
    )
    return found && { object, keeper: shown(found) }
  }
  // The foreign key of a column itself goes with it.
  const isOf = (what: DependedOn, table: Name | undefined) =>
    'table' in what && table !== undefined && keyOf(schema.naming, what.table) === keyOf(schema.naming, table)
  switch (operation.kind) {
    case 'dropTable':
      return findTable(schema, operation.table) && first(showName(operation.table), { table: operation.table }, ['view'])
    case 'dropView':
      return first(showName(operation.name), { table: operation.name }, ['view'])
    case 'dropColumn': {
      const { table, column } = operation
      const object = `${showName(table)}.${column}`
      return first(object, { table, column }, ['generated', 'foreignKey', 'view']) ?? byTrigger(table, column, schema)
    }
    case 'alterColumnType': {
      const { table, column } = operation
      return first(`${showName(table)}.${column}`, { table, column }, ['generated', 'view']) ?? byTrigger(table, column, schema)
    }
    case 'dropType':
      return first(showName(operation.name), { type: operation.name }, ['column'])
    case 'dropSequence':
      return first(showName(operation.name), { sequence: operation.name }, ['default'])
    case 'dropFunction': {
      // A name that several functions share does not say which of them is called.
      const state = schema.functions.get(keyOf(schema.naming, operation.name, 'other'))
      if (state?.overloads.length !== 1) return undefined
      const object = `${showName(operation.name)}()`
      return byFunctionTrigger(operation.name, schema, object) ?? first(object, { function: operation.name }, usersOfFunctions)
    }
    case 'dropConstraint':
      return byReference(operation, schema, isDropped)
    default:
      return undefined
  }
}

const usersOfFunctions = ['generated', 'default', 'index', 'constraint'] as const

function shown({ kind, name, table }: Dependant): string {
  const words = {
    column: 'the column',
    generated: 'the generated column',
    default: 'the default of',
    index: 'the index',
    constraint: 'the constraint',
    foreignKey: 'the foreign key',
    view: 'the view',
  }[kind]
  if (table === undefined) return `${words} ${name}`
  return kind === 'column' || kind === 'generated' || kind === 'default'
    ? `${words} ${showName(table)}.${name}`
    : `${words} ${name} of ${showName(table)}`
}

/** A trigger whose OF list or WHEN names the column. */
function byTrigger(table: Name, column: string, schema: Schema): Refusal | undefined {
  const { naming } = schema
  const [own, wanted] = [keyOf(naming, table), naming.fold(column, 'column')]
  for (const trigger of triggersNaming(schema, table)) {
    if (keyOf(naming, trigger.table) !== own || !trigger.columns?.some((name) => naming.fold(name, 'column') === wanted)) continue
    return { object: `${showName(table)}.${column}`, keeper: `the trigger ${trigger.name}` }
  }
  return undefined
}

function byFunctionTrigger(name: Name, { naming, triggers }: Schema, object: string): Refusal | undefined {
  const wanted = keyOf(naming, name, 'other')
  for (const trigger of triggers.values())
    if (trigger.function && keyOf(naming, trigger.function, 'other') === wanted)
      return { object, keeper: `the trigger ${trigger.name} of ${showName(trigger.table)}` }
  return undefined
}

/** A foreign key that stands on the index of the constraint, where no other index could serve it. */
function byReference(operation: OperationOf<'dropConstraint'>, schema: Schema, isDropped: (name: string) => boolean): Refusal | undefined {
  const table = findTable(schema, operation.table)
  const state = table?.constraints.find(({ constraint }) => constraint.name === operation.name)
  if (!table?.complete || !state || (state.constraint.kind !== 'primaryKey' && state.constraint.kind !== 'unique')) return undefined
  const { kind, columns, name } = state.constraint
  if (table.indexes.some((index) => index.constraint !== name && index.unique && leads(index, columns, schema))) return undefined
  const keeper = keysTo(table.name, schema).find(
    ({ constraint }) =>
      !isDropped(constraint.name ?? '') &&
      (constraint.references!.columns.length === 0 ? kind === 'primaryKey' : areSame(constraint.references!.columns, columns, schema)),
  )
  return keeper && { object: `the constraint ${name}`, keeper: `the foreign key ${keeper.constraint.name} of ${showName(keeper.table)}` }
}

function keysTo(target: Name, schema: Schema): readonly (ConstraintState & { readonly table: Name })[] {
  const own = keyOf(schema.naming, target)
  return referrersOf(schema, target).flatMap(({ name, constraints }) =>
    constraints.flatMap((state) => {
      const { references } = state.constraint
      return references && keyOf(schema.naming, references.table) === own ? [{ ...state, table: name }] : []
    }),
  )
}

function areSame(a: readonly string[], b: readonly string[], { naming }: Schema): boolean {
  const has = (names: readonly string[], one: string) => names.some((other) => naming.fold(other, 'column') === naming.fold(one, 'column'))
  return a.length === b.length && a.every((one) => has(b, one))
}

/** Are these columns the first keys of the index, in any order? */
function leads({ keys }: IndexState, columns: readonly string[], schema: Schema): boolean {
  const first = keys.slice(0, columns.length).map(({ column }) => column ?? '')
  return areSame(first, columns, schema)
}

// MySQL and MariaDB

function inMysql({ operation, before, statement }: Moment): Refusal | undefined {
  if (operation.kind !== 'dropIndex' && operation.kind !== 'dropConstraint') return undefined
  const table = operation.kind === 'dropIndex' ? ownerOf(before, operation.name, operation.table) : findTable(before, operation.table)
  if (!table?.complete) return undefined
  const index =
    operation.kind === 'dropIndex'
      ? findIndex(before, table, operation.name, operation.columns)
      : table.indexes.find((one) => one.constraint !== undefined && one.constraint === constraintOf(operation, table))
  if (!index) return undefined
  // What the same ALTER TABLE takes away or puts in its place is seen to before anything is refused.
  const isAdded = statement.operations.some(({ kind }) => kind === 'createIndex' || kind === 'addConstraint')
  const gone = statement.operations.flatMap((other) => (other.kind === 'dropConstraint' && other.name !== undefined ? [other.name] : []))
  if (isAdded) return undefined
  const others = table.indexes.filter((one) => one !== index)
  const needs = (columns: readonly string[]) =>
    columns.length > 0 && leads(index, columns, before) && !others.some((one) => leads(one, columns, before))
  const own = table.constraints.find(
    ({ constraint }) => constraint.kind === 'foreignKey' && !gone.includes(constraint.name ?? '') && needs(constraint.columns),
  )
  const keeper = own
    ? { ...own, table: table.name }
    : keysTo(table.name, before).find(({ constraint }) => !gone.includes(constraint.name ?? '') && needs(constraint.references!.columns))
  return (
    keeper && {
      object: `the index ${index.name ?? ''}`.trim(),
      keeper: `the foreign key ${keeper.constraint.name} of ${showName(keeper.table)}`,
    }
  )
}

function constraintOf({ name }: OperationOf<'dropConstraint'>, table: Table): string | undefined {
  return name ?? table.constraints.find(({ constraint }) => constraint.kind === 'primaryKey')?.constraint.name
}

// SQLite

function inSqlite(operation: Operation, schema: Schema, around: readonly Moment[]): Refusal | undefined {
  if (operation.kind === 'dropColumn') return columnInSqlite(operation, schema)
  if (operation.kind !== 'renameTable') return undefined
  // SQLite reads every view and trigger again when a table is renamed: one that names a dropped table stops it.
  if (around.some(({ operation: one }) => one.kind === 'setVariable' && one.name === 'pragma legacy_alter_table')) return undefined
  const { naming } = schema
  const dropped = new Set(around.flatMap(({ operation: one }) => (one.kind === 'dropTable' ? [keyOf(naming, one.table)] : [])))
  const isGone = (name: Name) => dropped.has(keyOf(naming, name)) && !schema.tables.has(keyOf(naming, name))
  const broken = (what: string, uses: readonly Name[]) => {
    const missing = uses.find(isGone)
    return missing && { object: `${showName(missing)}, which is not there while the table is renamed`, keeper: what }
  }
  for (const view of schema.views.values()) {
    const found = broken(`the view ${showName(view.name)}`, view.uses)
    if (found) return found
  }
  for (const { name, uses } of schema.triggers.values()) {
    const found = broken(`the trigger ${name}`, uses ?? [])
    if (found) return found
  }
  return undefined
}

/** What keeps a column beside a key of the table or of an index, which another reader of the same statement knows: dialect-mismatch. */
function columnInSqlite({ table: name, column }: OperationOf<'dropColumn'>, schema: Schema): Refusal | undefined {
  const table = findTable(schema, name)
  const wanted = schema.naming.fold(column, 'column')
  const state = table?.columns.get(wanted)
  if (!table?.complete || !state) return undefined
  const object = `${showName(name)}.${column}`
  const has = (columns: readonly string[] | undefined) => columns?.some((one) => schema.naming.fold(one, 'column') === wanted) === true
  const isKey = table.indexes.some(({ keys }) => keys.some((key) => key.column !== undefined && has([key.column])))
  if (isKey) return undefined
  for (const { constraint } of table.constraints) {
    const { kind, columns, expression, name: called } = constraint
    if ((kind !== 'check' && kind !== 'foreignKey') || !(has(columns) || has(expression?.columns))) continue
    // Its own CHECK and REFERENCES go with a column.
    if (state.column.constraints.some((own) => own.kind === kind && (own.name ?? called) === called)) continue
    return { object, keeper: kind === 'check' ? 'a CHECK' : 'a FOREIGN KEY clause' }
  }
  const found = dependantsOf({ table: name, column }, schema).find(
    ({ kind, certain }) => certain && (kind === 'index' || kind === 'generated' || kind === 'view'),
  )
  return found && { object, keeper: shown(found) }
}
