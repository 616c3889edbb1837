import { argumentsOf, around, callAround, indentAt, isPlace, type Place, propertyOf, statementAround } from '../javascript/places.ts'
import type { Span } from '../source/span.ts'
import { commentAbove } from '../sql/comment-above.ts'
import { literalOf, type Style } from './module-file.ts'
import { insertion, newlineOf } from './sql-file.ts'
import type { Change, Unwritable, WriterSite } from './writer.ts'

const apart: Unwritable = { because: 'the statement is not written where it is run' }

/** The text of a file of the migration's project. */
export function textOf({ project }: WriterSite, path: string): string {
  const result = project.read(path)
  return 'text' in result ? result.text : ''
}

/** The style that most of a file's lines are written in. */
export function styleOf(text: string): Style {
  const lines = text.split('\n')
  const ended = lines.filter((line) => /;\s*$/.test(line)).length
  const bare = lines.filter((line) => /[)'"`\w\]]\s*$/.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line)).length
  return {
    semicolon: ended > bare / 4 ? ';' : '',
    quote: text.split('"').length > text.split("'").length ? '"' : "'",
    unit: /\n([ \t]+)[^\s*]/.exec(text)?.[1] ?? '  ',
  }
}

/** Lines of a body, the last of them below comments that belong to it. */
export function commented(lines: readonly string[], comments: readonly string[] | undefined, indent: string): readonly string[] {
  return [...lines.slice(0, -1), ...(comments ?? []).map((comment) => indent + comment), ...lines.slice(-1)]
}

/** A call that sends SQL, as the code of the call without its text: `queryRunner.query(` and `)`. */
export interface Sender {
  readonly open: string
  readonly close: string
}

/** SQL statements sent on lines of their own above the statement of the program that a place stands in. */
export function sentBefore(
  text: string,
  span: Span,
  sql: readonly string[],
  sender: (call: Place) => Sender | Unwritable,
): Change | Unwritable {
  const call = callAround(text, span)
  const statement = call && statementAround(text, span)
  if (!call || !statement) return apart
  if (!isInAsync(text, { ...span, start: statement.start, end: statement.end })) return { because: 'the function around it is not async' }
  const sends = sender(call)
  if ('because' in sends) return sends
  const style = styleOf(text)
  const indent = indentAt(text, statement.start)
  const lines = sql.map((one) => `await ${sends.open}${literalOf(one, style)}${sends.close}${style.semicolon}${newlineOf(text)}${indent}`)
  return insertion(span.file, aboveComments(text, statement.start, indent), lines.join(''))
}

/** Comments right above a statement belong to it. */
function aboveComments(text: string, start: number, indent: string): number {
  let at = start
  for (;;) {
    const lineStart = text.lastIndexOf('\n', at - 1) + 1
    const above = text.lastIndexOf('\n', lineStart - 2) + 1
    if (lineStart === 0 || !/^\s*\/\//.test(text.slice(above, lineStart))) return at
    at = above + indent.length
  }
}

/** Is the function that a place stands in one in which it can be awaited? */
function isInAsync(text: string, span: Span): boolean {
  return around(text, span).find(({ type }) => /Function/.test(type) && type !== 'FunctionBody')?.async === true
}

/** The statement that a place stands in, awaited. */
export function awaited(text: string, span: Span): Change | Unwritable {
  const statement = statementAround(text, span)
  if (statement?.type !== 'ExpressionStatement') return { because: 'its promise is used' }
  if (!isInAsync(text, span)) return { because: 'the function around it is not async' }
  return insertion(span.file, statement.start, 'await ')
}

/** The program without the statement that does nothing but send a statement to the database. The comment right above it goes with it, unless it stays. */
export function withoutCall(text: string, span: Span, comments: 'go' | 'stay' = 'go'): Change | Unwritable {
  const call = callAround(text, span)
  const statement = call && statementAround(text, span)
  if (!call || statement?.type !== 'ExpressionStatement') return apart
  const expression = isPlace(statement.expression) ? statement.expression : statement
  const sent = expression.type === 'AwaitExpression' && isPlace(expression.argument) ? expression.argument : expression
  if (sent.start !== call.start || sent.end !== call.end) return apart
  const lineStart = text.lastIndexOf('\n', statement.start - 1) + 1
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(statement.end))
  const whole = text.slice(lineStart, statement.start).trim() === '' && rest
  const above = comments === 'go' ? commentAbove(text, lineStart, 0, /^\s*\/\//) : lineStart
  const start = whole ? above : statement.start
  let end = whole ? statement.end + rest[0].length : statement.end
  const blank = whole && /(?:\{|\n)[ \t]*\r?\n$/.test(text.slice(0, start)) ? /^[ \t]*\r?\n/.exec(text.slice(end)) : null
  end += blank?.[0].length ?? 0
  // Nor does a blank line stay that set it apart from what was above it, where nothing comes behind.
  const isLast = whole && /^[ \t]*\}/.test(text.slice(end))
  const gap = isLast ? (/\n([ \t]*\r?\n)$/.exec(text.slice(0, start))?.[1]?.length ?? 0) : 0
  return { edits: [{ file: span.file, start: start - gap, end, text: '' }], creates: [] }
}

/**
 * A call whose options, its argument at a position, say one thing more. Arguments that are left out before it are written as `undefined`.
 */
export function withOption(text: string, span: Span, position: number, name: string, value: string): Change | Unwritable {
  const call = callAround(text, span)
  if (!call) return apart
  const given = argumentsOf(call)
  const options = given[position]
  if (given.some(({ type }) => type === 'SpreadElement')) return { because: 'the arguments of the call are spread' }
  const member = value === name ? name : `${name}: ${value}`
  if (!options) {
    const missing = Array.from({ length: position - given.length }, () => 'undefined')
    const last = given.at(-1)
    const at = last?.end ?? call.end - 1
    return insertion(span.file, at, `${last ? ', ' : ''}${[...missing, `{ ${member} }`].join(', ')}`)
  }
  if (options.type !== 'ObjectExpression') return { because: 'the options of the call are made elsewhere' }
  const there = propertyOf(options, name)
  if (there) {
    const old = there.value
    return isPlace(old) ? { edits: [{ file: span.file, start: old.start, end: old.end, text: value }], creates: [] } : apart
  }
  const first = Array.isArray(options.properties) ? options.properties.filter(isPlace)[0] : undefined
  if (first) return insertion(span.file, first.start, `${member}, `)
  return { edits: [{ file: span.file, start: options.start, end: options.end, text: `{ ${member} }` }], creates: [] }
}
