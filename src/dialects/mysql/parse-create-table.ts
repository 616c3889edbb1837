import type { Column, Constraint } from '../../ir/column.ts'
import type { Query } from '../../ir/data.ts'
import type { CreateTable, InlineIndex, PartitionBy } from '../../ir/operation.ts'
import { type Cursor, expect, fail, note, peek, readName, sees, skipParentheses, spanFrom, take, takeOne } from '../../sql/cursor.ts'
import { readQuery, seesQuery } from '../../sql/query.ts'
import { readColumn } from './parse-columns.ts'
import { needs } from './parse-features.ts'
import { readKey, readNotValid, seesKey } from './parse-keys.ts'
import { readPartitioning, readTableOption } from './parse-options.ts'

/** Takes what follows CREATE [OR REPLACE] [TEMPORARY] TABLE; `from` is the index of CREATE. */
export function readCreateTable(c: Cursor, from: number, temporary: boolean, orReplace: boolean): CreateTable {
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  if (orReplace) needs(c, from, 'CREATE OR REPLACE TABLE', undefined, 100008)
  const table = readName(c, 'a table')
  const columns: Column[] = []
  const constraints: Constraint[] = []
  const indexes: InlineIndex[] = []
  const options: Record<string, string> = {}
  const made = { kind: 'createTable', table, columns, constraints, indexes, ifNotExists, temporary, options } as const
  const guard = orReplace ? ({ context: { guards: [{ by: 'or-replace', requires: 'unknown', table }] } } as const) : {}

  if (take(c, 'LIKE')) {
    const like = readName(c, 'a table')
    return { ...made, ...guard, like, partitioned: false, span: spanFrom(c, from) }
  }
  if (sees(c, '(') && sees(c, 'LIKE', 1)) {
    c.at += 2
    const like = readName(c, 'a table')
    expect(c, ')')
    return { ...made, ...guard, like, partitioned: false, span: spanFrom(c, from) }
  }
  if (sees(c, '(') && !seesQuery(c)) readParts(c, columns, constraints, indexes)
  let partitionBy: PartitionBy | undefined
  for (;;) {
    const option = readTableOption(c)
    if (option) options[option.key] = option.value
    else if (sees(c, 'PARTITION') && sees(c, 'BY', 1)) {
      partitionBy = readPartitioning(c)
    } else if (take(c, 'WITH', 'SYSTEM', 'VERSIONING')) {
      needs(c, c.at - 3, 'system versioning', undefined, 100300)
      options['SYSTEM VERSIONING'] = ''
    } else if (take(c, 'START', 'TRANSACTION')) options['START TRANSACTION'] = ''
    else if (foreignOption(c)) continue
    else if (!take(c, ',')) break
  }
  let as: Query | undefined
  takeOne(c, 'IGNORE', 'REPLACE')
  if (take(c, 'AS') || seesQuery(c)) as = readQuery(c)
  if (columns.length === 0 && as === undefined) fail(c, 'expected columns')
  const done = {
    ...made,
    ...guard,
    partitioned: partitionBy !== undefined,
    ...(partitionBy ? { partitionBy } : {}),
    span: spanFrom(c, from),
  }
  return as ? { ...done, as } : done
}

/** Options of other engines' CREATE TABLE. */
function foreignOption(c: Cursor): boolean {
  const from = c.at
  if (take(c, 'WITHOUT', 'ROWID') || take(c, 'STRICT'))
    note(c, from, c.tokens[from]!.text === 'STRICT' ? 'STRICT' : 'WITHOUT ROWID', 'SQLite')
  else if (sees(c, 'INHERITS') && sees(c, '(', 1)) {
    c.at++
    skipParentheses(c)
    note(c, from, 'INHERITS', 'PostgreSQL')
  } else if (sees(c, 'WITH') && sees(c, '(', 1)) {
    c.at++
    skipParentheses(c)
    note(c, from, 'storage parameters', 'PostgreSQL')
  } else return false
  return true
}

function readParts(c: Cursor, columns: Column[], constraints: Constraint[], indexes: InlineIndex[]): void {
  expect(c, '(')
  do {
    if (take(c, 'PERIOD', 'FOR')) {
      c.at++
      skipParentheses(c)
    } else if (seesKey(c)) {
      const key = readKey(c)
      if ('constraint' in key) constraints.push(key.constraint)
      else indexes.push(key.index)
      readNotValid(c)
    } else columns.push(readColumn(c))
    if (!sees(c, ',') && !sees(c, ')')) fail(c, `expected , or ) after ${columns.at(-1)?.name ?? 'the definition'}`)
  } while (take(c, ',') && peek(c).text !== ')')
  expect(c, ')')
}
