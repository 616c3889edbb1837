import type { Span } from '../../source/span.ts'
import { scan, scanner } from '../../sql/lexer.ts'
import { type Reading, spanOf } from './reading.ts'

interface Foreign {
  readonly feature: string
  readonly availableIn: string
  readonly span: Span
}

/** Words, alone or in sequence, that only another engine has. */
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
  { words: ['DEFAULT', 'CHARSET'], feature: 'DEFAULT CHARSET', availableIn: 'MySQL' },
  { words: ['PRAGMA'], feature: 'PRAGMA', availableIn: 'SQLite' },
  { words: ['DELIMITER'], feature: 'DELIMITER', availableIn: 'MySQL' },
  { words: ['WITHOUT', 'ROWID'], feature: 'WITHOUT ROWID', availableIn: 'SQLite' },
]

/** What in a statement that PostgreSQL refuses is unmistakably another engine's. */
export function foreignSyntax(reading: Reading): Foreign | undefined {
  const s = scanner(reading.text, reading.syntax)
  const matched = phrases.map(() => 0)
  const starts = phrases.map(() => 0)
  let backtick: Foreign | undefined
  while (scan(s)) {
    if (s.kind === 'comment') continue
    if (s.kind === 'operator' && s.text.charCodeAt(s.start) === 96) {
      backtick ??= { feature: 'names in backticks', availableIn: 'MySQL', span: spanOf(reading, s.start, s.end) }
      continue
    }
    const token = s.kind === 'word' || s.kind === 'operator' ? s.text.slice(s.start, s.end).toUpperCase() : ''
    for (let i = 0; i < phrases.length; i++) {
      const { words, feature, availableIn } = phrases[i]!
      if (token !== words[matched[i]!]) matched[i] = 0
      if (token !== words[matched[i]!]) continue
      if (matched[i] === 0) starts[i] = s.start
      if (++matched[i]! === words.length) return { feature, availableIn, span: spanOf(reading, starts[i]!, s.end) }
    }
  }
  return backtick
}
