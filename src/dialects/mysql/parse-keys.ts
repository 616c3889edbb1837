import type { Constraint, IndexKey } from '../../ir/column.ts'
import type { InlineIndex } from '../../ir/operation.ts'
import {
  type Cursor,
  expect,
  fail,
  note,
  peek,
  readColumnList,
  readIdentifier,
  readString,
  sees,
  seesName,
  spanFrom,
  take,
  takeOne,
} from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import type { Node } from '../../sql/node.ts'
import { expressionOf } from '../../sql/summarize.ts'
import { readCheck, readParent } from './parse-columns.ts'
import { needs } from './parse-features.ts'

/** A constraint or an index written in CREATE TABLE or after ADD. */
type KeyDefinition =
  | { readonly constraint: Constraint; readonly ifNotExists: boolean }
  | { readonly index: InlineIndex; readonly ifNotExists: boolean }

/** Does a constraint or index stand next, rather than a column? */
export function seesKey(c: Cursor): boolean {
  switch (peek(c).text) {
    case 'CONSTRAINT':
    case 'PRIMARY':
    case 'FOREIGN':
    case 'INDEX':
    case 'KEY':
    case 'FULLTEXT':
    case 'SPATIAL':
    case 'UNIQUE':
    case 'CHECK':
      return true
    case 'EXCLUDE':
      return peek(c, 1).text === 'USING'
    default:
      return false
  }
}

/** Takes one constraint or index definition. */
export function readKey(c: Cursor): KeyDefinition {
  const from = c.at
  let name: string | undefined
  let ifNotExists = false
  if (take(c, 'CONSTRAINT')) {
    ifNotExists = readIfNotExists(c, 'ADD CONSTRAINT')
    if (seesName(c) || peek(c).kind === 'string') name = readIdentifier(c)
  }
  if (sees(c, 'CHECK')) return { constraint: readCheck(c, name, from), ifNotExists }
  if (take(c, 'FOREIGN', 'KEY')) {
    ifNotExists ||= readIfNotExists(c, 'ADD FOREIGN KEY')
    if (!sees(c, '(')) {
      // The index's name; the constraint's own comes first.
      const index = readIdentifier(c)
      name ??= index
    }
    const columns = readColumnList(c)
    const references = readParent(c)
    readNotValid(c)
    return { constraint: { kind: 'foreignKey', name, columns, notValid: false, references, span: spanFrom(c, from) }, ifNotExists }
  }
  if (take(c, 'PRIMARY', 'KEY')) {
    ifNotExists ||= readIfNotExists(c, 'ADD PRIMARY KEY')
    if (!sees(c, '(') && !sees(c, 'USING')) {
      const index = readIdentifier(c)
      name ??= index
    }
    readMethod(c)
    const keys = readKeys(c)
    readIndexOptions(c)
    const key = { kind: 'primaryKey', name, columns: columnsOf(keys), notValid: false, span: spanFrom(c, from) } as const
    return { constraint: keys.some(({ prefix }) => prefix !== undefined) ? { ...key, keys } : key, ifNotExists }
  }
  const kind = takeOne(c, 'UNIQUE', 'FULLTEXT', 'SPATIAL')
  if (!takeOne(c, 'INDEX', 'KEY') && kind === undefined) fail(c, 'expected a constraint or an index')
  if (sees(c, 'IF')) ifNotExists = readIfNotExists(c, 'ADD INDEX')
  if (seesName(c) || (peek(c).kind === 'string' && !sees(c, '('))) name = seesMethod(c) ? name : readIdentifier(c)
  let method = readMethod(c)
  const keys = readKeys(c)
  method = readIndexOptions(c) ?? method
  if (kind === 'UNIQUE') {
    const expressions = keys.some((key) => key.column === undefined || key.prefix !== undefined)
    if (!expressions)
      return { constraint: { kind: 'unique', name, columns: columnsOf(keys), notValid: false, span: spanFrom(c, from) }, ifNotExists }
  }
  const index = { name, keys, unique: kind === 'UNIQUE' }
  const by = kind === 'FULLTEXT' || kind === 'SPATIAL' ? kind.toLowerCase() : method
  return { index: by === undefined ? index : { ...index, method: by }, ifNotExists }
}

function columnsOf(keys: readonly IndexKey[]): string[] {
  return keys.flatMap((key) => (key.column === undefined ? [] : [key.column]))
}

/** Takes IF NOT EXISTS of a clause, which only MariaDB has. */
export function readIfNotExists(c: Cursor, clause: string): boolean {
  const from = c.at
  if (!take(c, 'IF', 'NOT', 'EXISTS')) return false
  needs(c, from, `IF NOT EXISTS on ${clause}`, undefined, 100002)
  return true
}

/** Takes IF EXISTS of a clause, which only MariaDB has. */
export function readIfExists(c: Cursor, clause: string): boolean {
  const from = c.at
  if (!take(c, 'IF', 'EXISTS')) return false
  needs(c, from, `IF EXISTS on ${clause}`, undefined, 100002)
  return true
}

/** PostgreSQL's NOT VALID after a constraint. */
export function readNotValid(c: Cursor): void {
  const from = c.at
  if (take(c, 'NOT', 'VALID')) note(c, from, 'NOT VALID', 'PostgreSQL')
}

function seesMethod(c: Cursor): boolean {
  return sees(c, 'USING') || (sees(c, 'TYPE') && peek(c, 1).kind === 'word' && !sees(c, '(', 1))
}

/** Takes USING BTREE. */
export function readMethod(c: Cursor): string | undefined {
  if (!seesMethod(c)) return undefined
  c.at++
  const from = c.at
  const method = readIdentifier(c, 'an index method').toLowerCase()
  if (method !== 'btree' && method !== 'hash' && method !== 'rtree' && method !== 'vector')
    note(c, from, `an index USING ${method.toUpperCase()}`, 'PostgreSQL')
  return method
}

/** Takes the options after an index's keys; gives the method when USING stands there. */
export function readIndexOptions(c: Cursor): string | undefined {
  let method: string | undefined
  for (;;) {
    const from = c.at
    if (seesMethod(c)) method = readMethod(c)
    else if (takeOne(c, 'KEY_BLOCK_SIZE', 'ENGINE_ATTRIBUTE', 'SECONDARY_ENGINE_ATTRIBUTE', 'CLUSTERING')) {
      take(c, '=')
      c.at++
    } else if (take(c, 'WITH', 'PARSER')) readIdentifier(c)
    else if (take(c, 'COMMENT')) {
      take(c, '=')
      readString(c)
    } else if (takeOne(c, 'VISIBLE', 'INVISIBLE')) needs(c, from, 'an invisible index', 80000, undefined)
    else if (take(c, 'IGNORED') || take(c, 'NOT', 'IGNORED')) needs(c, from, 'an ignored index', undefined, 100600)
    else return method
  }
}

/** Takes `(column(length) DESC, (expression), …)`. */
export function readKeys(c: Cursor): IndexKey[] {
  expect(c, '(')
  const keys = [readIndexKey(c)]
  while (take(c, ',')) keys.push(readIndexKey(c))
  expect(c, ')')
  return keys
}

function readIndexKey(c: Cursor): IndexKey {
  const from = c.at
  let column: string | undefined
  let expression: Node | undefined
  let prefix: number | undefined
  if (sees(c, '(')) {
    expression = readExpression(c)
    needs(c, from, 'an index over an expression', 80013, undefined)
  } else {
    column = readIdentifier(c, 'a column')
    if (sees(c, '(')) {
      const length = peek(c, 1)
      if ((length.kind === 'number' || length.kind === 'parameter' || length.text.startsWith('SUREFOOT_HOLE_')) && sees(c, ')', 2)) {
        prefix = Number(c.traced.text.slice(length.start, length.end))
        c.at += 3
      } else {
        c.at = from
        column = undefined
        expression = readExpression(c)
        note(c, from, 'an index over an expression without parentheses', 'PostgreSQL and SQLite')
      }
    }
  }
  const collate = c.at
  if (take(c, 'COLLATE')) {
    readIdentifier(c)
    note(c, collate, 'COLLATE in an index', 'PostgreSQL and SQLite')
  }
  const direction = takeOne(c, 'ASC', 'DESC')
  const opclass = c.at
  if (peek(c).kind === 'word' && /_OPS$/.test(peek(c).text)) {
    c.at++
    note(c, opclass, 'an operator class', 'PostgreSQL')
  }
  if (take(c, 'NULLS')) {
    c.at++
    note(c, opclass, 'NULLS FIRST or LAST', 'PostgreSQL')
  }
  return {
    column,
    ...(expression ? { expression: expressionOf(c, expression) } : {}),
    ...(prefix === undefined || Number.isNaN(prefix) ? {} : { prefix }),
    ...(direction === 'DESC' ? { descending: true } : {}),
  }
}
