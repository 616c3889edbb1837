import type { Version } from '../../../src/dialects/dialect.ts'
import { mariadbCost, mysqlCost } from '../../../src/dialects/mysql/costs/index.ts'
import { parseType } from '../../../src/dialects/mysql/types.ts'
import type { Column, Constraint, Expression } from '../../../src/ir/column.ts'
import type { Statement } from '../../../src/ir/migration.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { emptySchema } from '../../../src/schema/edit.ts'
import { PersistentMap } from '../../../src/schema/persistent-map.ts'
import type { Schema } from '../../../src/schema/schema.ts'
import type { IndexState, Table } from '../../../src/schema/table.ts'

const span = { file: 'x.sql', start: 0, end: 1 }
const t = { name: 't' }

type Distribute<O> = O extends Operation ? Omit<O, 'span'> : never
/** An operation without its place. */
export type Clause = Distribute<Operation>

export function column(name: string, type: string, rest: Partial<Column> = {}): Column {
  return { name, type: parseType(type), nullable: true, nullabilityWritten: false, default: undefined, constraints: [], ...rest }
}

export function expression(sql: string, rest: Partial<Expression> = {}): Expression {
  return { sql, constant: true, isNull: false, functions: [], columns: [], literals: [], casts: [], ...rest }
}

export function constraint(kind: Constraint['kind'], columns: readonly string[] = [], rest: Partial<Constraint> = {}): Constraint {
  return { kind, name: undefined, columns, notValid: false, ...rest }
}

function index(name: string, keys: readonly string[], method?: string): IndexState {
  return {
    name,
    keys: keys.map((key) => ({ column: key })),
    unique: false,
    where: undefined,
    method,
    only: false,
    born: -1,
    constraint: undefined,
  }
}

/** The table that the facts were measured on, and a child that refers to it. */
export function schemaWith(options: Readonly<Record<string, string>> = {}, fulltext = false, referenced = false, generated = true): Schema {
  const columns = [
    column('id', 'int', { nullable: false, autoIncrement: true }),
    column('a', 'int'),
    column('b', 'varchar(20)'),
    column('c', 'varchar(200)'),
    column('d', 'int', { nullable: false, default: expression('0') }),
    column('e', "enum('x','y')"),
    column('st', "set('a','b')"),
    column('txt', 'text'),
    column('dec1', 'decimal(10,2)'),
    column('fl', 'float(8,2)'),
    column('dt', 'datetime'),
    column('ch1', 'char(10)'),
    ...(generated
      ? [
          column('vg', 'int', { generated: { expression: expression('a+1'), stored: false } }),
          column('sg', 'int', { generated: { expression: expression('a+1'), stored: true } }),
        ]
      : []),
  ]
  const table = (name: string, own: readonly Column[], more: Partial<Table>): Table => ({
    name: { name },
    columns: PersistentMap.from(own.map((each) => [each.name, { column: each, born: -1, filled: undefined, filledFrom: [] }])),
    indexes: [],
    constraints: [],
    born: -1,
    temporary: false,
    partitioned: false,
    partitionOf: undefined,
    options,
    complete: true,
    copyOf: [],
    hasRows: true,
    ...more,
  })
  const state = (each: Constraint) => ({ constraint: each, validated: true, born: -1 })
  const own = table('t', columns, {
    indexes: [index('a_idx', ['a']), index('b_idx', ['b']), ...(fulltext ? [index('ft', ['txt'], 'FULLTEXT')] : [])],
    constraints: [state(constraint('primaryKey', ['id'])), state(constraint('check', ['d'], { name: 'ck1' }))],
  })
  const child = table('ch', [column('tid', 'int')], {
    constraints: [state(constraint('foreignKey', ['tid'], { name: 'chfk', references: { table: t, columns: ['id'] } }))],
  })
  let tables = PersistentMap.empty<Table>().set('t', own)
  if (referenced) tables = tables.set('ch', child)
  // Put together by hand: who refers to whom is looked up in the tables themselves.
  const { referrers: _, ...empty } = emptySchema({
    defaultSchema: undefined,
    fold: (name, kind) => (kind === 'column' ? name.toLowerCase() : name),
  })
  return { ...empty, tables }
}

function statementOf(clauses: readonly Clause[], sql?: string): Statement {
  const operations = clauses.map((clause) => ({ ...clause, span }) as Operation)
  return { sql, span, segment: undefined, batch: undefined, operations }
}

/** The cost of the first clause of one statement. */
export function costOf(
  engine: 'mysql' | 'mariadb',
  version: Version,
  clauses: Clause | readonly Clause[],
  before: Schema = schemaWith(),
  at = 0,
) {
  const statement = statementOf('kind' in clauses ? [clauses as Clause] : (clauses as readonly Clause[]))
  const cost = engine === 'mysql' ? mysqlCost : mariadbCost
  let result = cost(statement.operations[0]!, statement, before, version)
  for (let i = 1; i <= at; i++) result = cost(statement.operations[i]!, statement, before, version)
  return result
}

export const add = (own: Column, rest: Partial<Extract<Clause, { kind: 'addColumn' }>> = {}): Clause => ({
  kind: 'addColumn',
  table: t,
  column: own,
  ifNotExists: false,
  ...rest,
})
export const modify = (name: string, to: Column, rest: Partial<Extract<Clause, { kind: 'modifyColumn' }>> = {}): Clause => ({
  kind: 'modifyColumn',
  table: t,
  column: name,
  to,
  ...rest,
})
export const drop = (name: string): Clause => ({ kind: 'dropColumn', table: t, column: name, ifExists: false, cascade: false })
export const rename = (name: string, to: string): Clause => ({ kind: 'renameColumn', table: t, column: name, to })
export const alter = (action: string, value?: string): Clause => ({
  kind: 'alterTable',
  table: t,
  action,
  ...(value === undefined ? {} : { value }),
})
export const addIndex = (keys: readonly string[], rest: Partial<Extract<Clause, { kind: 'createIndex' }>> = {}): Clause => ({
  kind: 'createIndex',
  table: t,
  name: 'ni',
  keys: keys.map((key) => ({ column: key })),
  unique: false,
  concurrently: false,
  ifNotExists: false,
  only: false,
  ...rest,
})
export const dropIndex = (name: string): Clause => ({
  kind: 'dropIndex',
  name: { name },
  table: t,
  concurrently: false,
  ifExists: false,
  cascade: false,
})
export const addConstraint = (own: Constraint): Clause => ({ kind: 'addConstraint', table: t, constraint: own })
export const dropConstraint = (name: string | undefined, kind?: Constraint['kind']): Clause => ({
  kind: 'dropConstraint',
  table: t,
  name,
  ifExists: false,
  cascade: false,
  ...(kind ? { constraintKind: kind } : {}),
})
