import type { Context } from '../../../ir/context.ts'
import type { HandleValue, Machine, Value } from '../../../javascript/value.ts'
import { didYouMean } from '../../../source/nearest.ts'
import type { Span } from '../../../source/span.ts'
import { booleanOf, member, numberOf } from '../../values.ts'
import { type ColumnState, columnHandle, type ForeignState, foreignHandle, type Part, rawHandle, type TableState } from '../handles.ts'
import { linkOf } from '../link.ts'
import { textValue } from '../sql-value.ts'
import { columnTypes } from './types.ts'

/** What surrounds a place of the program: a mark that no script shows is recorded there. */
export function contextOf({ machine, span }: { readonly machine: Machine; readonly span: Span }): Context {
  return machine.record('mark', undefined, span).context
}

/** Methods of a table beside those that add a column, with what they are called in the list of parts. */
const calls: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['index', 'unique', 'primary', 'dropPrimary', 'dropPrimaryIfExists', 'dropUnique', 'dropUniqueIfExists', 'dropIndex'],
      ...['dropForeign', 'dropForeignIfExists', 'dropColumn', 'renameColumn', 'setNullable', 'dropNullable', 'check', 'dropChecks'],
    ].map((name) => [name, name]),
  ),
  dropColumns: 'dropColumn',
}
const singles = new Set(['comment', 'engine', 'charset', 'collate', 'inherits'])
/** Modifiers that a column keeps; `default` and `notNull` are other names of two of them. */
const modifiers = new Set([
  ...['defaultTo', 'unsigned', 'nullable', 'first', 'after', 'comment', 'collate', 'check', 'checkPositive', 'checkNegative', 'checkIn'],
  ...['checkNotIn', 'checkBetween', 'checkLength', 'checkRegex'],
])
const same: Readonly<Record<string, string>> = { default: 'defaultTo', defaultsTo: 'defaultTo' }

type PartCall = { readonly property: string; readonly args: readonly Value[]; readonly machine: Machine; readonly span: Span }

/** Methods of a table that have a form of their own below. */
const others = new Set(['foreign', 'timestamps', 'dropTimestamps', 'queryContext'])

/** A method of the table that a callback is given; undefined: there is no such method, and a blind says so. */
export function tableCall(target: HandleValue, call: PartCall): Value | undefined {
  const state = target.data as TableState
  const { property, args, machine, span } = call
  const method = Object.hasOwn(calls, property) ? calls[property] : undefined
  if (method === undefined && ![columnTypes, singles, others].some((names) => names.has(property))) {
    const near = didYouMean(property, [...columnTypes, ...Object.keys(calls), ...singles, ...others])
    machine.blind(span, 'unknown-method', `${property}() of a table is not a method that Knex documents${near}`)
    return undefined
  }
  const context = contextOf(call)
  if (columnTypes.has(property)) return addColumn(state, property, args, span, context)
  if (singles.has(property)) {
    if (args[0]) state.single.set(property, { ...args[0], span: args[0].span ?? span })
    return { kind: 'undefined' }
  }
  if (method !== undefined) {
    state.parts.push({ kind: 'call', method, args, span, context })
    return target
  }
  switch (property) {
    case 'foreign': {
      const part = foreignPart(args[0], args[1], span, context)
      state.parts.push(part)
      return foreignHandle(part)
    }
    case 'timestamps':
      timestamps(state, args, span, context)
      return { kind: 'undefined' }
    case 'dropTimestamps': {
      const names = booleanOf(args[0]) === true ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at']
      state.parts.push({ kind: 'call', method: 'dropColumn', args: names.map((name) => textValue(name, span)), span, context })
      return target
    }
    default:
      return target
  }
}

function addColumn(state: TableState, type: string, args: readonly Value[], span: Span, context: Context): HandleValue {
  const column: ColumnState = { type, args, modifiers: new Map(), alter: undefined, foreign: undefined, table: state }
  const part: Extract<Part, { kind: 'column' }> = { kind: 'column', column, span, context }
  state.parts.push(part)
  return columnHandle(part)
}

function foreignPart(
  columns: Value | undefined,
  name: Value | undefined,
  span: Span,
  context: Context,
): Extract<Part, { kind: 'foreign' }> {
  const foreign: ForeignState = {
    columns,
    name: name?.kind === 'undefined' ? undefined : name,
    references: undefined,
    table: undefined,
    onDelete: undefined,
    onUpdate: undefined,
    deferrable: undefined,
  }
  return { kind: 'foreign', foreign, span, context }
}

/** `timestamps(useTimestamps, defaultToNow, useCamelCase)` or the same as one object. */
function timestamps(state: TableState, args: readonly Value[], span: Span, context: Context): void {
  const options = args[0]?.kind === 'object' ? args[0] : undefined
  const said = (name: string, at: number) => booleanOf(options ? member(options, name) : args[at]) === true
  const type = said('useTimestamps', 0) ? 'timestamp' : 'datetime'
  for (const name of said('useCamelCase', 2) ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at']) {
    const handle = addColumn(state, type, [textValue(name, span)], span, context)
    if (!said('defaultToNow', 1)) continue
    const { column } = handle.data as Extract<Part, { kind: 'column' }>
    const now = rawHandle({ on: undefined, text: textValue('CURRENT_TIMESTAMP', span), bindings: undefined, given: undefined }, span)
    column.modifiers.set('nullable', [{ kind: 'boolean', value: false }])
    column.modifiers.set('defaultTo', [now])
  }
}

/** Methods of a column that have a form of their own below. */
const ofColumns = ['notNullable', 'notNull', 'index', 'primary', 'unique', 'references', 'alter', 'inTable', 'onDelete', 'onUpdate']

/** What is chained to a column; undefined: there is no such method, and a blind says so. */
export function columnCall(target: HandleValue, call: PartCall): Value | undefined {
  const part = target.data as Extract<Part, { kind: 'column' }>
  const { column } = part
  const { property, args, span, machine } = call
  const link = linkOf(part.span.end, span, machine)
  part.span = span
  const name = Object.hasOwn(same, property) ? same[property]! : property
  if (modifiers.has(name)) {
    column.modifiers.set(name, args)
    return target
  }
  switch (property) {
    case 'notNullable':
    case 'notNull':
      column.modifiers.set('nullable', [{ kind: 'boolean', value: false }])
      return target
    case 'index':
    case 'primary':
    case 'unique':
      if (!/increments/i.test(column.type))
        column.table.parts.push({
          kind: 'call',
          method: property,
          args: [column.args[0] ?? textValue('id', span), ...args],
          span: link,
          context: part.context,
        })
      return target
    case 'references': {
      const key = foreignPart(column.args[0], undefined, span, part.context)
      column.foreign = key.foreign
      key.foreign.references = args[0]
      column.table.parts.push(key)
      return target
    }
    case 'alter':
      column.alter = {
        nullable: booleanOf(member(args[0], 'alterNullable')) !== false,
        type: booleanOf(member(args[0], 'alterType')) !== false,
      }
      return target
    case 'queryContext':
      return target
    default: {
      if (column.foreign && foreignMember(column.foreign, property, args)) return target
      const near = didYouMean(property, [...modifiers, ...Object.keys(same), ...ofColumns])
      machine.blind(span, 'unknown-method', `${property}() of a column is not a method that Knex documents${near}`)
      return undefined
    }
  }
}

/** What is chained to `table.foreign(…)`; undefined: there is no such method. */
export function foreignCall(target: HandleValue, { property, args, span }: PartCall): Value | undefined {
  const part = target.data as Extract<Part, { kind: 'foreign' }>
  part.span = span
  if (property === 'references') {
    part.foreign.references = args[0]
    return target
  }
  return foreignMember(part.foreign, property, args) ? target : undefined
}

function foreignMember(foreign: ForeignState, property: string, args: readonly Value[]): boolean {
  switch (property) {
    case 'on':
    case 'inTable':
      foreign.table = args[0]
      return true
    case 'onDelete':
      foreign.onDelete = args[0]
      return true
    case 'onUpdate':
      foreign.onUpdate = args[0]
      return true
    case 'withKeyName':
      foreign.name = args[0]
      return true
    case 'deferrable':
      foreign.deferrable = args[0]
      return true
    default:
      return false
  }
}

/** `knex.fn.now(precision)`, `knex.fn.uuid()` as SQL; undefined: there is no such function. */
export function functionText(
  name: string,
  args: readonly Value[],
  engine: 'postgres' | 'mysql' | 'mariadb' | 'sqlite',
): string | undefined {
  if (name === 'now') {
    const precision = numberOf(args[0])
    return precision === undefined ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${precision})`
  }
  if (name !== 'uuid') return undefined
  if (engine === 'postgres') return 'gen_random_uuid()'
  return engine === 'sqlite' ? 'lower(hex(randomblob(16)))' : '(UUID())'
}
