import type { Column, Constraint } from '../../../ir/column.ts'
import type { Name } from '../../../ir/names.ts'
import type { CreateTable, InlineIndex, Operation } from '../../../ir/operation.ts'
import type { ObjectValue, Value } from '../../../javascript/value.ts'
import { type ColumnSpec, columnOf, columnSpecOf } from '../column-spec.ts'
import { generatedName, nameOfPath, tableNameOf } from '../naming.ts'
import { flag, isKnownText, listOf, member, optionsOf, spanOf, textMember, textOf } from '../read-options.ts'
import { type Call, isMysql, type Method, notThere, type Statements, unread, unresolved, withTable } from './call.ts'
import { enumTypesOf } from './columns.ts'
import { checkOf, exclusionOf, foreignKeyOf, primaryKeyOf, uniqueOf } from './constraints.ts'
import { indexOf } from './indexes.ts'

interface Parts {
  readonly specs: readonly ColumnSpec[]
  readonly constraints: readonly Constraint[]
  readonly indexes: readonly Value[]
  /** What could not be read of the table. */
  readonly unread: readonly string[]
}

function partsOf(options: ObjectValue, table: Name, call: Call, withForeignKeys: boolean): Parts {
  const unreadParts: string[] = []
  const specs: ColumnSpec[] = []
  const columns = listOf(member(options, 'columns'))
  if (columns === undefined || !options.complete) unreadParts.push('A part of the table')
  for (const item of columns ?? []) {
    const spec = columnSpecOf(item, spanOf(item, call.span))
    if (spec) specs.push(spec)
    else unreadParts.push('A column')
  }
  const constraints: Constraint[] = []
  const readers = { uniques: uniqueOf, checks: checkOf, exclusions: exclusionOf, foreignKeys: foreignKeyOf } as const
  for (const key of ['uniques', 'checks', 'exclusions', 'foreignKeys'] as const) {
    if (key === 'foreignKeys' && !withForeignKeys) continue
    const items = listOf(member(options, key))
    if (items === undefined) unreadParts.push('A constraint')
    for (const item of items ?? []) {
      const constraint = readers[key](item, table, call)
      if (constraint) constraints.push(constraint)
      else unreadParts.push('A constraint')
    }
  }
  const indexes = listOf(member(options, 'indices'))
  if (indexes === undefined) unreadParts.push('An index')
  return { specs, constraints, indexes: indexes ?? [], unread: unreadParts }
}

const createTable: Method = (call) => {
  const options = optionsOf(call.args[0])
  const table = tableNameOf(call.args[0])
  if (options === undefined || table === undefined) return unread(call, 'The table', table ? [table] : undefined)
  const ifNotExists = flag(call.args[1], false)
  const parts = partsOf(options, table, call, flag(call.args[2], true))
  const mysql = isMysql(call)
  const indexes = flag(call.args[3], true) || mysql ? parts.indexes : []
  const primary = parts.specs.filter((spec) => spec.primary)
  const columns: Column[] = parts.specs.map((spec) => columnOf(spec, table, call.dialect))
  const constraints = [...parts.constraints]
  if (primary.length > 0)
    constraints.push(
      primaryKeyOf(
        primary.map((spec) => spec.name),
        table,
        primary[0]?.primaryKeyName,
        mysql || call.dialect.name === 'sqlite',
        primary[0]?.span ?? call.span,
      ),
    )
  for (const spec of parts.specs)
    if (
      spec.unique &&
      !constraints.some((known) => known.kind === 'unique' && known.columns.length === 1 && known.columns[0] === spec.name)
    )
      constraints.push({
        kind: 'unique',
        name: generatedName('UQ', table, [spec.name]),
        columns: [spec.name],
        notValid: false,
        span: spec.span,
      })
  const guard = ifNotExists ? { context: { guards: [{ by: 'describe', requires: 'absent', table } as const] } } : {}
  const read = indexes.map((item) => indexOf(item, table, call, spanOf(item, call.span)))
  const inline: InlineIndex[] = []
  if (mysql)
    for (const index of read)
      if (index)
        inline.push({ name: index.name, keys: index.keys, unique: index.unique, ...(index.method ? { method: index.method } : {}) })
  const engine = textMember(options, 'engine')
  const create: CreateTable = {
    kind: 'createTable',
    span: call.span,
    table,
    columns,
    constraints,
    indexes: inline,
    // A question asked in JavaScript before a plain CREATE TABLE; the effect is that of IF NOT EXISTS.
    ifNotExists,
    temporary: false,
    partitioned: false,
    options: {
      ...(mysql ? { ENGINE: engine ?? 'InnoDB' } : {}),
      ...(call.dialect.name === 'sqlite' && flag(member(options, 'withoutRowid'), false) ? { 'WITHOUT ROWID': '' } : {}),
    },
    ...guard,
  }
  const rest: Operation[][] = []
  for (const [at, index] of read.entries()) {
    if (index === undefined) rest.push(...unread(call, 'An index', [table]).map((operations) => [...operations]))
    else if (!mysql) rest.push([{ ...index, ...guard, span: spanOf(indexes[at], call.span) }])
  }
  if (textMember(options, 'comment') !== undefined && call.dialect.name === 'postgres')
    rest.push([{ kind: 'comment', span: call.span, on: 'TABLE', name: table, ...guard }])
  const missing = parts.unread[0]
  return [...enumTypesOf(parts.specs, table, call), [create], ...rest, ...(missing === undefined ? [] : unread(call, missing, [table]))]
}

export const tableMethods: Readonly<Record<string, Method>> = {
  createTable,
  // The foreign keys and indexes that TypeORM drops first fall with the table.
  dropTable: (call) =>
    withTable(call, (table) => [[{ kind: 'dropTable', span: call.span, table, ifExists: flag(call.args[1], false), cascade: false }]]),
  renameTable: (call) =>
    withTable(call, (table) => {
      const name = textOf(call.args[1])
      if (name === undefined) return unread(call, 'The new name', [table])
      const to: Name = isKnownText(call.args[1]) ? { name: nameOfPath(name).name } : { name, dynamic: true }
      return [[{ kind: 'renameTable', span: call.span, table, to: table.schema === undefined ? to : { ...to, schema: table.schema } }]]
    }),
  clearTable: (call) =>
    withTable(call, (table) => {
      if (call.dialect.name === 'sqlite') return [[{ kind: 'delete', span: call.span, table, where: undefined, using: [], limited: false }]]
      const cascade = flag(member(optionsOf(call.args[1]), 'cascade'), false)
      if (cascade && call.dialect.name !== 'postgres') return notThere({ ...call, method: 'clearTable with cascade' }, 'PostgreSQL')
      return [[{ kind: 'truncate', span: call.span, tables: [table], cascade }]]
    }),
  clearDatabase: (call) => [[unresolved(call, 'clearDatabase', undefined, {})]],
  changeTableComment: (call) =>
    withTable(call, (table): Statements => {
      if (call.dialect.name === 'sqlite') return notThere(call, 'PostgreSQL and MySQL')
      if (call.dialect.name === 'postgres') return [[{ kind: 'comment', span: call.span, on: 'TABLE', name: table }]]
      const comment = textOf(call.args[1])
      return [[{ kind: 'alterTable', span: call.span, table, action: 'COMMENT', ...(comment === undefined ? {} : { value: comment }) }]]
    }),
}
