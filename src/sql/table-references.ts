import type { Name } from '../ir/names.ts'
import {
  type Cursor,
  enter,
  expect,
  fail,
  isHole,
  isReserved,
  leave,
  peek,
  readColumnList,
  readIdentifier,
  readName,
  sees,
  seesAll,
  skipParentheses,
  take,
  takeOne,
} from './cursor.ts'
import { readExpression } from './expression.ts'
import { add, addTable, emptyReading, merge, type Reading, readQuery, seesInnerQuery } from './query.ts'

/** Words that follow a table and are no alias of it. */
const afterTable = new Set(
  'FULL NATURAL STRAIGHT_JOIN INNER CROSS LEFT RIGHT JOIN WINDOW USE FORCE IGNORE PARTITION FOR LOCK INTERSECT EXCEPT MINUS INDEXED OFFSET RETURNING DO EXTENDED QUICK FAST MEDIUM CHANGED TABLESAMPLE OUTER'.split(
    ' ',
  ),
)

/** Takes [AS] alias; `text`: an alias may be a string, as in a select list. */
export function readAlias(c: Cursor, text = false): string | undefined {
  if (take(c, 'AS')) {
    if (peek(c).kind === 'string') {
      c.at++
      return ''
    }
    return readIdentifier(c, 'an alias', c.syntax.engine === 'sqlite')
  }
  const token = peek(c)
  // A value of the program after a table is rather its WHERE than its alias.
  if (isHole(c)) return undefined
  if (token.kind === 'word' ? !isReserved(c, token.text) && !afterTable.has(token.text) : token.kind === 'quoted') return readIdentifier(c)
  if (text && token.kind === 'string') c.at++
  return undefined
}

/** Takes the tables of FROM, UPDATE or DELETE with their joins, and gives their names (subqueries' too). */
export function readTableReferences(c: Cursor): { readonly tables: readonly Name[]; readonly aliases: ReadonlyMap<string, Name> } {
  const r = emptyReading()
  const aliases = new Map<string, Name>()
  readTables(c, r, aliases)
  return { tables: r.tables, aliases }
}

/** Takes the tables of FROM with their joins into `r`. */
export function readTables(c: Cursor, r: Reading, aliases?: Map<string, Name>): void {
  readFactor(c, r, aliases)
  for (;;) {
    if (take(c, ',')) readFactor(c, r, aliases)
    else if (takeJoin(c)) {
      readFactor(c, r, aliases)
      if (take(c, 'ON')) add(r, readExpression(c))
      else if (take(c, 'USING')) readColumnList(c)
    } else return
  }
}

function takeJoin(c: Cursor): boolean {
  if (take(c, 'STRAIGHT_JOIN') || take(c, 'JOIN')) return true
  let ahead = 0
  while (['NATURAL', 'INNER', 'CROSS', 'LEFT', 'RIGHT', 'FULL', 'OUTER'].includes(peek(c, ahead).text)) ahead++
  if (ahead === 0 || peek(c, ahead).text !== 'JOIN') return false
  c.at += ahead + 1
  return true
}

function readFactor(c: Cursor, r: Reading, aliases?: Map<string, Name>): void {
  take(c, 'LATERAL')
  if (take(c, '(')) {
    if (seesInnerQuery(c)) {
      const query = readQuery(c, r.common)
      expect(c, ')')
      merge(r, query)
      readAlias(c)
      if (sees(c, '(')) readColumnList(c)
      return
    }
    enter(c)
    readTables(c, r, aliases)
    leave(c)
    expect(c, ')')
    readAlias(c)
    return
  }
  const from = c.at
  const table = readName(c, 'a table')
  if (sees(c, '(')) {
    if (peek(c, -1).text === 'JSON_TABLE') skipParentheses(c)
    else {
      c.at = from
      add(r, readExpression(c))
    }
    readAlias(c)
    return
  }
  addTable(r, table)
  if (take(c, 'PARTITION')) readColumnList(c)
  if (seesAll(c, 'FOR', 'SYSTEM_TIME')) {
    c.at += 2
    if (!take(c, 'ALL')) {
      expect(c, 'AS', 'OF')
      readExpression(c)
    }
  }
  const alias = readAlias(c)
  if (aliases) {
    aliases.set(table.name.toLowerCase(), table)
    if (alias !== undefined) aliases.set(alias.toLowerCase(), table)
  }
  while (takeOne(c, 'USE', 'FORCE', 'IGNORE')) {
    if (!takeOne(c, 'INDEX', 'KEY')) fail(c, 'expected INDEX')
    if (take(c, 'FOR')) while (takeOne(c, 'JOIN', 'ORDER', 'GROUP', 'BY'));
    skipParentheses(c)
    take(c, ',')
  }
  if (take(c, 'INDEXED', 'BY')) readIdentifier(c)
  else take(c, 'NOT', 'INDEXED')
}
