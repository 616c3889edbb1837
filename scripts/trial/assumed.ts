import type { Expression } from '../../src/ir/column.ts'
import type { Query } from '../../src/ir/data.ts'
import type { Migration } from '../../src/ir/migration.ts'
import type { DialectName, Name } from '../../src/ir/names.ts'
import type { Operation, OperationOf } from '../../src/ir/operation.ts'
import { operationsOf, tableOf } from '../../src/ir/visit.ts'
import { AssumedTables, before } from './tables.ts'

/**
 * What an example takes for granted, as SQL: what its statements name and nothing before them creates. Column types are guessed from what is done with them.
 * `grounds` are statements, each with what was read of it, that are taken first where the example does not create their object itself.
 */
export function assumedSchema(
  migrations: readonly Migration[],
  grounds: readonly { readonly sql: string; readonly operations: readonly Operation[] }[],
  dialect: DialectName,
): string {
  const own = createdBy(migrations)
  const kept = grounds.filter(
    ({ operations }) =>
      !operations.some((operation) =>
        [...namesOf(operation), tableOf(operation)?.name].some((name) => name !== undefined && own.has(name)),
      ),
  )
  const tables = new AssumedTables(dialect)
  /** Tables, types, indexes, functions and columns (`orders.status`) that are there. */
  const made = new Set<string>()
  const first: string[] = []
  const last: string[] = []
  /** Tables that the example has made so far. */
  const created = new Map<string, OperationOf<'createTable'>>()
  const { q } = tables
  for (const { operations } of kept) for (const operation of operations) makes(operation)
  for (const migration of migrations) {
    for (const { operation } of operationsOf(migration.up)) {
      note(operation)
      makes(operation)
    }
  }
  return [...kept.map(({ sql }) => `${sql};`), ...first, ...tables.creates(), ...last].join('\n')

  /** From here on the example has made this itself. */
  function makes(operation: Operation): void {
    for (const name of namesOf(operation)) if (creates(operation)) made.add(name)
    if (operation.kind === 'renameTable') made.add(operation.to.name)
    if (operation.kind === 'addColumn') made.add(`${operation.table.name}.${operation.column.name}`)
    if (operation.kind === 'renameColumn') made.add(`${operation.table.name}.${operation.to}`)
    if (operation.kind === 'createTable') created.set(operation.table.name, operation)
    if (operation.kind === 'createTable') for (const { name } of operation.indexes) if (name !== undefined) made.add(name)
    if (operation.kind === 'addConstraint' && operation.constraint.name !== undefined) made.add(operation.constraint.name)
    if (operation.kind === 'createTable')
      for (const { name } of [...operation.constraints, ...operation.columns.flatMap(({ constraints }) => constraints)])
        if (name !== undefined) made.add(name)
  }

  function column(of: Name, name: string, how: { readonly type?: string | undefined; readonly more?: string } = {}): void {
    if (!of.dynamic && !made.has(of.name) && !made.has(`${of.name}.${name}`)) tables.column(of.name, name, how.type, how.more)
  }

  function table(name: Name): boolean {
    if (name.dynamic || made.has(name.name)) return false
    tables.table(name.name)
    return true
  }

  function expression(of: Name, from: Expression | undefined): void {
    for (const name of from?.columns ?? []) column(of, name)
  }

  function read({ tables: sources, columns, where }: Query): void {
    for (const source of sources) table(source)
    const [only] = sources
    if (only && sources.length === 1) for (const name of [...columns, ...(where?.columns ?? [])]) column(only, name)
  }

  /** Once, whatever names it. */
  function once(name: string, sql: string, list: string[] = last): void {
    if (made.has(name)) return
    made.add(name)
    list.push(sql)
  }

  function index(name: Name, of: Name | undefined): void {
    const on = of ?? { name: name.name.split('_')[0]! }
    if (made.has(on.name)) return
    column(on, 'indexed', { type: 'integer' })
    once(name.name, `CREATE INDEX ${q(name.name)} ON ${q(on.name)} (${q('indexed')});`)
  }

  function trigger(of: Name, name: string, calls: Name | undefined): void {
    table(of)
    const called = calls?.name ?? `${name}_fires`
    triggerFunction(called)
    once(name, `CREATE TRIGGER ${q(name)} BEFORE UPDATE ON ${q(of.name)} FOR EACH ROW EXECUTE FUNCTION ${q(called)}();`)
  }

  function triggerFunction(name: string): void {
    once(name, `CREATE FUNCTION ${q(name)}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;`, first)
  }

  function note(operation: Operation): void {
    const named = tableOf(operation)
    if (named && operation.kind !== 'createTable') table(named)
    switch (operation.kind) {
      case 'createTable':
        for (const { name, constraints } of operation.columns)
          for (const { references } of constraints)
            if (references && references.table.name !== operation.table.name) parent(references, typeOf(operation, name))
        for (const { columns, references } of operation.constraints)
          if (references && references.table.name !== operation.table.name) parent(references, typeOf(operation, columns[0]))
        if (operation.like) table(operation.like)
        if (operation.as) read(operation.as)
        if (operation.partitionOf && table(operation.partitionOf)) tables.partitioned(operation.partitionOf.name, operation.bounds)
        return
      case 'attachPartition':
        if (table(operation.partition)) tables.shapedFor(operation.partition.name, operation.bounds)
        if (table(operation.table)) tables.partitioned(operation.table.name, operation.bounds)
        return
      case 'detachPartition':
        if (!made.has(operation.table.name)) tables.partitioned(operation.table.name, undefined)
        if (!made.has(operation.partition.name)) tables.partition(operation.table.name, operation.partition.name)
        return
      case 'createIndex':
        for (const key of operation.keys) {
          if (key.column !== undefined) column(operation.table, key.column)
          expression(operation.table, key.expression)
        }
        for (const name of [...(operation.include ?? []), ...(operation.where?.columns ?? [])]) column(operation.table, name)
        if (operation.only && !made.has(operation.table.name)) tables.partitioned(operation.table.name, undefined)
        return
      case 'dropIndex':
      case 'renameIndex':
        if (!('ifExists' in operation && operation.ifExists)) index(operation.name, operation.table)
        return
      case 'reindex':
        if (operation.name && operation.target === 'index') index(operation.name, undefined)
        else if (operation.name && operation.target === 'table') table(operation.name)
        return
      case 'addColumn':
        for (const { references } of operation.column.constraints) if (references) parent(references)
        expression(operation.table, operation.column.generated?.expression)
        return
      case 'dropColumn':
        if (!operation.ifExists) column(operation.table, operation.column)
        return
      case 'setNotNull':
      case 'setDefault':
      case 'renameColumn':
        column(operation.table, operation.column)
        return
      case 'dropNotNull':
        column(operation.table, operation.column, { more: 'NOT NULL' })
        return
      case 'dropDefault':
        column(
          operation.table,
          operation.column,
          /\d|(?:id|count|total)$/i.test(operation.column) ? { more: 'DEFAULT 0' } : { more: "DEFAULT ''" },
        )
        return
      case 'alterColumnType':
        column(operation.table, operation.column, { type: before(operation.type, dialect) })
        return
      case 'modifyColumn':
        column(operation.table, operation.column, { type: operation.to.type && before(operation.to.type, dialect) })
        return
      case 'addConstraint': {
        const { kind, columns, references, expression: condition } = operation.constraint
        for (const name of columns) column(operation.table, name, kind === 'foreignKey' ? { type: 'bigint' } : {})
        expression(operation.table, condition)
        if (references) parent(references, typeOf(created.get(operation.table.name), columns[0]))
        if (kind === 'primaryKey' && !made.has(operation.table.name)) tables.withoutKey(operation.table.name)
        return
      }
      case 'validateConstraint':
        once(operation.name, `ALTER TABLE ${q(operation.table.name)} ADD CONSTRAINT ${q(operation.name)} CHECK (id > 0) NOT VALID;`)
        return
      case 'dropConstraint':
        if (!operation.ifExists && operation.name !== undefined) constraint(operation.table, operation.name, operation.constraintKind)
        return
      case 'renameConstraint':
        constraint(operation.table, operation.name, undefined)
        return
      case 'insert':
        for (const name of operation.columns) column(operation.table, name, name === 'id' ? { type: 'bigint' } : {})
        if (operation.query) read(operation.query)
        return
      case 'update':
        for (const { column: name, columns, accumulates } of operation.set) {
          column(operation.table, name, accumulates && columns.length > 0 ? { type: 'integer' } : {})
          if (operation.from.length === 0) for (const each of columns) column(operation.table, each)
        }
        for (const source of operation.from) table(source)
        for (const name of operation.where?.columns ?? []) column(operation.table, name)
        return
      case 'delete':
        for (const name of operation.where?.columns ?? []) column(operation.table, name)
        return
      case 'select':
      case 'createView':
        read(operation.query)
        return
      case 'writeRows':
        if (operation.query) read(operation.query)
        return
      case 'truncate':
      case 'lockTable':
      case 'maintain':
        for (const each of operation.tables) table(each)
        return
      case 'createTrigger':
        if (operation.function) triggerFunction(operation.function.name)
        return
      case 'dropTrigger':
        if (operation.table && !operation.ifExists && dialect === 'postgres') trigger(operation.table, operation.name, undefined)
        return
      case 'addEnumValue': {
        const beside = operation.position && ('before' in operation.position ? operation.position.before : operation.position.after)
        labels(operation.type.name, beside ?? 'first')
        return
      }
      case 'renameEnumValue':
        labels(operation.type.name, operation.value)
        return
      case 'dropType':
      case 'renameType':
        if (!('ifExists' in operation && operation.ifExists)) labels(operation.name.name, 'first')
        return
      case 'alterDomain':
        once(operation.name.name, `CREATE DOMAIN ${q(operation.name.name)} AS integer;`, first)
        return
      case 'dropView':
      case 'refreshMaterializedView': {
        if ('ifExists' in operation && operation.ifExists) return
        const materialized = operation.kind === 'refreshMaterializedView' || operation.materialized
        once(operation.name.name, `CREATE ${materialized ? 'MATERIALIZED ' : ''}VIEW ${q(operation.name.name)} AS SELECT 1 AS one;`)
        return
      }
      default:
    }
  }

  /** `type`: of the column that points there, which MySQL wants to be the same. */
  function parent({ table: name, columns }: { readonly table: Name; readonly columns: readonly string[] }, type?: string): void {
    if (!table(name)) return
    for (const each of columns)
      column(name, each, each === 'id' ? (type === undefined ? {} : { type }) : { type: type ?? 'bigint', more: 'UNIQUE' })
  }

  function typeOf(made: OperationOf<'createTable'> | undefined, name: string | undefined): string | undefined {
    if (dialect !== 'mysql' && dialect !== 'mariadb') return undefined
    return made?.columns.find((each) => each.name === name)?.type?.text
  }

  function labels(type: string, label: string): void {
    once(type, `CREATE TYPE ${q(type)} AS ENUM ('${label}', 'other');`, first)
  }

  function constraint(of: Name, name: string, kind: string | undefined): void {
    if (name === `${of.name}_pkey` || made.has(of.name)) return
    const meant = kind ?? (/_(?:fkey|fk)$|^fk_/i.test(name) ? 'foreignKey' : /_(?:key|unique|uq)$|^uq_/i.test(name) ? 'unique' : 'check')
    if (meant === 'foreignKey') {
      tables.table('parents')
      column(of, 'parent_id', { type: 'bigint' })
    }
    const clause =
      meant === 'foreignKey'
        ? `FOREIGN KEY (${q('parent_id')}) REFERENCES ${q('parents')} (id)`
        : meant === 'unique'
          ? 'UNIQUE (id)'
          : 'CHECK (id > 0)'
    once(name, `ALTER TABLE ${q(of.name)} ADD CONSTRAINT ${q(name)} ${clause};`)
  }
}

function creates({ kind }: Operation): boolean {
  return kind.startsWith('create')
}

/** What a statement creates or is about. */
function namesOf(operation: Operation): readonly string[] {
  const named = 'name' in operation ? operation.name : undefined
  const table = operation.kind === 'createIndex' ? undefined : tableOf(operation)
  return [...(named === undefined ? [] : [typeof named === 'string' ? named : named.name]), ...(table ? [table.name] : [])]
}

/** What the example makes before anything of it asks for it. */
function createdBy(migrations: readonly Migration[]): ReadonlySet<string> {
  const asked = new Set<string>()
  const created = new Set<string>()
  for (const migration of migrations) {
    for (const { operation } of operationsOf(migration.up)) {
      for (const name of namesOf(operation)) {
        if (creates(operation) && operation.kind !== 'createTrigger' && !asked.has(name)) created.add(name)
        else if (!created.has(name)) asked.add(name)
      }
    }
  }
  return created
}
