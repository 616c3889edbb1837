import type { Assignment, Predicate, Query } from '../ir/data.ts'
import type { Name } from '../ir/names.ts'
import type { Operation } from '../ir/operation.ts'
import {
  type Cursor,
  enter,
  expect,
  fail,
  isHole,
  leave,
  note,
  peek,
  readColumnList,
  readIdentifier,
  readName,
  sees,
  seesAll,
  spanFrom,
  take,
  takeOne,
} from './cursor.ts'
import { readExpression } from './expression.ts'
import type { Node } from './node.ts'
import { readOrder, readQuery, readWith, seesQuery } from './query.ts'
import { assignmentOf, collect, facts, predicateOf, unknownPredicate } from './summarize.ts'
import { readAlias, readTableReferences } from './table-references.ts'

/** Does a statement that reads or writes rows stand next? */
export function seesRows(c: Cursor): boolean {
  return rowWords.has(peek(c).text) || seesQuery(c)
}
const rowWords = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'WITH', 'VALUES', 'TABLE'])

/** Takes INSERT, REPLACE, UPDATE, DELETE or a query, with the WITH before it. Throws Unreadable where it does not go on as it should. */
export function readRows(c: Cursor): Operation[] {
  const from = c.at
  if (!sees(c, 'WITH')) return readVerb(c, from)
  const common = new Set<string>()
  const queries = readWith(c, common)
  if (seesQuery(c) || sees(c, 'VALUES')) {
    const query = readQuery(c, common)
    return [
      {
        kind: 'select',
        span: spanFrom(c, from),
        query: withTables(
          query,
          queries.flatMap((inner) => inner.tables),
        ),
      },
    ]
  }
  return readVerb(c, from).map((operation) => {
    if (operation.kind === 'update')
      return { ...operation, from: withoutCommon([...operation.from, ...queries.flatMap((q) => q.tables)], common) }
    if (operation.kind === 'delete')
      return { ...operation, using: withoutCommon([...operation.using, ...queries.flatMap((q) => q.tables)], common) }
    if (operation.kind === 'insert' && operation.query)
      return {
        ...operation,
        query: withTables(
          { ...operation.query, tables: withoutCommon(operation.query.tables, common) },
          queries.flatMap((q) => q.tables),
        ),
      }
    return operation
  })
}

function withTables(query: Query, tables: readonly Name[]): Query {
  return { ...query, tables: [...tables, ...query.tables] }
}

function withoutCommon(tables: readonly Name[], common: ReadonlySet<string>): Name[] {
  return tables.filter((table) => table.schema !== undefined || !common.has(table.name.toLowerCase()))
}

function readVerb(c: Cursor, from: number): Operation[] {
  switch (peek(c).text) {
    case 'INSERT':
    case 'REPLACE':
      return [readInsert(c, from)]
    case 'UPDATE':
      return [readUpdate(c, from)]
    case 'DELETE':
      return readDelete(c, from)
    default:
      return [{ kind: 'select', query: readQuery(c), span: spanFrom(c, from) }]
  }
}

function readInsert(c: Cursor, from: number): Operation {
  const replace = sees(c, 'REPLACE')
  c.at++
  let onConflict = replace
  if (take(c, 'OR')) {
    c.at++
    onConflict = true
  }
  while (takeOne(c, 'LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY'));
  const ignore = c.at
  if (take(c, 'IGNORE')) {
    onConflict = true
    if (c.syntax.engine === 'sqlite') note(c, ignore, 'INSERT IGNORE', 'MySQL and MariaDB')
  }
  if (!take(c, 'INTO') && c.syntax.engine === 'sqlite') fail(c, 'expected INTO')
  const table = readName(c, 'a table')
  if (take(c, 'PARTITION')) readColumnList(c)
  if (take(c, 'AS')) readIdentifier(c)
  let columns: string[] = []
  if (sees(c, '(') && !seesQuery(c)) {
    if (sees(c, ')', 1)) c.at += 2
    else columns = readInsertColumns(c)
  }
  const found = facts()
  const each = (value: Node) => collect(value, found)
  let source: 'values' | 'select' | 'default' = 'values'
  let rows: number | undefined
  let query: Query | undefined
  const over = c.at
  if (take(c, 'OVERRIDING')) {
    c.at += 2
    note(c, over, 'OVERRIDING', 'PostgreSQL')
  }
  if (takeOne(c, 'VALUES', 'VALUE')) rows = readValues(c, each)
  else if (take(c, 'SET')) {
    rows = 1
    columns = readAssignments(c, each).map((assignment) => assignment.column)
  } else if (take(c, 'DEFAULT', 'VALUES')) {
    source = 'default'
    rows = 1
    if (c.syntax.engine === 'mysql') note(c, c.at - 2, 'DEFAULT VALUES', 'PostgreSQL and SQLite')
  } else {
    source = 'select'
    query = readQuery(c)
  }
  if (take(c, 'AS') || (c.syntax.engine === 'mysql' && source === 'values' && peek(c).kind === 'quoted')) {
    readIdentifier(c)
    if (sees(c, '(')) readColumnList(c)
  }
  if (readConflict(c, each)) onConflict = true
  readReturning(c, 'INSERT')
  const span = spanFrom(c, from)
  if (replace && query) return { kind: 'writeRows', span, command: 'REPLACE', table, query }
  const insert = {
    kind: 'insert',
    span,
    table,
    columns,
    source,
    rows,
    onConflict,
    literals: query ? query.literals : found.literals,
  } as const
  return query ? { ...insert, query } : insert
}

function readInsertColumns(c: Cursor): string[] {
  expect(c, '(')
  const columns: string[] = []
  do columns.push(readQualified(c).column)
  while (take(c, ','))
  expect(c, ')')
  return columns
}

function readValues(c: Cursor, each: (value: Node) => void): number | undefined {
  let rows = 0
  let known = true
  do {
    take(c, 'ROW')
    if (peek(c).kind === 'parameter' || peek(c).kind === 'word') {
      // VALUES ? or VALUES ${rows}: the driver writes the list.
      readExpression(c)
      known = false
      continue
    }
    expect(c, '(')
    if (!sees(c, ')')) {
      do each(readExpression(c))
      while (take(c, ','))
    }
    expect(c, ')')
    rows++
  } while (take(c, ','))
  return known ? rows : undefined
}

function readConflict(c: Cursor, each: (value: Node) => void): boolean {
  let found = false
  while (sees(c, 'ON')) {
    const mark = c.at++
    found = true
    if (take(c, 'DUPLICATE', 'KEY', 'UPDATE')) {
      readAssignments(c, each)
      if (c.syntax.engine === 'sqlite') note(c, mark, 'ON DUPLICATE KEY UPDATE', 'MySQL and MariaDB')
      continue
    }
    expect(c, 'CONFLICT')
    if (c.syntax.engine === 'mysql') note(c, mark, 'ON CONFLICT', 'PostgreSQL and SQLite')
    if (take(c, '(')) {
      readOrder(c, () => {})
      expect(c, ')')
      if (take(c, 'WHERE')) readExpression(c)
    } else if (take(c, 'ON', 'CONSTRAINT')) {
      readIdentifier(c)
      if (c.syntax.engine === 'sqlite') note(c, mark, 'ON CONFLICT ON CONSTRAINT', 'PostgreSQL')
    }
    expect(c, 'DO')
    if (take(c, 'NOTHING')) continue
    expect(c, 'UPDATE', 'SET')
    readAssignments(c, each)
    if (take(c, 'WHERE')) each(readExpression(c))
  }
  return found
}

function readReturning(c: Cursor, verb: 'INSERT' | 'UPDATE' | 'DELETE'): void {
  const mark = c.at
  if (!take(c, 'RETURNING')) return
  do {
    readExpression(c)
    readAlias(c, true)
  } while (take(c, ','))
  if (c.syntax.engine === 'mysql' && (!c.syntax.mariadb || verb === 'UPDATE'))
    note(c, mark, `RETURNING on ${verb}`, verb === 'UPDATE' ? 'PostgreSQL and SQLite' : 'MariaDB, PostgreSQL and SQLite')
}

/** Takes `column`, `table.column` or `schema.table.column`. */
function readQualified(c: Cursor): { readonly column: string; readonly qualifier: string | undefined } {
  let column = readIdentifier(c, 'a column')
  let qualifier: string | undefined
  while (take(c, '.')) {
    qualifier = column
    column = readIdentifier(c, 'a column', true)
  }
  return { column, qualifier }
}

interface Target extends Assignment {
  readonly qualifier: string | undefined
}

function readAssignments(c: Cursor, each: (value: Node) => void): Target[] {
  const targets: Target[] = []
  do {
    if (take(c, '(')) {
      const columns: { column: string; qualifier: string | undefined }[] = []
      do columns.push(readQualified(c))
      while (take(c, ','))
      expect(c, ')', '=')
      const value = readExpression(c)
      each(value)
      for (const [i, { column, qualifier }] of columns.entries()) {
        const own = value.kind === 'list' ? (value.children[i] ?? value) : value
        targets.push({ ...assignmentOf(column, own), qualifier })
      }
      continue
    }
    const hole = isHole(c)
    const { column, qualifier } = readQualified(c)
    if (hole && !sees(c, '=')) {
      // SET ${assignments}: what is set is not known.
      targets.push({ column, value: 'parameter', columns: [], literals: [], qualifier })
      continue
    }
    if (!takeOne(c, '=', ':=')) fail(c, 'expected =')
    const value = readExpression(c)
    each(value)
    targets.push({ ...assignmentOf(column, value), qualifier })
  } while (take(c, ','))
  return targets
}

interface Ending {
  readonly where: Predicate | undefined
  readonly limited: boolean
  readonly orderedBy: readonly string[] | undefined
}

function readEnding(c: Cursor, verb: 'UPDATE' | 'DELETE'): Ending {
  const where = take(c, 'WHERE') ? predicateOf(c, readExpression(c)) : unknownPredicate(c)
  readReturning(c, verb)
  const ordered = facts()
  let orderedBy: string[] | undefined
  if (take(c, 'ORDER', 'BY')) {
    readOrder(c, (node) => collect(node, ordered))
    orderedBy = [...ordered.columns]
  }
  const limited = take(c, 'LIMIT')
  if (limited) {
    readExpression(c)
    if (takeOne(c, ',', 'OFFSET')) readExpression(c)
  }
  readReturning(c, verb)
  return { where, limited, orderedBy }
}

function readUpdate(c: Cursor, from: number): Operation {
  c.at++
  if (take(c, 'OR')) c.at++
  while (takeOne(c, 'LOW_PRIORITY', 'IGNORE'));
  const { tables, aliases } = readTableReferences(c)
  expect(c, 'SET')
  const set = readAssignments(c, () => {})
  const others: Name[] = []
  if (sees(c, 'FROM')) {
    const mark = c.at++
    others.push(...readTableReferences(c).tables)
    if (c.syntax.engine === 'mysql') note(c, mark, 'UPDATE … FROM', 'PostgreSQL and SQLite')
  }
  const { where, limited, orderedBy } = readEnding(c, 'UPDATE')
  const qualifier = set.find((assignment) => assignment.qualifier !== undefined)?.qualifier
  const table = (qualifier !== undefined && aliases.get(qualifier.toLowerCase())) || tables[0]
  if (!table) return fail(c, 'expected a table')
  const assignments = set.map(({ qualifier: _, ...assignment }) => assignment)
  const update = {
    kind: 'update',
    span: spanFrom(c, from),
    table,
    set: assignments,
    where,
    from: [...tables.filter((other) => other !== table), ...others],
    limited,
  } as const
  return orderedBy ? { ...update, orderedBy } : update
}

function readDelete(c: Cursor, from: number): Operation[] {
  c.at++
  while (takeOne(c, 'LOW_PRIORITY', 'QUICK', 'IGNORE'));
  let targets: Name[] = []
  let references: ReturnType<typeof readTableReferences> | undefined
  enter(c)
  if (take(c, 'FROM')) {
    const mark = c.at
    targets = readTargets(c)
    if (sees(c, 'USING')) {
      c.at++
      references = readTableReferences(c)
      if (c.syntax.engine === 'sqlite') note(c, mark, 'DELETE … USING', 'PostgreSQL and MySQL')
    } else if (targets.length > 1) fail(c, 'expected USING')
    else {
      c.at = mark
      references = readTableReferences(c)
      targets = [references.tables[0] ?? fail(c, 'expected a table')]
      if (references.tables.length > 1) fail(c, 'expected one table')
    }
  } else {
    targets = readTargets(c)
    expect(c, 'FROM')
    references = readTableReferences(c)
  }
  leave(c)
  const { where, limited, orderedBy } = readEnding(c, 'DELETE')
  const span = spanFrom(c, from)
  const known = references
  const resolved = targets.map(
    (target) => (target.schema === undefined ? known.aliases.get(target.name.toLowerCase()) : undefined) ?? target,
  )
  return resolved.map((table) => {
    const using = known.tables.filter((other) => other.name !== table.name || other.schema !== table.schema)
    const made = { kind: 'delete', span, table, where, using, limited } as const
    return orderedBy ? { ...made, orderedBy } : made
  })
}

function readTargets(c: Cursor): Name[] {
  const targets: Name[] = []
  do {
    // `a.*` names the table a.
    if (sees(c, '.', 1) && sees(c, '*', 2)) {
      targets.push({ name: readIdentifier(c, 'a table') })
      c.at += 2
    } else targets.push(readName(c, 'a table'))
    if (seesAll(c, '.', '*')) c.at += 2
  } while (take(c, ','))
  return targets
}
