import type { PartitionBy } from '../../ir/operation.ts'
import {
  type Cursor,
  endOffset,
  expect,
  fail,
  peek,
  readIdentifier,
  readString,
  sees,
  skipParentheses,
  slice,
  take,
} from '../../sql/cursor.ts'

const options = new Set(
  'ENGINE TYPE AUTO_INCREMENT AVG_ROW_LENGTH CHECKSUM TABLE_CHECKSUM COMMENT COMPRESSION CONNECTION DELAY_KEY_WRITE ENCRYPTION ENGINE_ATTRIBUTE SECONDARY_ENGINE_ATTRIBUTE SECONDARY_ENGINE INSERT_METHOD KEY_BLOCK_SIZE MAX_ROWS MIN_ROWS PACK_KEYS PASSWORD ROW_FORMAT STATS_AUTO_RECALC STATS_PERSISTENT STATS_SAMPLE_PAGES TABLESPACE STORAGE UNION AUTOEXTEND_SIZE PAGE_CHECKSUM TRANSACTIONAL ENCRYPTED ENCRYPTION_KEY_ID PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL SEQUENCE IETF_QUOTES COLLATE CHARSET'.split(
    ' ',
  ),
)

/** Does a table option stand next? */
export function seesTableOption(c: Cursor): boolean {
  const word = peek(c, sees(c, 'DEFAULT') ? 1 : 0).text
  return options.has(word) || word === 'CHARACTER' || ((word === 'DATA' || word === 'INDEX') && sees(c, 'DIRECTORY', 1))
}

/** Takes one table option such as ENGINE=InnoDB; undefined when none stands next. The key is upper case, without DEFAULT. */
export function readTableOption(c: Cursor): { readonly key: string; readonly value: string } | undefined {
  const ahead = sees(c, 'DEFAULT') ? 1 : 0
  const word = peek(c, ahead).text
  const next = peek(c, ahead + 1).text
  let key: string
  if ((word === 'CHARACTER' || word === 'CHAR') && next === 'SET') {
    key = 'CHARSET'
    c.at += ahead + 2
  } else if ((word === 'DATA' || word === 'INDEX') && next === 'DIRECTORY') {
    key = `${word} DIRECTORY`
    c.at += ahead + 2
  } else if (options.has(word)) {
    key = word
    c.at += ahead + 1
  } else return undefined
  take(c, '=')
  return { key, value: readOptionValue(c) }
}

function readOptionValue(c: Cursor): string {
  const token = peek(c)
  if (token.kind === 'string') return readString(c)
  if (token.text === '(') {
    skipParentheses(c)
    return slice(c, token.start, endOffset(c))
  }
  if (token.kind === 'number' || token.kind === 'parameter' || token.text === 'DEFAULT' || token.text === 'BINARY') {
    c.at++
    return slice(c, token.start, token.end)
  }
  return readIdentifier(c, 'a value', true)
}

/** Takes PARTITION BY … with the list of partitions. */
export function readPartitioning(c: Cursor): PartitionBy {
  expect(c, 'PARTITION', 'BY')
  take(c, 'LINEAR')
  const way = readIdentifier(c, 'a way of partitioning', true).toUpperCase()
  const columns: string[] = []
  while (!sees(c, '(') && !sees(c, 'PARTITIONS') && peek(c).kind !== 'operator' && c.at < c.tokens.length) c.at++
  if (take(c, '=')) c.at++
  if (sees(c, '(')) {
    const from = c.at
    skipParentheses(c)
    for (let i = from + 1; i < c.at - 1; i++) if (isColumn(c, i)) columns.push(readIdentifier({ ...c, at: i }, 'a column', true))
  }
  for (;;) {
    if (take(c, 'PARTITIONS') || take(c, 'SUBPARTITIONS')) c.at++
    else if (take(c, 'SUBPARTITION', 'BY')) {
      take(c, 'LINEAR')
      c.at++
      skipParentheses(c)
    } else if (sees(c, 'INTERVAL') || sees(c, 'LIMIT') || sees(c, 'STARTS') || sees(c, 'AUTO')) {
      while (c.at < c.tokens.length && !sees(c, '(') && !sees(c, 'PARTITIONS')) c.at++
    } else break
  }
  if (sees(c, '(')) {
    if (peek(c, 1).text !== 'PARTITION') fail(c, 'expected PARTITION')
    skipParentheses(c)
  }
  const strategy = way === 'LIST' ? 'list' : way === 'HASH' || way === 'KEY' ? 'hash' : 'range'
  return { strategy, columns }
}

/** Is the token a name, and no function's? */
function isColumn(c: Cursor, at: number): boolean {
  const token = c.tokens[at]!
  return (token.kind === 'word' || token.kind === 'quoted') && c.tokens[at + 1]?.text !== '('
}
