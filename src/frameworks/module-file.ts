import type { Statement } from '../ir/migration.ts'
import { type Line, lineAt, type Member, memberAt } from '../javascript/member.ts'
import { indentAt as lineIndent } from '../javascript/places.ts'
import { insertion, newlineOf } from './sql-file.ts'
import type { BackPlace, Change, Unwritable, WriterSite } from './writer.ts'

/** How a module is written. */
export interface Style {
  readonly quote: "'" | '"'
  /** One step of indentation. */
  readonly unit: string
  readonly semicolon: string
}

/** Calls of a way back, without `await`; `around`: the call whose callback they stand in (a transaction). */
export interface Calls {
  readonly calls: readonly string[]
  readonly around?: { readonly callee: string; readonly parameter: string }
}

/** What a way back calls. `beside`: the text of the statement of `down` that it comes before or after; undefined in a `down` of its own. */
export type CallsOf = (handle: string, style: Style, beside: string | undefined) => Calls | Unwritable

/** The member of a module that is `up` or `down`, with what is needed to write beside it. */
interface Place {
  readonly path: string
  readonly text: string
  readonly up: Member
  readonly style: Style
  /** The indentation of the member, and of what stands in it. */
  readonly indent: string
  readonly inner: string
}

/** Writes calls into the `down` of a module as its `up` is written: asynchronous or with promises, with its quotes, indentation and semicolons. */
export function writeDown({ migration, project }: WriterSite, place: BackPlace, callsOf: CallsOf): Change | Unwritable {
  const { file } = migration.up.span
  const read = project.read(file)
  if (!('text' in read)) return { because: read.error }
  const { text: whole } = read
  const up = memberAt(whole, migration.up.span)
  if (!up) return { because: 'up is not written as a function of the module, its class or its object' }
  if (up.handle === undefined) return { because: 'up gives its first parameter no name' }
  const at: Place = { path: file, text: whole, up, ...layoutOf(whole, up) }
  const { down } = migration
  if (down && down.span.file !== file) return { because: 'down stands in another file' }
  const own = down && memberAt(whole, down.span)
  if (down && (!own || own.form !== up.form)) return { because: 'down is not written as up is' }
  if (place !== 'whole' && own && down) return beside(at, own, down.statements, place, callsOf)
  const calls = callsOf(up.handle, at.style, undefined)
  if ('because' in calls) return calls
  const text = memberText(at, calls)
  if (own) return { edits: [{ file, start: own.start, end: own.end, text }], creates: [] }
  return added(at, text)
}

/** A member behind `up`, with a blank line between them. */
function added({ path, text, up, indent }: Place, member: string): Change {
  const newline = newlineOf(text)
  const comma = up.form === 'property' ? /^\s*,/.exec(text.slice(up.end)) : null
  const behind = up.end + (comma?.[0].length ?? 0)
  const [before, after] = up.form === 'property' ? [comma ? '' : ',', comma ? ',' : ''] : ['', '']
  return insertion(path, behind, `${before}${newline}${newline}${indent}${member}${after}`)
}

/** `up` with another name and another body. */
function memberText({ text, up, style, indent, inner }: Place, { calls, around }: Calls): string {
  const newline = newlineOf(text)
  const opening = `${text.slice(up.start, up.name.start)}down${text.slice(up.name.end, up.body.start)}`
  // An expression may stand on a line of its own; a block does not.
  const header = up.async && !up.body.block ? `${opening.trimEnd()} ` : opening
  const tail = text.slice(up.body.end, up.end)
  const base = up.async || up.body.block ? inner : indent
  const deeper = around ? base + style.unit : base
  if (up.async) {
    const lines = calls.map((call) => `${deeper}await ${indented(call, deeper, newline)}${style.semicolon}`).join(newline)
    const within = around && `await ${around.callee}(async (${around.parameter}) => {${newline}${lines}${newline}${inner}})`
    return `${header}{${newline}${within ? `${inner}${within}${style.semicolon}` : lines}${newline}${indent}}${tail}`
  }
  const chain = chained(calls, deeper, style, newline)
  const within = around ? `${around.callee}((${around.parameter}) =>${newline}${deeper}${chain})` : chain
  return up.body.block
    ? `${header}{${newline}${inner}return ${within}${style.semicolon}${newline}${indent}}${tail}`
    : `${header}${within}${tail}`
}

/** Calls one after the other, each waiting for the one before it. */
function chained([first = '', ...others]: readonly string[], indent: string, { unit }: Style, newline: string): string {
  const links = others.map((call) => `${newline}${indent}${unit}.then(() => ${indented(call, indent + unit, newline)})`)
  return indented(first, indent, newline) + links.join('')
}

/** A text of several lines, each behind the first set in. */
function indented(text: string, indent: string, newline: string): string {
  return text.replaceAll('\n', `${newline}${indent}`)
}

/** Calls before the first, or behind the last, statement of a `down` that says something already. */
function beside(at: Place, own: Member, statements: readonly Statement[], place: BackPlace, callsOf: CallsOf): Change | Unwritable {
  const { text, style } = at
  // A managed transaction ends where it was begun.
  const steps = statements.filter(({ operations }) => operations.some(({ kind }) => kind !== 'transaction'))
  const anchor = place === 'start' ? steps[0] : steps.at(-1)
  const line = anchor && lineAt(text, own, anchor.span)
  if (!line || own.handle === undefined) return { because: 'down is written in a way that has no room for another step' }
  const calls = callsOf(own.handle, style, text.slice(line.start, line.end))
  if ('because' in calls) return calls
  return place === 'start' ? above(at, line, calls.calls) : below(at, line, calls.calls)
}

function above({ path, text, style }: Place, line: Line, calls: readonly string[]): Change | Unwritable {
  const newline = newlineOf(text)
  const { returns } = line
  if (returns) {
    const indent = lineIndent(text, returns.start)
    const chain = `${chained(calls, indent, style, newline)}${newline}${indent}${style.unit}.then(() => `
    return {
      edits: [
        { file: path, start: returns.start, end: returns.start, text: chain },
        { file: path, start: returns.end, end: returns.end, text: ')' },
      ],
      creates: [],
    }
  }
  const indent = indentAt(text, line.start)
  if (indent === undefined) return { because: 'down is written on one line' }
  if (!line.async) return { because: 'down neither awaits nor returns what it does' }
  const lines = calls.map((call) => `await ${indented(call, indent, newline)}${style.semicolon}${newline}${indent}`)
  return insertion(path, line.start, lines.join(''))
}

function below({ path, text, style }: Place, line: Line, calls: readonly string[]): Change | Unwritable {
  const newline = newlineOf(text)
  const { returns } = line
  if (returns) return insertion(path, returns.end, chained(['', ...calls], lineIndent(text, returns.start), style, newline))
  const indent = indentAt(text, line.start)
  if (indent === undefined) return { because: 'down is written on one line' }
  if (!line.async) return { because: 'down neither awaits nor returns what it does' }
  const lines = calls.map((call) => `${newline}${indent}await ${indented(call, indent, newline)}${style.semicolon}`)
  return insertion(path, line.end, lines.join(''))
}

/** The blanks before an offset on its line; undefined when something else stands there. */
function indentAt(text: string, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const before = text.slice(start, offset)
  return before.trim() === '' ? before : undefined
}

function layoutOf(text: string, up: Member): Pick<Place, 'style' | 'indent' | 'inner'> {
  const indent = indentAt(text, up.start) ?? ''
  const first = up.body.block ? up.statements[0] : undefined
  const written = first && indentAt(text, first.start)
  const unit = written?.startsWith(indent) && written.length > indent.length ? written.slice(indent.length) : indent || '  '
  const singles = text.split("'").length
  const semicolon = first ? text[first.end - 1] === ';' : /;[ \t]*$/m.test(text)
  return {
    indent,
    inner: indent + unit,
    style: { quote: singles >= text.split('"').length ? "'" : '"', unit, semicolon: semicolon ? ';' : '' },
  }
}

/** A text as a literal of the module; one of several lines, or with the usual quote in it, in another kind of quotes. */
export function literalOf(text: string, { quote }: Pick<Style, 'quote'>, preferred: string = quote): string {
  const candidates = text.includes('\n') ? ['`'] : [preferred, quote, quote === "'" ? '"' : "'", '`']
  const used = candidates.find((one) => !text.includes(one)) ?? candidates[0]!
  const escaped = text.replaceAll('\\', '\\\\').replaceAll(used, `\\${used}`)
  return used + (used === '`' ? escaped.replaceAll('${', '\\${') : escaped) + used
}
