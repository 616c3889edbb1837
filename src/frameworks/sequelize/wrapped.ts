import { memberAt } from '../../javascript/member.ts'
import { around, callAround, childrenOf, isPlace, type Place } from '../../javascript/places.ts'
import type { TextEdit } from '../../source/text-edit.ts'
import { literalOf } from '../module-file.ts'
import { styleOf, textOf } from '../program-file.ts'
import { newlineOf } from '../sql-file.ts'
import type { Change, Unwritable, WriterSite } from '../writer.ts'
import { saying } from './options.ts'

const apart: Unwritable = { because: 'not every statement is awaited in the body of its function' }

/** The lines of a direction in one transaction that they open themselves, with some SQL as its first. */
export function wrapped(at: WriterSite, sql: readonly string[]): Change | Unwritable {
  const script = at.direction === 'down' && at.migration.down ? at.migration.down : at.migration.up
  if (at.load.dialect.name !== 'postgres') return { because: 'queryInterface has its own way with transactions there' }
  if (script.ambient !== 'none' || script.statements.some(({ segment }) => segment !== undefined))
    return { because: 'a transaction is open already' }
  const { file } = script.span
  const text = textOf(at, file)
  const member = memberAt(text, script.span)
  if (!member?.async || !member.body.block || member.handle === undefined) return { because: 'it is not an async function with a body' }
  const [body] = around(text, { file, start: member.body.start, end: member.body.end })
  if (!body || script.statements.some(({ span }) => span.file !== file || span.start < body.start || span.end > body.end)) return apart
  if (/\btransaction\b/.test(text.slice(member.start, member.end))) return { because: 'the name "transaction" is taken' }
  const seen = lookedThrough(body)
  if (!seen) return { because: 'its body does more than wait for one call after another' }
  const calls = new Map<number, Change>()
  for (const { span } of script.statements) {
    const call = callAround(text, span)
    if (!call || !seen.awaited.has(call.start)) return apart
    if (calls.has(call.start)) continue
    const passed = saying(at, span, 'transaction', 'transaction')
    if ('because' in passed) return passed
    calls.set(call.start, passed)
  }
  // What it asks on another connection does not see what the transaction did, and may wait for its locks.
  if (seen.awaited.size > calls.size) return { because: 'it waits for something else than its statements' }
  const lines = bodyLines(text, body)
  if (!lines) return { because: 'its body stands on one line' }
  const { indent, first, last } = lines
  const style = styleOf(text)
  const newline = newlineOf(text)
  const open = `${indent}await ${member.handle}.sequelize.transaction(async (transaction) => {${newline}`
  const sent = sql.map(
    (one) =>
      `${indent}${style.unit}await ${member.handle}.sequelize.query(${literalOf(one, style)}, { transaction })${style.semicolon}${newline}`,
  )
  const edits: TextEdit[] = [...calls.values()].flatMap((change) => change.edits)
  const insert = (offset: number, words: string) => edits.push({ file, start: offset, end: offset, text: words })
  const [begin = first, ...others] = startsOf(text, first, last).filter(
    (start) => !seen.texts.some((one) => one.start < start && start < one.end),
  )
  insert(begin, `${open}${sent.join('')}${style.unit}`)
  for (const start of others) insert(start, style.unit)
  insert(last, `${indent}})${style.semicolon}${newline}`)
  return { edits, creates: [] }
}

/** Where what a body waits for begins, and its texts in backticks; undefined: there is more in it than can be followed here. */
function lookedThrough(body: Place): { readonly awaited: ReadonlySet<number>; readonly texts: readonly Place[] } | undefined {
  const awaited = new Set<number>()
  const texts: Place[] = []
  const open: Place[] = [body]
  for (let node = open.pop(); node; node = open.pop()) {
    // A transaction that a statement has failed in takes no other, whatever a handler does.
    if (/Function|TryStatement/.test(node.type) && node !== body) return undefined
    if (node.type === 'TemplateLiteral') texts.push(node)
    const { argument, type } = node
    if (isPlace(argument) && (type === 'AwaitExpression' || (type === 'ReturnStatement' && argument.type !== 'AwaitExpression')))
      awaited.add(argument.start)
    open.push(...childrenOf(node))
  }
  return { awaited, texts }
}

/** The lines between the braces: their indentation, where the first of them begins, and where the line of the closing brace does. */
function bodyLines(
  text: string,
  { start, end }: Place,
): { readonly indent: string; readonly first: number; readonly last: number } | undefined {
  const opening = /^[ \t]*\r?\n(?:[ \t]*\r?\n)*/.exec(text.slice(start + 1, end))
  const last = text.lastIndexOf('\n', end - 1) + 1
  if (!opening || text.slice(last, end - 1).trim() !== '') return undefined
  const first = start + 1 + opening[0].length
  return { indent: /^[ \t]*/.exec(text.slice(first))![0], first, last }
}

/** Where the lines that are not blank begin. */
function startsOf(text: string, from: number, to: number): readonly number[] {
  const starts: number[] = []
  for (let at = from; at < to; at = text.indexOf('\n', at) + 1) if (!/^[ \t]*\r?\n/.test(text.slice(at, to))) starts.push(at)
  return starts
}
