import { type Cursor, endOffset, fail, peek, sees, skipParentheses, slice, take, takeOne } from './cursor.ts'

/**
 * Takes the words of a type, its arguments and its sign, and gives the text as written: `varchar(255)`, `int unsigned`,
 * `double precision`, `timestamp with time zone`, `text[]`. Character sets and collations are not part of it.
 */
export function readTypeText(c: Cursor): string {
  const from = c.at
  const first = peek(c)
  if (first.kind !== 'word' && first.kind !== 'quoted') fail(c, 'expected a type')
  c.at++
  if (take(c, '.')) c.at++
  switch (first.text) {
    case 'DOUBLE':
      take(c, 'PRECISION')
      break
    case 'NATIONAL':
      if (!takeOne(c, 'CHAR', 'CHARACTER', 'VARCHAR')) fail(c, 'expected CHAR')
      takeOne(c, 'VARYING', 'VARCHAR')
      break
    case 'CHAR':
    case 'CHARACTER':
    case 'NCHAR':
      takeOne(c, 'VARYING', 'VARCHAR')
      break
    case 'BIT':
      take(c, 'VARYING')
      break
    case 'LONG':
      takeOne(c, 'VARCHAR', 'VARBINARY')
      break
    case 'SIGNED':
    case 'UNSIGNED':
      takeOne(c, 'INTEGER', 'INT')
      break
  }
  if (sees(c, '(')) skipParentheses(c)
  if (first.text.startsWith('TIME') && (sees(c, 'WITH') || sees(c, 'WITHOUT')) && peek(c, 1).text === 'TIME') c.at += 3
  // SQLite's lexer reads `[]` as a quoted name.
  while (peek(c).kind === 'quoted' && slice(c, peek(c).start, peek(c).end) === '[]') c.at++
  while (sees(c, '[')) {
    c.at++
    if (peek(c).kind === 'number') c.at++
    if (!take(c, ']')) fail(c, 'expected ]')
  }
  while (takeOne(c, 'UNSIGNED', 'SIGNED', 'ZEROFILL'));
  return slice(c, c.tokens[from]!.start, endOffset(c))
}
