import type { Span } from '../../source/span.ts'
import { scan, scanner } from '../../sql/lexer.ts'
import { type Reading, spanOf } from './reading.ts'

interface Foreign {
  readonly feature: string
  readonly availableIn: string
  readonly span: Span
}

/** Words, alone or in sequence, that only another engine has; `''` is a string. */
const phrases: readonly { readonly words: readonly string[]; readonly feature: string; readonly availableIn: string }[] = [
  { words: ['AUTO_INCREMENT'], feature: 'AUTO_INCREMENT', availableIn: 'MySQL' },
  { words: ['AUTOINCREMENT'], feature: 'AUTOINCREMENT', availableIn: 'SQLite' },
  { words: ['ENGINE', '='], feature: 'ENGINE=', availableIn: 'MySQL' },
  { words: ['MODIFY'], feature: 'MODIFY COLUMN', availableIn: 'MySQL' },
  { words: ['CHANGE', 'COLUMN'], feature: 'CHANGE COLUMN', availableIn: 'MySQL' },
  { words: ['UNSIGNED'], feature: 'UNSIGNED', availableIn: 'MySQL' },
  { words: ['ON', 'DUPLICATE', 'KEY'], feature: 'ON DUPLICATE KEY UPDATE', availableIn: 'MySQL' },
  { words: ['INSERT', 'IGNORE'], feature: 'INSERT IGNORE', availableIn: 'MySQL' },
  { words: ['REPLACE', 'INTO'], feature: 'REPLACE INTO', availableIn: 'MySQL' },
  { words: ['UNIQUE', 'KEY'], feature: 'UNIQUE KEY', availableIn: 'MySQL' },
  { words: ['FULLTEXT', 'KEY'], feature: 'FULLTEXT KEY', availableIn: 'MySQL' },
  { words: ['FULLTEXT', 'INDEX'], feature: 'FULLTEXT INDEX', availableIn: 'MySQL' },
  { words: ['CHARACTER', 'SET'], feature: 'CHARACTER SET', availableIn: 'MySQL' },
  { words: ['COMMENT', "''"], feature: 'COMMENT in a definition', availableIn: 'MySQL' },
  { words: ['COMMENT', '=', "''"], feature: 'COMMENT in a definition', availableIn: 'MySQL' },
  { words: ['ALGORITHM', '='], feature: 'ALGORITHM=', availableIn: 'MySQL' },
  { words: ['LOCK', 'TABLES'], feature: 'LOCK TABLES', availableIn: 'MySQL' },
  { words: ['UNLOCK', 'TABLES'], feature: 'UNLOCK TABLES', availableIn: 'MySQL' },
  { words: ['DEFAULT', 'CHARSET'], feature: 'DEFAULT CHARSET', availableIn: 'MySQL' },
  { words: ['PRAGMA'], feature: 'PRAGMA', availableIn: 'SQLite' },
  { words: ['DELIMITER'], feature: 'DELIMITER', availableIn: 'MySQL' },
  { words: ['WITHOUT', 'ROWID'], feature: 'WITHOUT ROWID', availableIn: 'SQLite' },
  { words: ['INSERT', 'OR', 'IGNORE'], feature: 'INSERT OR IGNORE', availableIn: 'SQLite' },
  { words: ['INSERT', 'OR', 'REPLACE'], feature: 'INSERT OR REPLACE', availableIn: 'SQLite' },
  { words: ['RENAME', 'TABLE'], feature: 'RENAME TABLE', availableIn: 'MySQL' },
  { words: ['DROP', 'FOREIGN', 'KEY'], feature: 'DROP FOREIGN KEY', availableIn: 'MySQL' },
  { words: ['DROP', 'PRIMARY', 'KEY'], feature: 'DROP PRIMARY KEY', availableIn: 'MySQL' },
  { words: ['ADD', 'UNIQUE', 'INDEX'], feature: 'ADD UNIQUE INDEX', availableIn: 'MySQL' },
  { words: ['ADD', 'UNIQUE', 'KEY'], feature: 'ADD UNIQUE KEY', availableIn: 'MySQL' },
  { words: ['ON', 'UPDATE', 'CURRENT_TIMESTAMP'], feature: 'ON UPDATE CURRENT_TIMESTAMP', availableIn: 'MySQL' },
  { words: ['ADD', 'CONSTRAINT', 'IF', 'NOT'], feature: 'ADD CONSTRAINT IF NOT EXISTS', availableIn: 'MariaDB' },
  { words: ['CREATE', 'TYPE', 'IF', 'NOT'], feature: 'CREATE TYPE IF NOT EXISTS', availableIn: 'CockroachDB' },
  { words: ['CREATE', 'TRIGGER', 'IF', 'NOT'], feature: 'CREATE TRIGGER IF NOT EXISTS', availableIn: 'SQLite' },
  { words: ['CREATE', 'DATABASE', 'IF', 'NOT'], feature: 'CREATE DATABASE IF NOT EXISTS', availableIn: 'MySQL' },
]

/** Words that are another engine's only in a statement that begins so, outside of any parentheses unless `nested`. */
const within: readonly {
  readonly begins: readonly string[]
  readonly word: string
  readonly nested?: true
  /** Only as long as none of these words has been met. */
  readonly before?: readonly string[]
  readonly feature: string
  readonly availableIn: string
}[] = [
  { begins: ['ALTER', 'TABLE'], word: 'AFTER', feature: 'the place of a column (AFTER)', availableIn: 'MySQL' },
  { begins: ['ALTER', 'TABLE'], word: 'FIRST', feature: 'the place of a column (FIRST)', availableIn: 'MySQL' },
  { begins: ['ALTER', 'TABLE'], word: 'CHANGE', feature: 'CHANGE COLUMN', availableIn: 'MySQL' },
  { begins: ['UPDATE'], word: 'JOIN', before: ['SET', 'FROM'], feature: 'UPDATE … JOIN', availableIn: 'MySQL' },
  { begins: ['ALTER', 'TABLE'], word: 'ENUM', feature: 'ENUM as the type of a column', availableIn: 'MySQL' },
  { begins: ['CREATE', 'TABLE'], word: 'ENUM', nested: true, feature: 'ENUM as the type of a column', availableIn: 'MySQL' },
  { begins: ['DROP', 'INDEX'], word: 'ON', feature: 'DROP INDEX … ON', availableIn: 'MySQL' },
  { begins: ['UPDATE'], word: 'LIMIT', feature: 'UPDATE … LIMIT', availableIn: 'MySQL' },
  { begins: ['DELETE'], word: 'LIMIT', feature: 'DELETE … LIMIT', availableIn: 'MySQL' },
]

/** What a value, and no operator, stands behind. */
const placeOfValue: ReadonlySet<string> = new Set([
  '(',
  ',',
  '=',
  '<',
  '>',
  '<=',
  '>=',
  '<>',
  '!=',
  'IN',
  'LIKE',
  'ILIKE',
  'LIMIT',
  'OFFSET',
  'BETWEEN',
  'AND',
  'OR',
  'WHERE',
  'SET',
  'SELECT',
  'VALUES',
])

/** What in a statement that PostgreSQL refuses is unmistakably another engine's. */
export function foreignSyntax(reading: Reading): Foreign | undefined {
  const s = scanner(reading.text, reading.syntax)
  const matched = phrases.map(() => 0)
  const starts = phrases.map(() => 0)
  const begins: string[] = []
  const met = new Set<string>()
  let depth = 0
  let backtick: Foreign | undefined
  let placed: Foreign | undefined
  let before = ''
  while (scan(s)) {
    if (s.kind === 'comment') continue
    if (s.kind === 'operator' && s.text.charCodeAt(s.start) === 96) {
      backtick ??= { feature: 'names in backticks', availableIn: 'MySQL', span: spanOf(reading, s.start, s.end) }
      continue
    }
    const token = s.kind === 'string' ? "''" : s.kind === 'word' || s.kind === 'operator' ? s.text.slice(s.start, s.end).toUpperCase() : ''
    if (token === '(') depth++
    else if (token === ')') depth--
    // Behind a value `?` is an operator of jsonb; where a value has to stand it is what the drivers of others fill in.
    if (/^[=<>!]*\?$/.test(token) && (token !== '?' || placeOfValue.has(before))) {
      const end = s.end
      placed ??= {
        feature: '`?` for a value (its driver takes $1)',
        availableIn: 'MySQL and SQLite',
        span: spanOf(reading, end - 1, end),
      }
    }
    before = token
    if (begins.length < 2) begins.push(token)
    else
      for (const { begins: wanted, word, nested, before, feature, availableIn } of within) {
        if (token !== word || before?.some((one) => met.has(one))) continue
        if ((nested || depth === 0) && wanted.every((first, i) => begins[i] === first))
          placed ??= { feature, availableIn, span: spanOf(reading, s.start, s.end) }
      }
    if (token === 'SET' || token === 'FROM') met.add(token)
    for (let i = 0; i < phrases.length; i++) {
      const { words, feature, availableIn } = phrases[i]!
      if (token !== words[matched[i]!]) matched[i] = 0
      if (token !== words[matched[i]!]) continue
      if (matched[i] === 0) starts[i] = s.start
      if (++matched[i]! === words.length) return { feature, availableIn, span: spanOf(reading, starts[i]!, s.end) }
    }
  }
  return placed ?? backtick
}
