import type { Operation } from '../../ir/operation.ts'
import { type Cursor, expect, note, readIdentifier, readName, sees, spanFrom, take, takeOne } from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import { predicateOf } from '../../sql/summarize.ts'
import { needs } from './parse-features.ts'
import { readIndexOptions, readKeys, readMethod } from './parse-keys.ts'

/** Takes what follows CREATE: [ONLINE] [UNIQUE|FULLTEXT|SPATIAL] INDEX …; `from` is the index of CREATE. */
export function readCreateIndex(c: Cursor, from: number): Operation[] {
  takeOne(c, 'ONLINE', 'OFFLINE')
  const kind = takeOne(c, 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR')
  expect(c, 'INDEX')
  const concurrently = readConcurrently(c)
  const guard = c.at
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  if (ifNotExists) needs(c, guard, 'IF NOT EXISTS on CREATE INDEX', undefined, 100104)
  const name = sees(c, 'ON') ? undefined : readIdentifier(c, 'an index')
  const before = readMethod(c)
  expect(c, 'ON')
  const table = readName(c, 'a table')
  const between = readMethod(c)
  const keys = readKeys(c)
  const method = kind && kind !== 'UNIQUE' ? kind.toLowerCase() : (readIndexOptions(c) ?? between ?? before)
  if (method !== undefined) readIndexOptions(c)
  const mark = c.at
  const where = take(c, 'WHERE') ? predicateOf(c, readExpression(c)) : undefined
  if (where) note(c, mark, 'a partial index', 'PostgreSQL and SQLite')
  const end = spanFrom(c, from)
  const index = {
    kind: 'createIndex',
    table,
    name,
    keys,
    unique: kind === 'UNIQUE',
    concurrently,
    ifNotExists,
    only: false,
    span: end,
  } as const
  return [
    { ...index, ...(method === undefined ? {} : { method }), ...(where === undefined ? {} : { where }) },
    ...readWays(c).map(({ action, value, at }): Operation => ({ kind: 'alterTable', table, action, value, span: spanFrom(c, at) })),
  ]
}

/** Takes what follows DROP: [ONLINE] INDEX name ON table. */
export function readDropIndex(c: Cursor, from: number): Operation[] {
  takeOne(c, 'ONLINE', 'OFFLINE')
  expect(c, 'INDEX')
  const concurrently = readConcurrently(c)
  const guard = c.at
  const ifExists = take(c, 'IF', 'EXISTS')
  if (ifExists) needs(c, guard, 'IF EXISTS on DROP INDEX', undefined, 100104)
  const name = readName(c, 'an index')
  const made = { kind: 'dropIndex', name, concurrently, ifExists, cascade: false } as const
  const mark = c.at
  if (c.at >= c.tokens.length || sees(c, 'CASCADE') || sees(c, 'RESTRICT')) {
    c.at = Math.min(c.at + 1, c.tokens.length)
    note(c, mark > from ? mark - 1 : from, 'DROP INDEX without ON table', 'PostgreSQL and SQLite')
    return [{ ...made, span: spanFrom(c, from) }]
  }
  expect(c, 'ON')
  const table = readName(c, 'a table')
  const span = spanFrom(c, from)
  return [
    { ...made, table, span },
    ...readWays(c).map(({ action, value, at }): Operation => ({ kind: 'alterTable', table, action, value, span: spanFrom(c, at) })),
  ]
}

function readConcurrently(c: Cursor): boolean {
  const from = c.at
  if (!take(c, 'CONCURRENTLY')) return false
  note(c, from, 'CONCURRENTLY', 'PostgreSQL')
  return true
}

/** Takes ALGORITHM= and LOCK= (and MariaDB's WAIT) after an index statement. */
function readWays(c: Cursor): { readonly action: string; readonly value: string; readonly at: number }[] {
  const ways: { action: string; value: string; at: number }[] = []
  for (;;) {
    const at = c.at
    const action = takeOne(c, 'ALGORITHM', 'LOCK')
    if (action === undefined) {
      if (take(c, 'WAIT')) c.at++
      else if (!take(c, 'NOWAIT')) return ways
      continue
    }
    take(c, '=')
    ways.push({ action, value: readIdentifier(c, 'a value', true).toUpperCase(), at })
  }
}
