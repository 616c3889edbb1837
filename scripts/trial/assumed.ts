import type { DataType } from '../../src/ir/column.ts'
import type { Migration } from '../../src/ir/migration.ts'
import type { DialectName, Name } from '../../src/ir/names.ts'
import type { Operation } from '../../src/ir/operation.ts'
import { operationsOf, tableOf } from '../../src/ir/visit.ts'

interface Assumed {
  readonly columns: Map<string, string>
  readonly extras: string[]
}

/**
 * The tables that an example takes for granted: what its statements name and nothing before them creates, as CREATE statements. Column types are guessed
 * from what is done with them; a column named like a key is a number.
 */
export function assumedSchema(migrations: readonly Migration[], dialect: DialectName): string {
  const tables = new Map<string, Assumed>()
  const made = new Set<string>()
  const after: string[] = []
  const table = (name: Name): Assumed => {
    const there = tables.get(name.name) ?? { columns: new Map(), extras: [] }
    tables.set(name.name, there)
    return there
  }
  const column = (of: Name, name: string, type?: string) => {
    if (made.has(of.name)) return
    const { columns } = table(of)
    if (!columns.has(name)) columns.set(name, type ?? guessed(name))
  }
  const quote = dialect === 'mysql' || dialect === 'mariadb' ? '`' : '"'
  const q = (name: string) => `${quote}${name}${quote}`
  for (const migration of migrations) {
    for (const { operation } of operationsOf(migration.up)) note(operation)
  }
  const creates = [...tables].map(([name, { columns, extras }]) => {
    const others = [...columns].filter(([own]) => own !== 'id').map(([own, type]) => `${q(own)} ${type}`)
    return `CREATE TABLE ${q(name)} (${[`${q('id')} bigint PRIMARY KEY`, ...others, ...extras].join(', ')});`
  })
  return [...creates, ...after].join('\n')

  function note(operation: Operation): void {
    const named = tableOf(operation)
    if (operation.kind === 'createTable') {
      for (const { kind, references } of [...operation.constraints, ...operation.columns.flatMap(({ constraints }) => constraints)])
        if (kind === 'foreignKey' && references && !made.has(references.table.name)) table(references.table)
      made.add(operation.table.name)
      return
    }
    if (operation.kind === 'createIndex' && operation.name !== undefined) made.add(operation.name)
    if (operation.kind === 'dropIndex' && operation.ifExists) return
    if (operation.kind === 'dropIndex' && !made.has(operation.name.name)) {
      const of = operation.table ?? { name: 'orders' }
      if (!made.has(of.name)) column(of, 'indexed', 'integer')
      after.push(`CREATE INDEX ${q(operation.name.name)} ON ${q(of.name)} (${q(made.has(of.name) ? 'id' : 'indexed')});`)
      return
    }
    if (named && !named.dynamic && !made.has(named.name)) table(named)
    if (!named || named.dynamic || made.has(named.name)) return
    switch (operation.kind) {
      case 'createIndex':
        for (const key of operation.keys) if (key.column !== undefined) column(named, key.column)
        return
      case 'dropColumn':
      case 'dropNotNull':
      case 'setNotNull':
      case 'dropDefault':
      case 'setDefault':
      case 'renameColumn':
        column(named, operation.column)
        return
      case 'alterColumnType':
        column(named, operation.column, before(operation.type, dialect))
        return
      case 'modifyColumn':
        column(named, operation.column, operation.to.type && before(operation.to.type, dialect))
        return
      case 'addConstraint': {
        const { columns, references, expression } = operation.constraint
        for (const name of columns) column(named, name)
        for (const name of expression?.columns ?? []) column(named, name)
        if (references && !made.has(references.table.name)) table(references.table)
        return
      }
      case 'update':
        for (const { column: name, columns } of operation.set) for (const each of [name, ...columns]) column(named, each)
        for (const name of operation.where?.columns ?? []) column(named, name)
        return
      case 'delete':
        for (const name of operation.where?.columns ?? []) column(named, name)
        return
      default:
    }
  }
}

function guessed(name: string): string {
  if (/(^|_)(id|count|total|amount|number|position|quantity)$|Id$/.test(name)) return 'integer'
  if (/_at$|At$|date$/i.test(name)) return 'timestamp'
  return 'varchar(100)'
}

/** A type that can become the one that the example changes to, and does so at its usual cost. */
function before(to: DataType, dialect: DialectName): string {
  const own = to.name.toLowerCase()
  if (/^(bigint|int8)$/.test(own)) return 'integer'
  if (/^(integer|int|int4)$/.test(own)) return dialect === 'postgres' ? 'bigint' : 'smallint'
  if (/^(timestamptz|timestamp)/.test(own)) return 'timestamp'
  if (/^(text|varchar|character varying)/.test(own)) return 'varchar(50)'
  if (/^(numeric|decimal)/.test(own)) return 'numeric(10,2)'
  return dialect === 'postgres' ? 'text' : 'varchar(50)'
}
