import { readColumnOrCall } from './call.ts'
import { type Cursor, endOffset, enter, expect, fail, isReserved, leave, note, peek, readName, sees, stringValue, take } from './cursor.ts'
import { readExpression, readSum } from './expression.ts'
import { HOLE, holds, type Node, node } from './node.ts'
import { readQuery, seesInnerQuery } from './query.ts'
import { readTypeText } from './type-text.ts'

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
      if (token.kind === 'blob') return node(c, 'string', from, '')
      return holds(c, token.start, c.tokens[c.at - 1]!.end)
        ? node(c, 'parameter', from, HOLE)
        : node(c, 'string', from, stringValue(c, token))
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
    case 'NEXT':
    case 'PREVIOUS':
      if (next.text === 'VALUE' && peek(c, 2).text === 'FOR') {
        c.at += 3
        readName(c, 'a sequence')
        return node(c, 'call', from, 'nextval')
      }
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
