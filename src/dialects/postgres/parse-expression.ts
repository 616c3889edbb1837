import type { Expression } from '../../ir/column.ts'
import { tracedText } from '../../source/traced.ts'
import { syntaxOf } from '../../sql/syntax.ts'
import { byteOffsets } from './byte-offsets.ts'
import { expression } from './expressions.ts'
import { attempt } from './parser.ts'
import { cleaned } from './placeholders.ts'
import { as, type Reading } from './reading.ts'

const prefix = 'SELECT '

/** An expression that a builder passes as SQL. What does not parse is taken as it is: not constant, nothing known inside. */
export function parseExpression(text: string): Expression {
  const unknown: Expression = { sql: text, constant: false, isNull: false, functions: [], columns: [], literals: [], casts: [] }
  const sql = prefix + cleaned(text)
  const tree = attempt(sql)
  if (tree instanceof Error || tree.stmts?.length !== 1) return unknown
  const select = as(tree.stmts[0]?.stmt, 'SelectStmt')
  const value = select?.targetList?.length === 1 ? as(select.targetList[0], 'ResTarget')?.val : undefined
  if (value === undefined || select?.fromClause) return unknown
  const reading: Reading = {
    text: sql,
    traced: tracedText(sql, ''),
    syntax: syntaxOf('postgres'),
    version: [18],
    base: 0,
    fixed: undefined,
    offsets: byteOffsets(sql),
    placeholders: new Set(),
    dynamic: false,
    start: 0,
    end: sql.length,
    span: { file: '', start: 0, end: sql.length },
    unsupported: [],
    types: new Map(),
    routines: { byName: new Map(), followed: 0 },
  }
  return expression(reading, value, { start: prefix.length, end: sql.length })
}
