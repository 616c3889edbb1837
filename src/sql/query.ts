import type { Predicate, Query } from '../ir/data.ts'
import type { Name } from '../ir/names.ts'
import {
  type Cursor,
  enter,
  expect,
  fail,
  leave,
  note,
  peek,
  readColumnList,
  readIdentifier,
  readName,
  sees,
  skipParentheses,
  slice,
  take,
  takeOne,
} from './cursor.ts'
import { readExpression } from './expression.ts'
import type { Node } from './node.ts'
import { collect, type Facts, facts, predicateOf, unknownPredicate } from './summarize.ts'
import { readAlias, readTables } from './table-references.ts'

/** What was read of a query so far. */
export interface Reading {
  readonly tables: Name[]
  readonly found: Facts
  /** Names of WITH: they are no tables. */
  readonly common: Set<string>
  where: Predicate | undefined
  limited: boolean
  locking: boolean
  aggregate: boolean
  star: boolean
  offset: boolean
  readonly orderedBy: string[]
  /** The names of what the first SELECT gives. */
  readonly outputs: string[]
  selected: (string | null)[]
}

/** Nothing read yet; `common`: the names that a WITH around it gives. */
export function emptyReading(common: Iterable<string> = []): Reading {
  return {
    tables: [],
    found: facts(),
    common: new Set(common),
    where: undefined,
    limited: false,
    locking: false,
    aggregate: false,
    star: false,
    offset: false,
    orderedBy: [],
    outputs: [],
    selected: [],
  }
}

/** Does a query stand next, in however many parentheses? */
export function seesQuery(c: Cursor): boolean {
  let ahead = 0
  while (c.tokens[c.at + ahead]?.text === '(') ahead++
  const token = c.tokens[c.at + ahead]
  if (token?.text === 'SELECT' || token?.text === 'WITH') return true
  return token?.text === 'VALUES' && (c.tokens[c.at + ahead + 1]?.text === '(' || c.tokens[c.at + ahead + 1]?.text === 'ROW') && ahead > 0
}

/** After `(`: does a query stand next, rather than an expression that begins with a subquery? */
export function seesInnerQuery(c: Cursor): boolean {
  if (!sees(c, '(')) return sees(c, 'SELECT') || sees(c, 'WITH') || (sees(c, 'VALUES') && (sees(c, '(', 1) || sees(c, 'ROW', 1)))
  if (!seesQuery(c)) return false
  let ahead = 0
  for (let depth = 0; ; ahead++) {
    const text = c.tokens[c.at + ahead]?.text
    if (text === undefined) return false
    if (text === '(') depth++
    else if (text === ')' && --depth === 0) break
  }
  return setOperators.has(c.tokens[c.at + ahead + 1]?.text ?? '')
}
const setOperators = new Set(['UNION', 'INTERSECT', 'EXCEPT', 'MINUS', 'ORDER', 'LIMIT'])

/** Takes SELECT …, VALUES …, TABLE t, their unions and the WITH before them. Throws Unreadable where there is none. */
export function readQuery(c: Cursor, common: ReadonlySet<string> = new Set()): Query {
  return queryOf(readWhole(c, common))
}

/** The same for the query of a view, with the names of the columns that it gives; undefined where `*` stands for some. */
export function readNamedQuery(c: Cursor): { readonly query: Query; readonly outputs: readonly string[] | undefined } {
  const r = readWhole(c, new Set())
  return { query: queryOf(r), outputs: r.star || r.outputs.length === 0 ? undefined : r.outputs }
}

function readWhole(c: Cursor, common: ReadonlySet<string>): Reading {
  enter(c)
  const r = emptyReading(common)
  if (sees(c, 'WITH')) for (const inner of readWith(c, r.common)) merge(r, inner)
  readUnion(c, r, true)
  leave(c)
  return r
}

function queryOf(r: Reading): Query {
  return {
    tables: r.tables,
    columns: [...r.found.columns],
    where: r.where,
    limited: r.limited,
    ...(r.offset ? { offset: true as const } : {}),
    ...(r.orderedBy.length > 0 ? { orderedBy: r.orderedBy } : {}),
    ...(r.star ? { star: true as const } : {}),
    ...(r.selected.some((name) => name !== null) ? { selected: r.selected } : {}),
    locking: r.locking,
    functions: [...r.found.functions],
    aggregate: r.aggregate,
    literals: r.found.literals,
  }
}

/** Takes WITH name AS (query), …; the names are added to `common`, the queries given back. */
export function readWith(c: Cursor, common: Set<string>): Query[] {
  const mark = c.at
  expect(c, 'WITH')
  if (c.syntax.engine === 'mysql' && !c.syntax.mariadb && c.syntax.versionNumber < 80000) note(c, mark, 'WITH', 'MySQL 8.0')
  take(c, 'RECURSIVE')
  const queries: Query[] = []
  do {
    common.add(readIdentifier(c, 'a name').toLowerCase())
    if (sees(c, '(')) readColumnList(c)
    expect(c, 'AS')
    if (take(c, 'NOT')) expect(c, 'MATERIALIZED')
    else take(c, 'MATERIALIZED')
    expect(c, '(')
    queries.push(readQuery(c, common))
    expect(c, ')')
  } while (take(c, ','))
  return queries
}

/** Adds what an inner query reads. */
export function merge(r: Reading, query: Query): void {
  for (const table of query.tables) addTable(r, table)
  for (const name of query.functions) r.found.functions.add(name)
  for (const column of query.columns) r.found.columns.add(column)
  r.found.literals.push(...query.literals)
}

/** Adds a table, unless it is a name of WITH. */
export function addTable(r: Reading, table: Name): void {
  if (table.schema === undefined && r.common.has(table.name.toLowerCase())) return
  if (!r.tables.some((known) => known.name === table.name && known.schema === table.schema)) r.tables.push(table)
}

/** Adds what stands in an expression. */
export function add(r: Reading, node: Node): void {
  collect(node, r.found)
  for (const query of r.found.queries.splice(0)) for (const table of query.tables) addTable(r, table)
}

function readUnion(c: Cursor, r: Reading, first: boolean): void {
  readBranch(c, r, first)
  while (takeOne(c, 'UNION', 'INTERSECT', 'EXCEPT', 'MINUS')) {
    takeOne(c, 'ALL', 'DISTINCT')
    r.aggregate = false
    r.selected = []
    readBranch(c, r, false)
    r.aggregate = false
  }
  readTail(c, r)
}

function readBranch(c: Cursor, r: Reading, first: boolean): void {
  if (take(c, '(')) {
    enter(c)
    if (sees(c, 'WITH')) for (const inner of readWith(c, r.common)) merge(r, inner)
    readUnion(c, r, first)
    leave(c)
    expect(c, ')')
  } else if (take(c, 'VALUES')) {
    do {
      take(c, 'ROW')
      expect(c, '(')
      if (!sees(c, ')')) {
        do add(r, readExpression(c))
        while (take(c, ','))
      }
      expect(c, ')')
    } while (take(c, ','))
  } else if (take(c, 'TABLE')) addTable(r, readName(c, 'a table'))
  else readSelect(c, r, first)
}

const selectOptions = [
  'ALL',
  'DISTINCT',
  'DISTINCTROW',
  'HIGH_PRIORITY',
  'STRAIGHT_JOIN',
  'SQL_SMALL_RESULT',
  'SQL_BIG_RESULT',
  'SQL_BUFFER_RESULT',
  'SQL_NO_CACHE',
  'SQL_CACHE',
  'SQL_CALC_FOUND_ROWS',
]
const aggregates = new Set(['count', 'min', 'max', 'sum', 'avg', 'total', 'bit_and', 'bit_or', 'group_concat', 'std', 'stddev'])

function readSelect(c: Cursor, r: Reading, first: boolean): void {
  expect(c, 'SELECT')
  while (takeOne(c, ...selectOptions));
  let aggregate = true
  do {
    const item = readExpression(c)
    add(r, item)
    const check =
      (item.kind === 'call' && aggregates.has(item.name)) ||
      item.kind === 'exists' ||
      (item.kind === 'not' && item.children[0]?.kind === 'exists')
    aggregate &&= check
    const alias = readAlias(c, true)
    if (!first) continue
    r.selected.push(item.kind === 'star' ? '*' : item.kind === 'column' ? item.name : null)
    if (item.kind === 'star') r.star = true
    else r.outputs.push(alias ?? (item.kind === 'column' ? item.name : slice(c, item.start, item.end)))
  } while (take(c, ','))
  readInto(c)
  if (take(c, 'FROM')) {
    readTables(c, r)
    if (take(c, 'WHERE')) {
      const where = readExpression(c)
      add(r, where)
      if (first) r.where = predicateOf(c, where)
    } else {
      const unknown = unknownPredicate(c)
      if (first) r.where = unknown
    }
    if (take(c, 'GROUP', 'BY')) {
      aggregate = false
      do {
        add(r, readExpression(c))
        takeOne(c, 'ASC', 'DESC')
      } while (take(c, ','))
      if (take(c, 'WITH')) expect(c, 'ROLLUP')
    }
    if (take(c, 'HAVING')) add(r, readExpression(c))
    if (take(c, 'WINDOW')) {
      do {
        readIdentifier(c, 'a window')
        expect(c, 'AS')
        skipParentheses(c)
      } while (take(c, ','))
    }
  } else if (take(c, 'WHERE')) {
    const where = readExpression(c)
    add(r, where)
    if (first) r.where = predicateOf(c, where)
  }
  if (first) r.aggregate = aggregate
}

function readInto(c: Cursor): void {
  if (!take(c, 'INTO')) return
  if (takeOne(c, 'OUTFILE', 'DUMPFILE')) {
    c.at++
    while (
      takeOne(
        c,
        'FIELDS',
        'COLUMNS',
        'LINES',
        'TERMINATED',
        'ENCLOSED',
        'OPTIONALLY',
        'ESCAPED',
        'STARTING',
        'BY',
        'CHARACTER',
        'SET',
        'UTF8',
        'UTF8MB4',
      ) ||
      peek(c).kind === 'string'
    )
      if (peek(c).kind === 'string') c.at++
    return
  }
  do c.at++
  while (take(c, ','))
}

function readTail(c: Cursor, r: Reading): void {
  if (take(c, 'ORDER', 'BY'))
    readOrder(c, (node) => {
      add(r, node)
      if (node.kind === 'column') r.orderedBy.push(node.name)
    })
  if (take(c, 'LIMIT')) {
    add(r, readExpression(c))
    if (take(c, ',') || take(c, 'OFFSET')) {
      add(r, readExpression(c))
      r.offset = true
    }
    r.limited = true
  }
  readInto(c)
  while (sees(c, 'FOR') && (sees(c, 'UPDATE', 1) || sees(c, 'SHARE', 1))) {
    c.at += 2
    r.locking = true
    if (take(c, 'OF')) {
      do readName(c, 'a table')
      while (take(c, ','))
    }
    if (take(c, 'SKIP')) expect(c, 'LOCKED')
    else if (take(c, 'WAIT')) c.at++
    else take(c, 'NOWAIT')
  }
  if (take(c, 'LOCK', 'IN', 'SHARE', 'MODE')) r.locking = true
  readInto(c)
}

/** Takes the terms of ORDER BY. */
export function readOrder(c: Cursor, each: (node: Node) => void): void {
  do {
    each(readExpression(c))
    takeOne(c, 'ASC', 'DESC')
    if (take(c, 'NULLS') && !takeOne(c, 'FIRST', 'LAST')) fail(c, 'expected FIRST or LAST')
  } while (take(c, ','))
}
