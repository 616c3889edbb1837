import type { DataType } from '../ir/column.ts'
import type { Migration } from '../ir/migration.ts'
import type { Operation } from '../ir/operation.ts'
import { tableOf } from '../ir/visit.ts'
import type { Span } from '../source/span.ts'
import { nameHere } from './catalog.ts'
import type { Plant } from './seed.ts'

/** Rows that an operation may not stand. */
export function plantsAgainst(operation: Operation): readonly Plant[] {
  const named = tableOf(operation)
  if (!named || named.dynamic) return []
  const table = nameHere(named)
  switch (operation.kind) {
    case 'setNotNull':
      return [{ kind: 'null', table, column: operation.column }]
    case 'modifyColumn':
      return operation.to.nullable
        ? [extreme(table, operation.column, operation.to.type)]
        : [{ kind: 'null', table, column: operation.column }, extreme(table, operation.column, operation.to.type)]
    case 'alterColumnType':
      return [extreme(table, operation.column, operation.type)]
    case 'createIndex': {
      const columns = operation.keys.flatMap(({ column }) => column ?? [])
      return operation.unique && columns.length === operation.keys.length ? [{ kind: 'duplicate', table, columns }] : []
    }
    case 'addConstraint': {
      const { kind, columns, references, expression } = operation.constraint
      if (kind === 'unique' || kind === 'primaryKey') return columns.length > 0 ? [{ kind: 'duplicate', table, columns }] : []
      if (kind === 'foreignKey' && references) return [{ kind: 'orphan', table, columns, target: nameHere(references.table) }]
      if (kind === 'check' && expression) return [{ kind: 'violation', table, check: expression.sql }]
      return []
    }
    default:
      return []
  }
}

/** Rows that the operations of a statement may not stand; `statement` is its place in the user's file. */
export function plantsAgainstStatement(migration: Migration, statement: Span): readonly Plant[] {
  return migration.up.statements
    .filter(({ span }) => span.file === statement.file && span.start === statement.start)
    .flatMap(({ operations }) => operations.flatMap(plantsAgainst))
}

function extreme(table: string, column: string, type: DataType | undefined): Plant {
  if (type === undefined) return { kind: 'extreme', table, column }
  return { kind: 'extreme', table, column, into: /char|text|clob|string/i.test(type.name) ? 'text' : 'other' }
}
