import type { Column, Constraint, Expression, Generated } from '../../ir/column.ts'
import {
  type Cursor,
  endOffset,
  expect,
  fail,
  isHole,
  note,
  peek,
  readIdentifier,
  sees,
  skipParentheses,
  slice,
  spanFrom,
  take,
  takeOne,
} from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import { ownerOfFunction } from '../../sql/foreign-functions.ts'
import { readOperand } from '../../sql/operand.ts'
import { readReference } from '../../sql/reference.ts'
import { expressionOf } from '../../sql/summarize.ts'
import { parseType } from './types.ts'

/** Words that end a type and begin an attribute. */
const attributes = new Set([
  'CONSTRAINT',
  'PRIMARY',
  'NOT',
  'NULL',
  'UNIQUE',
  'CHECK',
  'DEFAULT',
  'COLLATE',
  'REFERENCES',
  'GENERATED',
  'AS',
  'AUTOINCREMENT',
  'ON',
  'AUTO_INCREMENT',
  'COMMENT',
])

/** Takes the words of a type, which SQLite does not restrict; undefined when the column has none. */
export function readTypeWords(c: Cursor): string | undefined {
  const from = c.at
  for (;;) {
    const token = peek(c)
    if (token.kind === 'quoted' && token.end - token.start === 2) break
    if (token.kind === 'word' ? attributes.has(token.text) : token.kind !== 'quoted' && token.kind !== 'string') break
    c.at++
  }
  if (c.at === from) return undefined
  if (sees(c, '(')) skipParentheses(c)
  const unsigned = c.at
  // `INT(11) UNSIGNED` is MySQL's; SQLite refuses words after the parenthesis.
  if (takeOne(c, 'UNSIGNED', 'ZEROFILL')) note(c, unsigned, 'UNSIGNED after a length', 'MySQL and MariaDB')
  const array = c.at
  if (peek(c).kind === 'quoted' && slice(c, peek(c).start, peek(c).end) === '[]') {
    c.at++
    note(c, array, 'an array type', 'PostgreSQL')
  }
  return slice(c, c.tokens[from]!.start, endOffset(c))
}

/** Takes `name type attributes`. */
export function readColumn(c: Cursor): Column {
  const from = c.at
  const name = readIdentifier(c, 'a column')
  const unknown = isHole(c)
  const text = readTypeWords(c)
  const draft: Draft = { nullable: true, nullabilityWritten: false, default: undefined, constraints: [] }
  while (readAttribute(c, name, draft));
  const { nullable, nullabilityWritten, constraints, ...rest } = draft
  return {
    name,
    type: text === undefined || unknown ? undefined : parseType(text),
    nullable,
    nullabilityWritten,
    constraints,
    ...rest,
    span: spanFrom(c, from),
  }
}

interface Draft {
  nullable: boolean
  nullabilityWritten: boolean
  default: Expression | undefined
  generated?: Generated
  autoIncrement?: boolean
  collation?: string
  readonly constraints: Constraint[]
}

function readAttribute(c: Cursor, column: string, draft: Draft): boolean {
  const from = c.at
  const name = take(c, 'CONSTRAINT') ? readIdentifier(c, 'a constraint') : undefined
  const add = (kind: Constraint['kind'], more: Partial<Constraint> = {}) =>
    draft.constraints.push({ kind, name, columns: [column], notValid: false, ...more, span: spanFrom(c, from) })
  if (take(c, 'PRIMARY', 'KEY')) {
    takeOne(c, 'ASC', 'DESC')
    readConflict(c)
    if (take(c, 'AUTOINCREMENT')) draft.autoIncrement = true
    // SQLite lets a PRIMARY KEY be NULL, unless it is the rowid or the table is WITHOUT ROWID or STRICT; to rules it is one.
    draft.nullable = false
    add('primaryKey')
  } else if (take(c, 'NOT', 'NULL')) {
    readConflict(c)
    draft.nullable = false
    draft.nullabilityWritten = true
  } else if (take(c, 'NULL')) {
    readConflict(c)
    draft.nullabilityWritten = true
  } else if (take(c, 'UNIQUE')) {
    readConflict(c)
    add('unique')
  } else if (sees(c, 'CHECK')) draft.constraints.push({ ...readCheck(c, name, from), columns: [column] })
  else if (take(c, 'DEFAULT')) draft.default = readDefault(c)
  else if (take(c, 'COLLATE')) draft.collation = readIdentifier(c, 'a collation')
  else if (sees(c, 'REFERENCES')) {
    const { references, deferrable } = readReference(c)
    add('foreignKey', deferrable ? { references, deferrable } : { references })
  } else if (sees(c, 'GENERATED') || sees(c, 'AS')) {
    if (take(c, 'GENERATED')) expect(c, 'ALWAYS')
    expect(c, 'AS', '(')
    const expression = expressionOf(c, readExpression(c))
    expect(c, ')')
    draft.generated = { expression, stored: takeOne(c, 'STORED', 'VIRTUAL') === 'STORED' }
  } else if (takeOne(c, 'AUTO_INCREMENT', 'AUTOINCREMENT')) {
    note(c, from, c.tokens[from]!.text === 'AUTO_INCREMENT' ? 'AUTO_INCREMENT' : 'AUTOINCREMENT without PRIMARY KEY', 'MySQL and MariaDB')
    draft.autoIncrement = true
  } else if (take(c, 'COMMENT')) {
    c.at++
    note(c, from, 'COMMENT on a column', 'MySQL and MariaDB')
  } else if (take(c, 'ON', 'UPDATE')) {
    readOperand(c)
    note(c, from, 'ON UPDATE on a column', 'MySQL and MariaDB')
  } else if (name !== undefined) fail(c, 'expected a constraint')
  else return false
  return true
}

/** Takes ON CONFLICT … after a constraint. */
export function readConflict(c: Cursor): void {
  if (take(c, 'ON', 'CONFLICT') && !takeOne(c, 'ROLLBACK', 'ABORT', 'FAIL', 'IGNORE', 'REPLACE')) fail(c, 'expected ABORT')
}

/** Takes a default: a literal, a bare word, or an expression in parentheses. */
function readDefault(c: Cursor): Expression {
  const from = c.at
  const node = readOperand(c, false)
  const expression = expressionOf(c, node)
  // CREATE TABLE takes a function of another engine, noted where it is read, all the same; each INSERT that leaves the column out then fails.
  const foreign = expression.functions.some((name) => ownerOfFunction(name, 'sqlite') !== undefined)
  if (!foreign && node.kind === 'call' && c.tokens[from]?.text !== '(' && !node.name.startsWith('current_'))
    note(c, from, `${node.name}() as DEFAULT without parentheses`, 'PostgreSQL and MySQL (SQLite wants parentheses around it)')
  // A bare word or a name in double quotes is taken as text.
  if (node.kind === 'column') return { ...expression, constant: true, columns: [], literals: [node.name] }
  return expression
}

/** Takes CHECK (expression). */
export function readCheck(c: Cursor, name: string | undefined, from: number): Constraint {
  expect(c, 'CHECK', '(')
  const expression = expressionOf(c, readExpression(c))
  expect(c, ')')
  readConflict(c)
  return { kind: 'check', name, columns: expression.columns, notValid: false, expression, span: spanFrom(c, from) }
}
