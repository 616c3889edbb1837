import { isColumn, withoutParentheses } from '../../sql/not-null-proof.ts'

/**
 * What a USING expression does to its column when that is no more than a cast: the name of the type it is cast to, as written and
 * without its arguments, or 'column' when it is the column itself. undefined when it computes something.
 */
export function plainUsing(sql: string, column: string): string | undefined {
  if (sql.length > 1000) return undefined
  const text = withoutParentheses(sql)
  if (isColumn(text, column)) return 'column'
  const cast =
    /^cast\s*\(\s*(.+?)\s+as\s+([^()]+(?:\([\d\s,]*\))?[\w\s]*)\)$/is.exec(text) ??
    /^(.+?)\s*::\s*([^():]+(?:\([\d\s,]*\))?[\w\s]*)$/s.exec(text)
  if (!cast || !isColumn(withoutParentheses(cast[1]!), column)) return undefined
  return cast[2]!
    .replace(/\([^)]*\)/, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}
