import type { Name } from '../../ir/names.ts'
import type { AlterTable, Operation } from '../../ir/operation.ts'
import {
  type Cursor,
  endOffset,
  expect,
  peek,
  readIdentifier,
  readName,
  sees,
  seesAll,
  skipParentheses,
  slice,
  spanFrom,
  take,
} from '../../sql/cursor.ts'
import { readPartitioning } from './parse-options.ts'

const verbs = new Set([
  'ADD',
  'DROP',
  'TRUNCATE',
  'REORGANIZE',
  'EXCHANGE',
  'COALESCE',
  'ANALYZE',
  'CHECK',
  'OPTIMIZE',
  'REBUILD',
  'REPAIR',
  'DISCARD',
  'IMPORT',
  'CONVERT',
])

/** Takes a partition clause of ALTER TABLE; undefined when none stands next. The clause's words are the action, its text the value. */
export function readPartitionAction(c: Cursor, table: Name): Operation | undefined {
  const from = c.at
  const start = peek(c).start
  const made = (action: string, value?: string): AlterTable => {
    const operation = { kind: 'alterTable', table, action, span: spanFrom(c, from) } as const
    return value === undefined ? operation : { ...operation, value }
  }
  if (seesAll(c, 'PARTITION', 'BY')) {
    const partitionBy = readPartitioning(c)
    return { ...made('PARTITION BY', slice(c, start, endOffset(c))), partitionBy }
  }
  if (take(c, 'REMOVE', 'PARTITIONING')) return made('REMOVE PARTITIONING')
  const verb = peek(c).text
  if (!verbs.has(verb) || !sees(c, 'PARTITION', 1)) return undefined
  c.at += 2
  const action = `${verb} PARTITION`
  const value = () => slice(c, c.tokens[from + 2]?.start ?? start, endOffset(c))
  take(c, 'IF', 'NOT', 'EXISTS') || take(c, 'IF', 'EXISTS')
  if (verb === 'EXCHANGE') {
    const partition = readIdentifier(c, 'a partition')
    expect(c, 'WITH', 'TABLE')
    readName(c, 'a table')
    if (take(c, 'WITH') || take(c, 'WITHOUT')) expect(c, 'VALIDATION')
    return made(action, partition)
  }
  if (verb === 'ADD' || verb === 'COALESCE') {
    if (take(c, 'PARTITIONS')) c.at++
    else if (sees(c, '(')) skipParentheses(c)
    else c.at++
    return made(action, value())
  }
  if (!take(c, 'ALL') && !sees(c, 'INTO')) {
    do readIdentifier(c, 'a partition')
    while (take(c, ','))
  }
  if (take(c, 'INTO')) skipParentheses(c)
  else if (take(c, 'TO', 'TABLE')) readName(c, 'a table')
  else take(c, 'TABLESPACE')
  return made(action, value())
}
