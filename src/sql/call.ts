import { type Cursor, endOffset, enter, expect, fail, leave, note, noteCall, peek, readIdentifier, sees, take, takeOne } from './cursor.ts'
import { readExpression } from './expression.ts'
import { HOLE, holds, type Node, node } from './node.ts'
import { readQuery, seesInnerQuery } from './query.ts'
import { readTypeText } from './type-text.ts'

/** Takes a column with its qualifiers, or a call with its arguments. */
export function readColumnOrCall(c: Cursor, from: number): Node {
  const first = readIdentifier(c, 'a value', true)
  let qualifier: string | undefined
  let name = first
  while (take(c, '.')) {
    qualifier = qualifier === undefined ? name : `${qualifier}.${name}`
    if (take(c, '*')) return node(c, 'star', from, '*')
    name = readIdentifier(c, 'a column', true)
  }
  if (sees(c, '(')) return readCall(c, from, (qualifier === undefined ? name : `${qualifier}.${name}`).toLowerCase())
  // A value of the program, standing where an operand is wanted.
  if (qualifier === undefined && holds(c, c.tokens[from]!.start, endOffset(c))) return node(c, 'parameter', from, HOLE)
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
  noteCall(c, from, name)
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
