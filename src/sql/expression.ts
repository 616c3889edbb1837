import type { Query } from '../ir/data.ts'
import {
  type Cursor,
  endOffset,
  enter,
  expect,
  fail,
  isReserved,
  leave,
  note,
  peek,
  readIdentifier,
  sees,
  seesAll,
  stringValue,
  take,
  takeOne,
} from './cursor.ts'
import { readQuery, seesInnerQuery } from './query.ts'
import { readTypeText } from './type-text.ts'

/** A node of a scalar expression. Offsets are into the traced text. */
export interface Node {
  readonly kind:
    | 'column'
    | 'string'
    | 'number'
    | 'null'
    | 'boolean'
    | 'parameter'
    | 'variable'
    | 'default'
    | 'call'
    | 'cast'
    | 'operator'
    | 'compare'
    | 'and'
    | 'or'
    | 'not'
    | 'list'
    | 'subquery'
    | 'exists'
    | 'case'
    | 'star'
  readonly start: number
  readonly end: number
  /** The column, the function (lower case, with its schema), the cast's type, or the comparison's operator. */
  readonly name: string
  /** The table or alias that a column is qualified with. */
  readonly qualifier?: string
  readonly children: readonly Node[]
  readonly query?: Query
}

function node(c: Cursor, kind: Node['kind'], from: number, name: string, children: readonly Node[] = [], query?: Query): Node {
  const start = c.tokens[from]?.start ?? 0
  return query ? { kind, start, end: endOffset(c), name, children, query } : { kind, start, end: endOffset(c), name, children }
}

/** Takes a whole expression. Throws Unreadable where there is none. */
export function readExpression(c: Cursor): Node {
  enter(c)
  const from = c.at
  const parts = [readConjunction(c)]
  while (sees(c, 'OR') || sees(c, 'XOR') || (c.syntax.engine === 'mysql' && sees(c, '||'))) {
    c.at++
    parts.push(readConjunction(c))
  }
  leave(c)
  return parts.length === 1 ? parts[0]! : node(c, 'or', from, '', parts)
}

function readConjunction(c: Cursor): Node {
  const from = c.at
  const parts = [readNegation(c)]
  while (sees(c, 'AND') || sees(c, '&&')) {
    c.at++
    parts.push(readNegation(c))
  }
  return parts.length === 1 ? parts[0]! : node(c, 'and', from, '', parts)
}

function readNegation(c: Cursor): Node {
  const from = c.at
  if (sees(c, 'NOT') && !seesAll(c, 'NOT', 'NULL')) {
    enter(c)
    c.at++
    const inner = readNegation(c)
    leave(c)
    return node(c, 'not', from, '', [inner])
  }
  return readComparison(c)
}

const comparisons = new Set(['=', '<>', '!=', '<', '<=', '>', '>=', '<=>', '=='])
const patterns = new Set(['LIKE', 'RLIKE', 'REGEXP', 'GLOB', 'MATCH', 'ILIKE', 'SIMILAR'])

function readComparison(c: Cursor): Node {
  const from = c.at
  let left = readSum(c)
  for (;;) {
    const { text } = peek(c)
    if (comparisons.has(text)) {
      c.at++
      takeOne(c, 'ANY', 'ALL', 'SOME')
      const right = readSum(c)
      left = node(c, 'compare', from, text === '!=' ? '<>' : text === '<=>' || text === '==' ? '=' : text, [left, right])
    } else if (text === 'IS') {
      c.at++
      const not = take(c, 'NOT')
      if (take(c, 'DISTINCT', 'FROM')) {
        left = node(c, 'compare', from, 'other', [left, readSum(c)])
      } else {
        const right = readSum(c)
        left = node(c, 'compare', from, right.kind === 'null' ? (not ? 'is not null' : 'is null') : 'other', [left, right])
      }
    } else if (text === 'ISNULL' || text === 'NOTNULL') {
      c.at++
      left = node(c, 'compare', from, text === 'ISNULL' ? 'is null' : 'is not null', [left])
    } else if (seesAll(c, 'NOT', 'NULL') && c.syntax.engine === 'sqlite') {
      c.at += 2
      left = node(c, 'compare', from, 'is not null', [left])
    } else {
      const not = text === 'NOT' ? 1 : 0
      const operator = peek(c, not).text
      if (operator === 'IN' || operator === 'BETWEEN' || patterns.has(operator)) {
        c.at += 1 + not
        left = readMembership(c, from, left, operator, not === 1)
      } else if (seesAll(c, 'SOUNDS', 'LIKE') || seesAll(c, 'MEMBER', 'OF')) {
        c.at += 2
        left = node(c, 'compare', from, 'other', [left, readSum(c)])
      } else return left
    }
  }
}

function readMembership(c: Cursor, from: number, left: Node, operator: string, not: boolean): Node {
  if (operator === 'BETWEEN') {
    const low = readSum(c)
    expect(c, 'AND')
    return node(c, 'compare', from, not ? 'other' : 'between', [left, low, readSum(c)])
  }
  if (operator === 'IN') {
    const start = c.at
    if (!sees(c, '(')) {
      // `IN ?` of a driver that expands lists; SQLite's `IN table`.
      const right = readSum(c)
      return node(c, 'compare', from, not ? 'not in' : 'in', [left, right])
    }
    c.at++
    if (seesInnerQuery(c)) {
      const query = readQuery(c)
      expect(c, ')')
      return node(c, 'compare', from, not ? 'not in' : 'in', [left, node(c, 'subquery', start, '', [], query)])
    }
    const items: Node[] = []
    if (!sees(c, ')')) {
      do items.push(readExpression(c))
      while (take(c, ','))
    }
    expect(c, ')')
    return node(c, 'compare', from, not ? 'not in' : 'in', [left, node(c, 'list', start, '', items)])
  }
  if (operator === 'ILIKE' || operator === 'SIMILAR') {
    note(c, c.at - 1, operator, 'PostgreSQL')
    take(c, 'TO')
  }
  const right = readSum(c)
  if (take(c, 'ESCAPE')) readSum(c)
  return node(c, 'compare', from, operator === 'LIKE' && !not ? 'like' : 'other', [left, right])
}

const arithmetic = new Set(['+', '-', '*', '/', '%', '|', '&', '^', '<<', '>>', '||', 'DIV', 'MOD', '->', '->>', '~', '@'])

/** Operands joined by arithmetic; precedence does not matter to what is asked of an expression. */
function readSum(c: Cursor): Node {
  const from = c.at
  const first = readOperand(c)
  let parts: Node[] | undefined
  for (;;) {
    const { text } = peek(c)
    if (!arithmetic.has(text) || (text === '||' && c.syntax.engine === 'mysql')) break
    c.at++
    parts ??= [first]
    parts.push(readOperand(c))
  }
  return parts ? node(c, 'operator', from, '', parts) : first
}

/** Words that are functions without parentheses. */
const bareFunctions = new Set([
  'CURRENT_TIMESTAMP',
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_USER',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'UTC_TIMESTAMP',
  'UTC_DATE',
  'UTC_TIME',
])

/** Takes one operand: a literal, column, call, CASE, cast or parenthesis, with its signs and postfixes. `collate`: COLLATE belongs to it. */
export function readOperand(c: Cursor, collate = true): Node {
  const from = c.at
  const token = peek(c)
  if (
    token.text === '-' ||
    token.text === '+' ||
    token.text === '~' ||
    token.text === '!' ||
    token.text === 'BINARY' ||
    token.text === 'PRIOR'
  ) {
    if (token.text !== 'BINARY' || peek(c, 1).text !== '(') {
      enter(c)
      c.at++
      const inner = readOperand(c)
      leave(c)
      return node(c, 'operator', from, '', [inner])
    }
  }
  let operand = readPrimary(c, from)
  for (;;) {
    if (collate && take(c, 'COLLATE')) readCollation(c)
    else if (sees(c, '::')) {
      const mark = c.at++
      const type = readTypeText(c)
      note(c, mark, 'a cast with ::', 'PostgreSQL')
      operand = node(c, 'cast', from, type, [operand])
    } else if (take(c, 'AT', 'TIME', 'ZONE')) operand = node(c, 'operator', from, '', [operand, readOperand(c)])
    else return operand
  }
}

function readCollation(c: Cursor): void {
  if (peek(c).kind === 'string') c.at++
  else {
    c.at++
    if (take(c, '.')) c.at++
  }
}

function readPrimary(c: Cursor, from: number): Node {
  const token = c.tokens[c.at]
  if (!token) return fail(c, 'expected a value')
  switch (token.kind) {
    case 'string':
    case 'blob':
      c.at++
      while (peek(c).kind === 'string' && c.syntax.engine === 'mysql') c.at++
      // SQLite and ANSI texts qualify names in double quotes.
      if (sees(c, '.') && c.syntax.engine === 'sqlite') {
        c.at--
        return readColumnOrCall(c, from)
      }
      return node(c, 'string', from, token.kind === 'string' ? stringValue(c, token) : '')
    case 'number':
      c.at++
      return node(c, 'number', from, '')
    case 'parameter':
      c.at++
      return node(c, 'parameter', from, '')
    case 'variable':
      c.at++
      while (take(c, '.')) c.at++
      if (take(c, ':=')) return node(c, 'operator', from, '', [node(c, 'variable', from, ''), readExpression(c)])
      return node(c, 'variable', from, '')
    case 'quoted':
      return readColumnOrCall(c, from)
    case 'operator':
      if (token.text === '(') return readParenthesis(c, from)
      if (token.text === '*') {
        c.at++
        return node(c, 'star', from, '*')
      }
      return fail(c, 'expected a value')
    case 'word':
      return readWord(c, from, token.text)
    default:
      return fail(c, 'expected a value')
  }
}

function readParenthesis(c: Cursor, from: number): Node {
  enter(c)
  c.at++
  let inner: Node
  if (seesInnerQuery(c)) {
    const query = readQuery(c)
    expect(c, ')')
    inner = node(c, 'subquery', from, '', [], query)
  } else {
    const items = [readExpression(c)]
    while (take(c, ',')) items.push(readExpression(c))
    expect(c, ')')
    inner = items.length === 1 ? { ...items[0]!, start: c.tokens[from]!.start, end: endOffset(c) } : node(c, 'list', from, '', items)
  }
  leave(c)
  return inner
}

function readWord(c: Cursor, from: number, word: string): Node {
  const next = peek(c, 1)
  const called = next.text === '('
  switch (word) {
    case 'NULL':
      c.at++
      return node(c, 'null', from, '')
    case 'TRUE':
    case 'FALSE':
      c.at++
      return node(c, 'boolean', from, '')
    case 'DEFAULT':
      if (called) break
      c.at++
      return node(c, 'default', from, '')
    case 'EXISTS': {
      c.at++
      expect(c, '(')
      const query = readQuery(c)
      expect(c, ')')
      return node(c, 'exists', from, '', [], query)
    }
    case 'CASE':
      return readCase(c, from)
    case 'INTERVAL':
      if (c.syntax.engine === 'sqlite') break
      if (called || next.kind !== 'word' || peek(c, 2).kind === 'word') {
        c.at++
        const amount = readSum(c)
        if (peek(c).kind === 'word' && !isReserved(c, peek(c).text)) c.at++
        return node(c, 'operator', from, '', [amount])
      }
      break
    case 'ROW':
      if (called) {
        c.at++
        return readParenthesis(c, c.at)
      }
      break
    case 'CAST':
    case 'CONVERT':
      if (called) return readCast(c, from, word === 'CAST' ? 'AS' : ',')
      break
    case 'MATCH':
      if (called) return readMatch(c, from)
      break
    case 'ARRAY':
      if (next.text === '[') fail(c, 'expected a value')
      break
  }
  if (bareFunctions.has(word) && !called) {
    c.at++
    return node(c, 'call', from, word.toLowerCase())
  }
  // DATE '2020-01-01', _utf8mb4'text'
  if (
    (next.kind === 'string' || next.kind === 'blob') &&
    (word.startsWith('_') || word === 'DATE' || word === 'TIME' || word === 'TIMESTAMP')
  ) {
    c.at++
    return readPrimary(c, from)
  }
  // VALUES(column), IF(), LEFT(), REPLACE() and the like are reserved words and calls.
  if (isReserved(c, word) && !(called && callable.has(word))) fail(c, 'expected a value')
  return readColumnOrCall(c, from)
}
const callable = new Set(['VALUES', 'IF', 'LEFT', 'RIGHT', 'REPLACE', 'INSERT', 'DEFAULT', 'DATABASE', 'INTERVAL', 'LIKE', 'INDEX'])

function readCase(c: Cursor, from: number): Node {
  enter(c)
  c.at++
  const parts: Node[] = []
  if (!sees(c, 'WHEN')) parts.push(readExpression(c))
  while (take(c, 'WHEN')) {
    parts.push(readExpression(c))
    expect(c, 'THEN')
    parts.push(readExpression(c))
  }
  if (take(c, 'ELSE')) parts.push(readExpression(c))
  expect(c, 'END')
  leave(c)
  return node(c, 'case', from, '', parts)
}

function readCast(c: Cursor, from: number, separator: string): Node {
  c.at += 2
  const value = readExpression(c)
  if (take(c, 'USING')) {
    c.at++
    expect(c, ')')
    return node(c, 'call', from, 'convert', [value])
  }
  expect(c, separator)
  const type = readTypeText(c)
  take(c, 'ARRAY')
  if (take(c, 'CHARACTER', 'SET') || take(c, 'CHARSET')) c.at++
  if (take(c, 'AT', 'TIME', 'ZONE')) c.at++
  expect(c, ')')
  return node(c, 'cast', from, type, [value])
}

/** MATCH (a, b) AGAINST ('words' IN BOOLEAN MODE). */
function readMatch(c: Cursor, from: number): Node {
  c.at++
  const columns = readParenthesis(c, c.at)
  expect(c, 'AGAINST', '(')
  const words = readSum(c)
  while (!sees(c, ')') && peek(c).kind === 'word') c.at++
  expect(c, ')')
  return node(c, 'call', from, 'match', [columns, words])
}

function readColumnOrCall(c: Cursor, from: number): Node {
  const first = readIdentifier(c, 'a value', true)
  let qualifier: string | undefined
  let name = first
  while (take(c, '.')) {
    qualifier = qualifier === undefined ? name : `${qualifier}.${name}`
    if (take(c, '*')) return node(c, 'star', from, '*')
    name = readIdentifier(c, 'a column', true)
  }
  if (sees(c, '(')) return readCall(c, from, (qualifier === undefined ? name : `${qualifier}.${name}`).toLowerCase())
  const made = node(c, 'column', from, name)
  return qualifier === undefined ? made : { ...made, qualifier }
}

/** Words that stand between the arguments of some functions: SUBSTRING(a FROM 1 FOR 2), GROUP_CONCAT(a ORDER BY b SEPARATOR ','). */
const argumentWords = new Set(['FROM', 'FOR', 'USING', 'SEPARATOR', 'IN', 'AS', 'RETURNING', 'LIMIT', 'ASC', 'DESC', 'ON'])

function readCall(c: Cursor, from: number, name: string): Node {
  enter(c)
  c.at++
  const args: Node[] = []
  takeOne(c, 'DISTINCT', 'ALL', 'LEADING', 'TRAILING', 'BOTH')
  while (!sees(c, ')')) {
    if (sees(c, 'FROM') || sees(c, 'SEPARATOR')) c.at++
    if (seesInnerQuery(c)) {
      const start = c.at
      args.push(node(c, 'subquery', start, '', [], readQuery(c)))
    } else args.push(readExpression(c))
    for (;;) {
      if (take(c, 'ORDER', 'BY') || take(c, 'ORDER')) break
      if (take(c, 'AS') || take(c, 'RETURNING')) readTypeText(c)
      else if (argumentWords.has(peek(c).text)) {
        const asc = peek(c).text
        c.at++
        if (asc !== 'ASC' && asc !== 'DESC') break
      } else if (sees(c, ')') || take(c, ',')) break
      else if (peek(c).kind === 'word' && (sees(c, 'NULL') || sees(c, 'ERROR') || sees(c, 'EMPTY'))) c.at++
      else fail(c, 'expected , or )')
    }
  }
  c.at++
  if (take(c, 'FILTER')) {
    expect(c, '(', 'WHERE')
    args.push(readExpression(c))
    expect(c, ')')
  }
  takeOne(c, 'IGNORE', 'RESPECT') && expect(c, 'NULLS')
  if (sees(c, 'OVER')) readWindow(c)
  leave(c)
  return node(c, 'call', from, name, args)
}

function readWindow(c: Cursor): void {
  const mark = c.at++
  if (sees(c, '(')) {
    let depth = 0
    do {
      if (sees(c, '(')) depth++
      else if (sees(c, ')')) depth--
      else if (c.at >= c.tokens.length) fail(c, 'expected )')
      c.at++
    } while (depth > 0)
  } else readIdentifier(c, 'a window')
  if (c.syntax.engine === 'mysql' && !c.syntax.mariadb && c.syntax.versionNumber < 80000) note(c, mark, 'a window function', 'MySQL 8.0')
}
