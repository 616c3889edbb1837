import type { Predicate } from '../../../ir/data.ts'
import type { Name } from '../../../ir/names.ts'
import type { CreateIndex } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import type { Span } from '../../../source/span.ts'
import { generatedName } from '../naming.ts'
import { flag, isKnownText, listOf, member, optionsOf, spanOf, textMember, textOf, textsOf } from '../read-options.ts'
import { predicateOf } from '../sql-text.ts'
import { type Call, isMysql, type Method, type Statements, unread, unresolved, withTable } from './call.ts'
import { droppedItems, partOf, partsOf } from './table-parts.ts'

/** Reads `new TableIndex({…})`; undefined when its columns are not known. */
export function indexOf(value: Value, table: Name, call: Pick<Call, 'dialect'>, span: Span): CreateIndex | undefined {
  const options = optionsOf(value)
  const columns = textsOf(options?.members.get('columnNames'))
  if (options === undefined || columns === undefined) return undefined
  const where = textMember(options, 'where')
  const name = member(options, 'name')
  const mysql = call.dialect.name === 'mysql' || call.dialect.name === 'mariadb'
  const postgres = call.dialect.name === 'postgres'
  const spatial = flag(member(options, 'isSpatial'), false)
  const type = textMember(options, 'type')
  const method = postgres
    ? spatial
      ? 'gist'
      : type
    : mysql
      ? spatial
        ? 'spatial'
        : flag(member(options, 'isFulltext'), false)
          ? 'fulltext'
          : undefined
      : undefined
  const predicate: Predicate | undefined = where === undefined || mysql ? undefined : predicateOf(member(options, 'where'), call.dialect)
  return {
    kind: 'createIndex',
    span,
    table,
    name: name === undefined ? generatedName('IDX', table, columns, where) : isKnownText(name) ? textOf(name) : undefined,
    keys: columns.map((column) => ({ column })),
    unique: flag(member(options, 'isUnique'), false),
    concurrently: postgres && flag(member(options, 'isConcurrent'), false),
    ifNotExists: false,
    only: false,
    ...(predicate ? { where: predicate } : {}),
    ...(method === undefined ? {} : { method }),
  }
}

const createIndex: Method = (call) =>
  withTable(call, (table) => {
    const items = listOf(call.args[1])
    if (items === undefined || items.length === 0) return unread(call, 'The index', [table])
    return items.flatMap((item): Statements => {
      const index = indexOf(item, table, call, items.length === 1 ? call.span : spanOf(item, call.span))
      return index ? [[index]] : unread(call, 'The index', [table])
    })
  })

const dropIndex: Method = (call) =>
  withTable(call, (table) => {
    const items = droppedItems(call.args[1])
    if (items === undefined || items.length === 0) return unread(call, 'The index', [table])
    const ifExists = flag(call.args[2], false)
    return items.flatMap((item): Statements => {
      const base = { kind: 'dropIndex', span: call.span, table, concurrently: false, ifExists, cascade: false } as const
      const qualify = (name: string): Name => (table.schema === undefined || isMysql(call) ? { name } : { schema: table.schema, name })
      const text = textOf(item)
      if (text !== undefined) return [[{ ...base, name: isKnownText(item) ? qualify(text) : { name: text, dynamic: true } }]]
      const part = partOf(item)
      if (part) {
        if (part.name !== undefined) return [[{ ...base, name: qualify(part.name) }]]
        return [[unresolved(call, 'dropIndexOf', table, { column: part.column, ifExists })]]
      }
      const parts = partsOf(item)
      if (parts) return [[unresolved(call, 'dropIndexOf', table, { column: parts.column, ifExists, all: true })]]
      const index = indexOf(item, table, call, call.span)
      if (index?.name === undefined) return unread(call, 'The index', [table])
      return [[{ ...base, name: qualify(index.name), columns: index.keys.flatMap((key) => key.column ?? []) }]]
    })
  })

/** createIndex and dropIndex are never CONCURRENTLY but for `isConcurrent` on PostgreSQL; TypeORM never says IF [NOT] EXISTS in the SQL. */
export const indexMethods: Readonly<Record<string, Method>> = {
  createIndex,
  createIndices: createIndex,
  dropIndex,
  dropIndices: dropIndex,
}
