import { isColumn, withoutParentheses } from '../../sql/not-null-proof.ts'

/** The type of a cast: its name as written, in lower case, and its arguments. */
interface CastTo {
  readonly name: string
  readonly args: readonly string[]
}

/**
 * What a USING expression does to its column when that is no more than a cast: the type it is cast to, or 'column' when it is the column
 * itself. undefined when it computes something.
 */
export function plainUsing(sql: string, column: string): CastTo | 'column' | undefined {
  if (sql.length > 1000) return undefined
  const text = withoutParentheses(sql)
  if (isColumn(text, column)) return 'column'
  const cast =
    /^cast\s*\(\s*(.+?)\s+as\s+([^()]+(?:\([\d\s,]*\))?[\w\s]*)\)$/is.exec(text) ??
    /^(.+?)\s*::\s*([^():]+(?:\([\d\s,]*\))?[\w\s]*)$/s.exec(text)
  if (!cast || !isColumn(withoutParentheses(cast[1]!), column)) return undefined
  const [, before = '', given, behind = ''] = /^([^(]*)(?:\(([^)]*)\)(.*))?$/s.exec(cast[2]!) ?? []
  return {
    name: `${before} ${behind}`.replace(/\s+/g, ' ').trim().toLowerCase(),
    args: given === undefined ? [] : given.split(',').map((argument) => argument.trim()),
  }
}
