import type { CopyStmt, DeleteStmt, InsertStmt, MergeStmt, Node, SelectStmt, TruncateStmt, UpdateStmt, WithClause } from 'libpg-query'
import type { Assignment, Predicate } from '../../ir/data.ts'
import type { Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { isNull } from './expressions.ts'
import { factsOf, factsOfAll, functionName } from './facts.ts'
import { operandOf, predicate, type Scope } from './predicates.ts'
import { limitedNames, query } from './queries.ts'
import { as, columnNames, type Reading, relationName, shownText, strings } from './reading.ts'
import { createTableAs } from './table-as.ts'
import { lacking } from './version-gates.ts'

/** The rows that data-modifying WITH queries change. They run whatever the main query does with them. */
function withOperations(reading: Reading, clause: WithClause | undefined): Operation[] {
  const operations: Operation[] = []
  const limited = limitedNames(clause, undefined)
  const locals = localSources(reading, clause)
  for (const node of clause?.ctes ?? []) {
    const own = dataOperations(reading, as(node, 'CommonTableExpr')?.ctequery, limited, false)
    operations.push(...own.map((operation) => withoutLocals(operation, locals)))
  }
  return operations
}

/** What a WITH query reads of the others beside it is of their tables. */
function withoutLocals(operation: Operation, locals: ReadonlyMap<string, readonly Name[]>): Operation {
  if (operation.kind !== 'insert' || !operation.query) return operation
  const { query: read } = operation
  const isLocal = ({ schema, name }: Name) => schema === undefined && locals.has(name)
  if (!read.tables.some(isLocal)) return operation
  const tables = read.tables.flatMap((name) => (isLocal(name) ? locals.get(name.name)! : [name]))
  return { ...operation, query: { ...read, tables, indirect: true } }
}

/** INSERT, UPDATE, DELETE, MERGE or SELECT inside another statement. A SELECT is no operation of its own there unless `reads`. */
function dataOperations(
  reading: Reading,
  node: Node | undefined,
  limited: ReadonlySet<string> = new Set(),
  reads = true,
): readonly Operation[] {
  const insertion = as(node, 'InsertStmt')
  if (insertion) return insert(reading, insertion, limited)
  const change = as(node, 'UpdateStmt')
  if (change) return update(reading, change, limited)
  const removal = as(node, 'DeleteStmt')
  if (removal) return remove(reading, removal, limited)
  const merging = as(node, 'MergeStmt')
  if (merging) return merge(reading, merging)
  const selection = as(node, 'SelectStmt')
  if (selection) return reads ? select(reading, selection) : withOperations(reading, selection.withClause)
  return []
}

function scopeOf(
  relation: UpdateStmt['relation'],
  clause: WithClause | undefined,
  from: readonly Node[] | undefined,
  limited: ReadonlySet<string>,
): Scope {
  const target = new Set<string>()
  if (relation?.alias?.aliasname !== undefined) target.add(relation.alias.aliasname)
  else if (relation?.relname !== undefined) target.add(relation.relname)
  return { target, limited: limitedNames(clause, from, limited) }
}

function localNames(clause: WithClause | undefined): Set<string> {
  const names = new Set<string>()
  for (const node of clause?.ctes ?? []) {
    const name = as(node, 'CommonTableExpr')?.ctename
    if (name !== undefined) names.add(name)
  }
  return names
}

/** The tables whose rows WITH queries hand on, by their names: those that they read, and those that they delete and return rows of. */
function localSources(reading: Reading, clause: WithClause | undefined): ReadonlyMap<string, readonly Name[]> {
  const sources = new Map<string, readonly Name[]>()
  for (const node of clause?.ctes ?? []) {
    const { ctename, ctequery } = as(node, 'CommonTableExpr') ?? {}
    if (ctename === undefined) continue
    const removal = as(ctequery, 'DeleteStmt')
    if (removal) sources.set(ctename, removal.returningClause ? [relationName(reading, removal.relation)] : [])
    else {
      const read = as(ctequery, 'SelectStmt') ? [...factsOf(reading, ctequery).tables.values()] : []
      sources.set(
        ctename,
        // A recursive query reads itself.
        read.flatMap((name) =>
          name.schema !== undefined ? [name] : name.name === ctename && clause?.recursive ? [] : (sources.get(name.name) ?? [name]),
        ),
      )
    }
  }
  return sources
}

function tablesIn(reading: Reading, nodes: readonly Node[] | undefined, locals: ReadonlySet<string>): Name[] {
  if (nodes === undefined) return []
  return [...factsOfAll(reading, nodes).tables.values()].filter((name) => name.schema !== undefined || !locals.has(name.name))
}

export function insert(reading: Reading, node: InsertStmt, limited: ReadonlySet<string> = new Set()): readonly Operation[] {
  const operations = withOperations(reading, node.withClause)
  const source = as(node.selectStmt, 'SelectStmt')
  const values = source?.valuesLists
  const facts = values ? factsOfAll(reading, values) : undefined
  const base = {
    kind: 'insert' as const,
    span: reading.span,
    table: relationName(reading, node.relation),
    columns: (node.cols ?? []).map((column) => shownText(reading, as(column, 'ResTarget')?.name ?? '')),
    onConflict: node.onConflictClause !== undefined,
  }
  if (source === undefined) operations.push({ ...base, source: 'default', rows: 1, literals: [] })
  else if (facts && values) {
    const literalsOf = facts.literals.length > 0 ? literalsByColumn(reading, base.columns.length, values) : undefined
    operations.push({ ...base, source: 'values', rows: values.length, literals: facts.literals, ...(literalsOf ? { literalsOf } : {}) })
  } else {
    const read = query(reading, node.selectStmt, { target: undefined, limited: limitedNames(node.withClause, undefined, limited) })
    const locals = localSources(reading, node.withClause)
    const own = read.tables.filter((name) => name.schema !== undefined || !locals.has(name.name))
    const others = [...locals.values()].flat()
    const tables = [...new Map([...own, ...others].map((name) => [`${name.schema ?? ''}.${name.name}`, name])).values()]
    operations.push(...withOperations(reading, source.withClause))
    const indirect = node.withClause || source.withClause ? { indirect: true as const } : {}
    operations.push({ ...base, source: 'select', rows: undefined, query: { ...read, tables, ...indirect }, literals: read.literals })
  }
  return operations
}

/** Longer lists are data. */
const mostRows = 1000

/** The literals that each of so many columns is given. */
function literalsByColumn(reading: Reading, columns: number, rows: readonly Node[]): readonly (readonly string[])[] | undefined {
  if (columns === 0 || rows.length > mostRows) return undefined
  const lists = rows.map((row) => as(row, 'List')?.items ?? [])
  return Array.from({ length: columns }, (_, i) => [
    ...new Set(lists.flatMap((items) => (items[i] === undefined ? [] : factsOf(reading, items[i]).literals))),
  ])
}

export function update(reading: Reading, node: UpdateStmt, limited: ReadonlySet<string> = new Set()): readonly Operation[] {
  const operations = withOperations(reading, node.withClause)
  const scope = scopeOf(node.relation, node.withClause, node.fromClause, limited)
  operations.push({
    kind: 'update',
    span: reading.span,
    table: relationName(reading, node.relation),
    set: assignments(reading, node.targetList, scope),
    where: predicate(reading, node.whereClause, scope),
    from: tablesIn(reading, node.fromClause, localNames(node.withClause)),
    limited: false,
  })
  return operations
}

function assignments(reading: Reading, targets: readonly Node[] | undefined, scope: Scope): Assignment[] {
  const found: Assignment[] = []
  for (const node of targets ?? []) {
    const target = as(node, 'ResTarget')
    if (target?.name === undefined) continue
    const multiple = as(target.val, 'MultiAssignRef')
    const row = as(multiple?.source, 'RowExpr')
    const value = multiple ? (row?.args?.[(multiple.colno ?? 1) - 1] ?? multiple.source) : target.val
    const facts = factsOf(reading, value)
    const column = shownText(reading, target.name)
    const json = [...facts.casts, ...facts.functions].some((name) => /json|hstore|array/.test(name))
    found.push({
      column,
      value: valueKind(reading, value, scope),
      columns: [...facts.columns],
      literals: facts.literals,
      ...(!json && accumulates(value, column) ? { accumulates: true as const } : {}),
    })
  }
  return found
}

/** Is the column's own value an operand of arithmetic, or of a text put together? */
function accumulates(value: Node | undefined, column: string): boolean {
  const operation = as(value, 'A_Expr')
  const call = as(value, 'FuncCall')
  const joins =
    operation?.kind === 'AEXPR_OP'
      ? /^(?:[-+*/%]|\|\|)$/.test(strings(operation.name).join(''))
      : call !== undefined && /^concat(?:_ws)?$/.test(functionName(call))
  if (!joins) return false
  const operands = operation ? [operation.lexpr, operation.rexpr] : (call?.args ?? [])
  return operands.some((operand) => strings(as(operand, 'ColumnRef')?.fields).at(-1) === column || accumulates(operand, column))
}

function valueKind(reading: Reading, value: Node | undefined, scope: Scope): Assignment['value'] {
  if (as(value, 'SetToDefault')) return 'default'
  if (isNull(value)) return 'null'
  const operand = operandOf(reading, value, scope)
  if (operand === 'limited-subquery') return as(value, 'SubLink') ? 'subquery' : 'column'
  return operand ?? 'expression'
}

export function remove(reading: Reading, node: DeleteStmt, limited: ReadonlySet<string> = new Set()): readonly Operation[] {
  const operations = withOperations(reading, node.withClause)
  const scope = scopeOf(node.relation, node.withClause, node.usingClause, limited)
  operations.push({
    kind: 'delete',
    span: reading.span,
    table: relationName(reading, node.relation),
    where: predicate(reading, node.whereClause, scope),
    using: tablesIn(reading, node.usingClause, localNames(node.withClause)),
    limited: false,
  })
  return operations
}

export function merge(reading: Reading, node: MergeStmt): readonly Operation[] {
  const operations = withOperations(reading, node.withClause)
  lacking(reading, 15, 'MERGE')
  if (node.returningClause) lacking(reading, 17, 'RETURNING on MERGE')
  const source = as(node.sourceRelation, 'RangeSubselect')
  const facts = factsOf(reading, node.sourceRelation)
  operations.push({
    kind: 'writeRows',
    span: reading.span,
    command: 'MERGE',
    table: relationName(reading, node.relation),
    query: {
      ...query(reading, source?.subquery),
      tables: [...facts.tables.values()],
    },
  })
  const change = mergedChange(reading, node)
  if (change) operations.push(change)
  return operations
}

/** What MERGE does to rows that are there: one UPDATE or DELETE of those that match, or of all that the source lacks. */
function mergedChange(reading: Reading, node: MergeStmt): Operation | undefined {
  const clauses = (node.mergeWhenClauses ?? []).flatMap((each) => as(each, 'MergeWhenClause') ?? [])
  const changing = clauses.filter(({ commandType }) => commandType === 'CMD_UPDATE' || commandType === 'CMD_DELETE')
  const updating = changing.find(({ commandType }) => commandType === 'CMD_UPDATE')
  if (changing.length === 0) return undefined
  const from = node.sourceRelation ? [node.sourceRelation] : []
  const scope = scopeOf(node.relation, node.withClause, from, new Set())
  const isBySource = changing.some(({ matchKind }) => matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE')
  const where = isBySource ? { sql: 'NOT MATCHED BY SOURCE', terms: [], columns: [] } : joinOf(reading, node, scope)
  const common = { span: reading.span, table: relationName(reading, node.relation), where, limited: false } as const
  const others = tablesIn(reading, from, localNames(node.withClause))
  if (!updating) return { kind: 'delete', ...common, using: others }
  return { kind: 'update', ...common, set: assignments(reading, updating.targetList, scope), from: others }
}

/** The join condition, with the conditions that a source query puts on its own rows. */
function joinOf(reading: Reading, node: MergeStmt, scope: Scope): Predicate | undefined {
  const join = predicate(reading, node.joinCondition, scope)
  const source = predicate(reading, as(as(node.sourceRelation, 'RangeSubselect')?.subquery, 'SelectStmt')?.whereClause, scope)
  return join && source ? { ...join, terms: [...join.terms, ...source.terms], columns: [...join.columns, ...source.columns] } : join
}

export function copy(reading: Reading, node: CopyStmt): readonly Operation[] {
  if (node.is_from && node.relation) {
    const source = node.is_program ? { program: true as const } : node.filename === undefined ? {} : { serverFile: true as const }
    return [{ kind: 'writeRows', span: reading.span, command: 'COPY', table: relationName(reading, node.relation), ...source }]
  }
  if (node.query) return dataOperations(reading, node.query)
  const table = relationName(reading, node.relation)
  const columns = columnNames(reading, node.attlist)
  return [
    {
      kind: 'select',
      span: reading.span,
      query: { tables: [table], columns, where: undefined, limited: false, locking: false, functions: [], aggregate: false, literals: [] },
    },
  ]
}

export function truncate(reading: Reading, node: TruncateStmt): readonly Operation[] {
  const tables = (node.relations ?? []).map((relation) => relationName(reading, as(relation, 'RangeVar')))
  return [{ kind: 'truncate', span: reading.span, tables, cascade: node.behavior === 'DROP_CASCADE' }]
}

/** A SELECT of its own: SELECT INTO creates a table, set_config sets a variable. */
export function select(reading: Reading, node: SelectStmt): readonly Operation[] {
  if (node.intoClause) return createTableAs(reading, { SelectStmt: node }, node.intoClause, false)
  const operations = withOperations(reading, node.withClause)
  const target = node.targetList?.length === 1 ? as(as(node.targetList[0], 'ResTarget')?.val, 'FuncCall') : undefined
  if (target && functionName(target) === 'set_config' && target.args?.length === 3) {
    const name = as(target.args[0], 'A_Const')?.sval?.sval
    const value = as(target.args[1], 'A_Const')?.sval?.sval
    const local = as(target.args[2], 'A_Const')?.boolval?.boolval === true
    if (name !== undefined && value !== undefined) {
      operations.push({ kind: 'setVariable', span: reading.span, name: name.toLowerCase(), value, scope: local ? 'local' : 'session' })
      return operations
    }
  }
  operations.push({ kind: 'select', span: reading.span, query: query(reading, { SelectStmt: node }) })
  return operations
}
