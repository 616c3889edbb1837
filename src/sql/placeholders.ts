import { scan, scanner } from './lexer.ts'
import type { Syntax } from './syntax.ts'

export interface Placeholder {
  /** `?`, or the name without its colon. */
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Words after which an operand is expected: a `?` there is a placeholder, and no JSON operator. */
const expectsOperand = new Set(
  'SELECT FROM WHERE AND OR NOT IN LIKE ILIKE BETWEEN VALUES SET LIMIT OFFSET ON WHEN THEN ELSE CASE DEFAULT RETURNING INTO TABLE BY HAVING USING AS IS UPDATE JOIN ANY ALL DISTINCT INTERVAL TO CHECK ADD COLUMN ESCAPE CALL EXECUTE FETCH FIRST NEXT END SIMILAR TIMESTAMP DATE TIME'.split(
    ' ',
  ),
)

/**
 * Replaces the run-time placeholders `:name` and `?` of a PostgreSQL text by parameters or numbers of the same length, so that offsets
 * stay and PostgreSQL's own grammar reads it: `:id` becomes `$1 `, `?` becomes `0`. Strings, comments, `::` casts, array slices and the
 * JSON operators `?`, `?|`, `?&` are left alone. For the engines that our own reader reads nothing is replaced: there `?` is a token.
 */
export function replacePlaceholders(
  text: string,
  syntax: Syntax,
): { readonly text: string; readonly placeholders: readonly Placeholder[] } {
  if (syntax.engine !== 'postgres' || (!text.includes(':') && !text.includes('?'))) return { text, placeholders: [] }
  const placeholders: Placeholder[] = []
  const s = scanner(text, { ...syntax, named: true })
  let operand = false
  let brackets = 0
  while (scan(s)) {
    if (s.kind === 'comment' || s.kind === 'meta') continue
    const code = text.charCodeAt(s.start)
    if (s.kind === 'parameter' && code === 58) {
      if (brackets === 0 || !operand) placeholders.push({ name: text.slice(s.start + 1, s.end), start: s.start, end: s.end })
      operand = true
    } else if (s.kind === 'operator') {
      if (code === 91) brackets++
      else if (code === 93 && brackets > 0) brackets--
      const next = text.charCodeAt(s.start + 1)
      if (code === 63 && !operand && next !== 124 && next !== 38 && next !== 63) {
        placeholders.push({ name: '?', start: s.start, end: s.end })
        operand = true
      } else operand = code === 41 || code === 93
    } else if (s.kind === 'word') operand = !expectsOperand.has(text.slice(s.start, s.end).toUpperCase())
    else operand = true
  }
  if (placeholders.length === 0) return { text, placeholders }
  const pieces: string[] = []
  let at = 0
  let number = 1
  for (const { start, end } of placeholders) {
    pieces.push(
      text.slice(at, start),
      end - start === 1 ? '0' : `$${end - start > String(number).length ? number++ : 1}`.padEnd(end - start),
    )
    at = end
  }
  pieces.push(text.slice(at))
  return { text: pieces.join(''), placeholders }
}
