import { split } from '../../sql/split.ts'
import { syntaxOf } from '../../sql/syntax.ts'

const syntax = syntaxOf('mysql')

export interface StatementText {
  /** Its words and signs in upper case, strings left out and each quoted name as one backtick: `ALTER TABLE ` ADD COLUMN ` INT`. */
  readonly words: string
  /** As written, without what stands round it. */
  readonly text: string
  /** Bare and quoted names and words, as written, in order. */
  readonly names: readonly { readonly name: string; readonly quoted: boolean; readonly sign: boolean }[]
}

/** The statements of a text as MySQL and MariaDB read them. */
export function statementsOf(sql: string): readonly StatementText[] {
  return [...split(sql, syntax, { tokens: true })]
    .filter(({ kind }) => kind === 'statement')
    .map(({ tokens, from, to }) => {
      const kept = tokens.filter(({ kind, text }) => kind !== 'string' && text !== ';')
      return {
        words: kept.map(({ kind, start, end, text }) => (kind === 'quoted' ? '`' : text === '' ? sql.slice(start, end) : text)).join(' '),
        text: sql.slice(from, to).replace(/;\s*$/, ''),
        names: kept.map(({ kind, start, end }) => ({
          name: kind === 'quoted' ? sql.slice(start + 1, end - 1).replaceAll('``', '`') : sql.slice(start, end),
          quoted: kind === 'quoted',
          sign: kind === 'operator',
        })),
      }
    })
}

/** Words that stand between a statement's verb and the table that it is about. */
const between = new Set(
  'TABLE INTO FROM IGNORE LOW_PRIORITY HIGH_PRIORITY DELAYED QUICK ONLINE OFFLINE IF EXISTS NOT TEMPORARY OR REPLACE'.split(' '),
)

/** The table that a statement writes to, changes or reads first, by its text; undefined: it is not of those that name it first. */
export function targetOf(sql: string): string | undefined {
  const [statement, ...more] = statementsOf(sql)
  if (!statement || more.length > 0) return undefined
  const { names, words } = statement
  let at = 1
  if (/^(?:CREATE|DROP)\b.*?\bINDEX\b/.test(words)) {
    at = names.findIndex(({ name, quoted }) => !quoted && name.toUpperCase() === 'ON') + 1
    if (at === 0) return undefined
  } else if (
    !/^(?:ALTER TABLE|ALTER (?:ONLINE|IGNORE)|CREATE (?:OR REPLACE )?(?:TEMPORARY )?TABLE|INSERT|REPLACE|UPDATE|DELETE|TRUNCATE)\b/.test(
      words,
    )
  ) {
    return undefined
  }
  // DELETE a FROM orders a JOIN …: an alias before FROM.
  const from = /^DELETE\b/.test(words) ? names.findIndex(({ name, quoted }) => !quoted && name.toUpperCase() === 'FROM') : -1
  if (from > at) at = from
  while (at < names.length && !names[at]!.quoted && between.has(names[at]!.name.toUpperCase())) at++
  const qualified = names[at + 1]?.name === '.' && names[at + 1]?.sign ? names[at + 2] : names[at]
  return qualified === undefined || qualified.sign ? undefined : qualified.name
}
