import type { Name } from '../ir/names.ts'
import type { RowColumn } from '../source/traced.ts'

const longest = 20_000
const counting = /^(?:count|sum|avg|length|char_length|octet_length|row_number|rank|dense_rank|floor|ceil|round|abs|extract)$/i
const picking = /^(?:max|min|coalesce|distinct|any_value|first_value|last_value)$/i

/**
 * The column whose value a member of a query's row is: an alias of the text stands for what it was given to. `harmless`: what is counted or
 * computed, which holds no quote. undefined: an expression that was not followed.
 */
export function rowColumn(sql: string | undefined, tables: readonly Name[], member: string): readonly RowColumn[] | 'harmless' | undefined {
  if (member === 'length') return 'harmless'
  const own = (column: string): readonly RowColumn[] => [{ tables, column }]
  if (sql === undefined || sql.length > longest || !/^[\w$]{1,100}$/.test(member)) return own(member)
  if (/^count$/i.test(member) && /\bcount\s*\(/i.test(sql)) return 'harmless'
  const name = member.replaceAll('$', '\\$')
  const alias = new RegExp(`([^\\s,]{1,200})\\s+as\\s+["'\`]?${name}["'\`]?(?=\\s*(?:,|\\)|;|$|\\s(?:from|into)\\b))`, 'i').exec(sql)
  if (alias === null) return own(member)
  const written = alias[1]!
  const plain = /^(?:["`]?\w+["`]?\.)*["`]?(\w+)["`]?(?:::(\w+))?$/.exec(written)
  if (plain) return plain[2] !== undefined && /^(?:int\w*|bigint|uuid|numeric)$/i.test(plain[2]) ? 'harmless' : own(plain[1]!)
  const called = /(\w+)\s*\(\s*(?:distinct\s+)?(?:["`]?\w+["`]?\.)*["`]?(\w+|\*)?["`]?[^()]{0,100}\)$/i.exec(
    sql.slice(0, alias.index + written.length),
  )
  if (called && counting.test(called[1]!)) return 'harmless'
  return called && picking.test(called[1]!) && called[2] && called[2] !== '*' ? own(called[2]) : undefined
}
