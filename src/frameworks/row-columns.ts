import type { Name } from '../ir/names.ts'
import type { RowColumn } from '../source/traced.ts'

const longest = 20_000
const longestExpression = 500
/** Functions of any engine whose values are numbers, times, booleans or uuids, whatever they are given. */
const plainFunctions = new Set(
  (
    'count sum avg length char_length character_length octet_length bit_length row_number rank dense_rank ntile floor ceil ceiling round abs sign mod ' +
    'power sqrt trunc truncate extract date_part date_trunc unix_timestamp now year month day datediff timestampdiff exists nextval currval lastval ' +
    'setval last_insert_id last_insert_rowid gen_random_uuid uuid_generate_v4 uuid position strpos instr array_length cardinality json_array_length ' +
    'jsonb_array_length random rand'
  ).split(' '),
)
/** Functions that give one of their arguments. */
const pickingFunctions = new Set(
  'max min coalesce any_value first_value last_value lag lead greatest least nullif ifnull isnull nvl'.split(' '),
)
const plainType = /^::\s*(?:int\w*|bigint|smallint|uuid|numeric|decimal|bool(?:ean)?|float\w*|real|date|timestamp\w*)$/i
const constants = new Set(['null', 'true', 'false', 'current_timestamp', 'current_date'])

/**
 * The column whose value a member of a query's row is: an alias of the text stands for what it was given to. `harmless`: what is counted or
 * computed, which holds no quote. undefined: an expression that was not followed.
 */
export function rowColumn(sql: string | undefined, tables: readonly Name[], member: string): readonly RowColumn[] | 'harmless' | undefined {
  if (member === 'length') return 'harmless'
  if (/^\d+$/.test(member)) return undefined
  const own = (column: string): readonly RowColumn[] => [{ tables, column }]
  const made = (expression: string) => {
    const columns = columnsIn(expression)
    return columns === undefined || columns.length > 16 ? undefined : columns.length === 0 ? 'harmless' : columns.flatMap(own)
  }
  if (sql === undefined || sql.length > longest) return own(member)
  // MySQL and SQLite call a column that has no name by its expression.
  if (/^\w+\(.{0,200}\)$/.test(member)) return made(member)
  if (!/^[\w$]{1,100}$/.test(member)) return own(member)
  const name = member.replaceAll('$', '\\$')
  const alias = new RegExp(`\\s+as\\s+["'\`]?${name}["'\`]?(?=\\s*(?:,|\\)|;|$|\\s(?:from|into)\\b))`, 'i').exec(sql)
  if (alias) return made(expressionBefore(sql, alias.index))
  // PostgreSQL calls it by its function.
  const called = new RegExp(`(?:\\bselect|,)\\s*(${name}\\s*\\()`, 'i').exec(sql)
  if (!called) return own(member)
  const start = called.index + called[0].length - called[1]!.length
  return made(sql.slice(start, closingOf(sql, start + called[1]!.length) + 1))
}

/** The expression of a list that ends before an offset. */
function expressionBefore(sql: string, end: number): string {
  let depth = 0
  let start = end
  for (; start > 0 && end - start <= longestExpression; start--) {
    const before = sql[start - 1]!
    if (before === ')') depth++
    else if (before === '(') depth--
    if (
      depth < 0 ||
      (depth === 0 && (before === ',' || /\b(?:select|distinct|returning)\s$/i.test(sql.slice(Math.max(0, start - 12), start))))
    )
      break
  }
  return sql.slice(start, end)
}

/** The offset of the parenthesis that closes the one that is open at an offset; the end of the text when none does. */
function closingOf(sql: string, from: number): number {
  let depth = 1
  for (let at = from; at < sql.length; at++) {
    if (sql[at] === '(') depth++
    else if (sql[at] === ')' && --depth === 0) return at
  }
  return sql.length
}

const token =
  /\s*(?:(\d+(?:\.\d+)?)|('[^'\\]*'(?!'))|(::\s*\w+)|((?:(?:"[^"]+"|`[^`]+`|[a-z_]\w*)\s*\.\s*)*(?:"([^"]+)"|`([^`]+)`|([a-z_]\w*)))|(\()|(\))|([-+*/%,]))/iy

/** The columns that an expression's value is made of; none: of numbers, times and constants alone. undefined: it was not followed. */
function columnsIn(expression: string): readonly string[] | undefined {
  const found: string[] = []
  let at = 0
  if (expression.length > longestExpression) return undefined
  while (at < expression.trimEnd().length) {
    token.lastIndex = at
    const next = token.exec(expression)
    if (!next) return undefined
    at = token.lastIndex
    const [, , , type, path, quoted, backticked, bare] = next
    // A cast holds for the value before it, which is not taken apart again.
    if (type !== undefined && !plainType.test(type)) return undefined
    if (type !== undefined && at >= expression.trimEnd().length && isOneValue(expression.slice(0, next.index))) return []
    if (path === undefined) continue
    const word = bare?.toLowerCase()
    const open = /^\s*\(/.exec(expression.slice(at))
    if (open && word !== undefined) {
      const inside = at + open[0].length
      const end = closingOf(expression, inside)
      if (end >= expression.length) return undefined
      if (word === 'over' || word === 'filter' || plainFunctions.has(word)) at = end + 1
      else if (!pickingFunctions.has(word)) return undefined
      continue
    }
    if (word === 'distinct' || (word !== undefined && constants.has(word))) continue
    if (word !== undefined && /^(?:select|case|when|then|else|end|as|from|over|and|or|is|in|not|like|between|array|interval)$/.test(word))
      return undefined
    found.push((quoted ?? backticked ?? bare)!)
  }
  return found
}

/** Is it a column, a call or what stands in parentheses, so that a cast behind it is for the whole? */
function isOneValue(expression: string): boolean {
  const text = expression.trim()
  if (/^[\w."`]+$/.test(text)) return true
  const open = /^\w*\s*\(/.exec(text)
  return open !== null && closingOf(text, open[0].length) === text.length - 1
}
