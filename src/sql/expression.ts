import { type Cursor, enter, expect, leave, note, peek, sees, seesAll, take, takeOne } from './cursor.ts'
import { type Node, node } from './node.ts'
import { readOperand } from './operand.ts'
import { readQuery, seesInnerQuery } from './query.ts'

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

/** Takes operands joined by arithmetic, without comparisons. */
export function readSum(c: Cursor): Node {
  const from = c.at
  const first = readOperand(c)
  let parts: Node[] | undefined
  let name = ''
  for (;;) {
    const { text } = peek(c)
    if (!arithmetic.has(text) || (text === '||' && c.syntax.engine === 'mysql')) break
    c.at++
    if (c.syntax.mariadb && (text === '->' || text === '->>')) note(c, c.at - 1, `the operator ${text}`, 'MySQL')
    name = parts ? `${name} ${text}` : text
    parts ??= [first]
    parts.push(readOperand(c))
  }
  return parts ? node(c, 'operator', from, name, parts) : first
}
