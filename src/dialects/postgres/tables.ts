import type { CreateForeignTableStmt, CreateStmt, CreateTableAsStmt, DefElem, Node, TableLikeClause } from 'libpg-query'
import type { Column, Constraint } from '../../ir/column.ts'
import type { CreateTable, Operation } from '../../ir/operation.ts'
import { afterParenthesis, commaRanges, type Range } from './clauses.ts'
import { column } from './columns.ts'
import { constraint } from './constraints.ts'
import { bounds, partitionBy } from './partitions.ts'
import { outputs, query } from './queries.ts'
import { as, isTemporary, objectName, offsetOf, type Reading, relationName } from './reading.ts'
import { createTableAs } from './table-as.ts'

/** CREATE TABLE in all its forms but AS. */
export function createTable(reading: Reading, node: CreateStmt): readonly Operation[] {
  return [table(reading, node)]
}

/** CREATE FOREIGN TABLE: its rows are elsewhere. */
export function createForeignTable(reading: Reading, node: CreateForeignTableStmt): readonly Operation[] {
  const made = table(reading, node.base ?? {})
  return [{ ...made, options: { ...made.options, SERVER: node.servername ?? '' } }]
}

function table(reading: Reading, node: CreateStmt): CreateTable {
  const nameAt = offsetOf(reading, node.relation?.location)
  const elements = node.tableElts ?? []
  const ranges = elements.length > 0 ? elementRanges(reading, nameAt, elements.length) : []
  const columns: Column[] = []
  const constraints: Constraint[] = []
  let like: TableLikeClause | undefined
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]!
    const range = ranges[i] ?? { start: reading.start, end: reading.end }
    const definition = as(element, 'ColumnDef')
    if (definition) {
      columns.push(column(reading, definition, range))
      continue
    }
    const part = as(element, 'Constraint')
    if (part) {
      const made = constraint(reading, part, range)
      if (made) constraints.push(made)
    } else like ??= as(element, 'TableLikeClause')
  }
  const parents = (node.inhRelations ?? []).map((parent) => relationName(reading, as(parent, 'RangeVar')))
  const partitionOf = node.partbound ? parents[0] : undefined
  const table = relationName(reading, node.relation)
  return {
    kind: 'createTable',
    span: reading.span,
    table,
    columns: withKeys(columns, constraints),
    constraints,
    indexes: [],
    ifNotExists: node.if_not_exists === true,
    temporary: isTemporary(table, node.relation),
    ...(node.relation?.relpersistence === 'u' ? { unlogged: true } : {}),
    ...(like ? { like: relationName(reading, like.relation), likeIncluding: copied(like.options ?? 0) } : {}),
    ...(parents.length > 0 && !partitionOf ? { inherits: parents } : {}),
    ...(partitionOf ? { partitionOf, ...partOf(reading, node) } : {}),
    partitioned: node.partspec !== undefined,
    ...(node.partspec ? { partitionBy: partitionBy(reading, node.partspec) } : {}),
    ...(node.options ? { settings: storageParameters(node.options) } : {}),
    options: {
      ...relationOptions(node.options),
      ...(node.ofTypename ? { OF: objectName(reading, { TypeName: node.ofTypename })?.name ?? '' } : {}),
    },
  }
}

/** The bits of LIKE's INCLUDING clauses, as src/include/nodes/parsenodes.h numbers them. */
const likeParts = ['COMMENTS', 'COMPRESSION', 'CONSTRAINTS', 'DEFAULTS', 'GENERATED', 'IDENTITY', 'INDEXES', 'STATISTICS', 'STORAGE']

function copied(bits: number): readonly string[] {
  const all = (1 << likeParts.length) - 1
  return (bits & all) === all ? ['ALL'] : likeParts.filter((_, at) => (bits & (1 << at)) !== 0)
}

function partOf(reading: Reading, { partbound }: CreateStmt): Pick<CreateTable, 'bounds' | 'isDefaultPartition'> {
  if (partbound?.is_default) return { isDefaultPartition: true }
  const made = bounds(reading, partbound)
  return made ? { bounds: made } : {}
}

/** The text ranges of the elements between the parentheses; empty when they do not pair up with the tree. */
function elementRanges(reading: Reading, nameAt: number, count: number): readonly Range[] {
  const open = afterParenthesis(reading, nameAt)
  if (open === undefined) return []
  const ranges = commaRanges(reading, open, reading.end)
  return ranges.length === count ? ranges : []
}

/** A table's PRIMARY KEY makes its columns NOT NULL. */
function withKeys(columns: readonly Column[], constraints: readonly Constraint[]): readonly Column[] {
  const keyed = new Set<string>()
  for (const each of constraints)
    if (each.kind === 'primaryKey' || each.kind === 'notNull') for (const name of each.columns) keyed.add(name)
  if (keyed.size === 0) return columns
  return columns.map((each) => (keyed.has(each.name) && each.nullable ? { ...each, nullable: false } : each))
}

/** WITH (…) as upper-case option to value. */
function relationOptions(nodes: readonly Node[] | undefined): Record<string, string> {
  const options: Record<string, string> = {}
  for (const node of nodes ?? []) {
    const element = as(node, 'DefElem')
    if (element?.defname !== undefined) options[element.defname.toUpperCase()] = optionValue(element)
  }
  return options
}

function storageParameters(nodes: readonly Node[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(relationOptions(nodes)).map(([name, value]) => [name.toLowerCase(), value === '' ? 'true' : value]),
  )
}

/** The value of `name = value` in an option list, as a person would write it; '' when there is none. */
export function optionValue(element: DefElem): string {
  const { arg } = element
  const integer = as(arg, 'Integer')
  if (integer) return String(integer.ival ?? 0)
  const text = as(arg, 'String')?.sval ?? as(arg, 'Float')?.fval
  if (text !== undefined) return text
  const flag = as(arg, 'Boolean')
  if (flag) return String(flag.boolval ?? false)
  const constant = as(arg, 'A_Const')
  if (constant) return constant.sval?.sval ?? constant.fval?.fval ?? String(constant.ival?.ival ?? constant.boolval?.boolval ?? '')
  return as(as(arg, 'TypeName')?.names?.[0], 'String')?.sval ?? ''
}

/** CREATE TABLE … AS and CREATE MATERIALIZED VIEW. */
export function createTableAsStatement(reading: Reading, node: CreateTableAsStmt): readonly Operation[] {
  const into = node.into ?? {}
  if (node.objtype === 'OBJECT_MATVIEW') {
    return [
      {
        kind: 'createView',
        span: reading.span,
        name: relationName(reading, into.rel),
        materialized: true,
        orReplace: false,
        ifNotExists: node.if_not_exists === true,
        query: query(reading, node.query),
        ...outputs(reading, node.query, into.colNames),
        ...(into.skipData ? { withData: false as const } : {}),
      },
    ]
  }
  return createTableAs(reading, node.query, into, node.if_not_exists === true)
}
