import type { Column, Constraint } from '../../ir/column.ts'
import type { CreateTable } from '../../ir/operation.ts'
import {
  type Cursor,
  endOffset,
  expect,
  fail,
  note,
  peek,
  readColumnList,
  readIdentifier,
  readName,
  sees,
  seesAll,
  skipParentheses,
  slice,
  spanFrom,
  take,
  takeOne,
} from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import { readQuery } from '../../sql/query.ts'
import { readReference } from '../../sql/reference.ts'
import { readCheck, readColumn, readConflict } from './parse-columns.ts'
import { strictRefuses } from './types.ts'

/** Takes what follows CREATE [TEMP] TABLE; `from` is the index of CREATE. */
export function readCreateTable(c: Cursor, from: number, temporary: boolean): CreateTable {
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  const table = readName(c, 'a table')
  const columns: Column[] = []
  const constraints: Constraint[] = []
  const options: Record<string, string> = {}
  const made = {
    kind: 'createTable',
    table,
    columns,
    constraints,
    indexes: [],
    ifNotExists,
    temporary,
    options,
    partitioned: false,
  } as const
  if (take(c, 'AS')) {
    const as = readQuery(c)
    return { ...made, as, span: spanFrom(c, from) }
  }
  expect(c, '(')
  do {
    if (seesConstraint(c)) constraints.push(...readConstraint(c))
    else {
      if (constraints.length > 0) fail(c, 'expected a constraint')
      columns.push(readColumn(c))
    }
  } while (take(c, ',') || seesConstraint(c))
  expect(c, ')')
  if (columns.length === 0) fail(c, 'expected columns')
  while (c.at < c.tokens.length) {
    const mark = c.at
    if (take(c, 'WITHOUT', 'ROWID')) options['WITHOUT ROWID'] = ''
    else if (take(c, 'STRICT')) {
      options.STRICT = ''
      for (const { type } of columns) {
        const because = strictRefuses(type)
        if (because !== undefined) note(c, mark, type?.text || 'a column without a type', `for tables that are not STRICT (${because})`)
      }
    } else if (sees(c, 'WITH') && sees(c, '(', 1)) {
      c.at++
      skipParentheses(c)
      note(c, mark, 'storage parameters', 'PostgreSQL')
    } else if (takeOne(c, 'ENGINE', 'CHARSET', 'COLLATE', 'AUTO_INCREMENT', 'COMMENT', 'DEFAULT', 'ROW_FORMAT')) {
      if (take(c, 'CHARACTER', 'SET') || take(c, 'CHARSET')) options.CHARSET = ''
      take(c, '=')
      c.at++
      note(c, mark, `the table option ${c.tokens[mark]!.text}`, 'MySQL and MariaDB')
    } else if (!take(c, ',')) break
  }
  return { ...made, span: spanFrom(c, from) }
}

function seesConstraint(c: Cursor): boolean {
  switch (peek(c).text) {
    case 'CONSTRAINT':
    case 'CHECK':
    case 'UNIQUE':
      return true
    case 'PRIMARY':
    case 'FOREIGN':
      return sees(c, 'KEY', 1)
    case 'KEY':
    case 'INDEX':
      // MySQL's inline keys: KEY name (column).
      return (sees(c, '(', 2) && peek(c, 3).kind !== 'number') || sees(c, '(', 1)
    default:
      return false
  }
}

/** Takes one table constraint. */
export function readConstraint(c: Cursor): Constraint[] {
  const from = c.at
  const name = take(c, 'CONSTRAINT') ? readIdentifier(c, 'a constraint') : undefined
  if (take(c, 'PRIMARY', 'KEY')) {
    const columns = readIndexedColumns(c, true)
    readConflict(c)
    return [{ kind: 'primaryKey', name, columns, notValid: false, span: spanFrom(c, from) }]
  }
  if (take(c, 'UNIQUE')) {
    const mark = c.at
    if (takeOne(c, 'KEY', 'INDEX') || !sees(c, '(')) {
      if (!sees(c, '(')) readIdentifier(c)
      note(c, mark, 'a named UNIQUE KEY', 'MySQL and MariaDB')
    }
    const columns = readIndexedColumns(c)
    readConflict(c)
    return [{ kind: 'unique', name, columns, notValid: false, span: spanFrom(c, from) }]
  }
  if (sees(c, 'CHECK')) return [readCheck(c, name, from)]
  if (take(c, 'FOREIGN', 'KEY')) {
    const columns = readColumnList(c)
    const { references, deferrable } = readReference(c)
    const made = { kind: 'foreignKey', name, columns, notValid: false, references, span: spanFrom(c, from) } as const
    return [deferrable ? { ...made, deferrable } : made]
  }
  if (name === undefined && takeOne(c, 'KEY', 'INDEX')) {
    if (!sees(c, '(')) readIdentifier(c)
    skipParentheses(c)
    note(c, from, 'an index inside CREATE TABLE', 'MySQL and MariaDB')
    return []
  }
  return fail(c, 'expected a constraint')
}

/** Takes `(column COLLATE x DESC, …)`. */
function readIndexedColumns(c: Cursor, autoincrement = false): string[] {
  const columns: string[] = []
  expect(c, '(')
  do {
    const start = peek(c).start
    const node = readExpression(c)
    columns.push(node.kind === 'column' || node.kind === 'string' ? node.name : slice(c, start, endOffset(c)))
    takeOne(c, 'ASC', 'DESC')
    if (autoincrement) take(c, 'AUTOINCREMENT')
    if (seesAll(c, 'NULLS')) c.at += 2
  } while (take(c, ','))
  expect(c, ')')
  return columns
}
