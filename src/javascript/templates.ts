import type { TemplateLiteral } from 'oxc-parser'
import type { Piece } from '../source/traced.ts'
import { sizeOf } from './appended.ts'
import { each } from './choices.ts'
import { evaluate } from './expressions.ts'
import type { StringValue, Value } from './value.ts'
import { piecesOf, str, unknown } from './values.ts'
import { type Scope, spanOf, textOf, type Walk } from './walk.ts'

/** A template's text: what is written in it, verbatim where cooked and raw agree, and what its expressions give. */
export function evaluateTemplate(walk: Walk, scope: Scope, node: TemplateLiteral, raw = false): Value {
  const values = node.expressions.map((expression) => evaluate(walk, scope, expression))
  return filled(walk, scope, node, raw, values, 0)
}

/** The text with these values in it; from the first one with choices on, one text for each of them. */
function filled(walk: Walk, scope: Scope, node: TemplateLiteral, raw: boolean, values: readonly Value[], from: number): Value {
  for (let at = from; at < values.length; at++) {
    const chosen = each(values[at]!, (choice) => filled(walk, scope, node, raw, values.with(at, choice), at + 1))
    if (chosen !== undefined && (chosen.kind !== 'unknown' || chosen.choices !== undefined)) return chosen
  }
  const pieces: Piece[] = []
  node.quasis.forEach((quasi, index) => {
    pieces.push(...quasiPieces(scope, quasi, raw))
    const expression = node.expressions[index]
    const value = values[index]
    if (expression && value) pieces.push(...piecesOf(value, textOf(scope, expression), spanOf(scope, expression)))
  })
  const text = str(pieces, spanOf(scope, node))
  // What the file itself spells out is no longer than the file.
  return node.expressions.length === 0 ? text : checked(walk, text)
}

function quasiPieces(scope: Scope, quasi: TemplateLiteral['quasis'][number], raw: boolean): readonly Piece[] {
  const source = scope.frame.module.parsed.text
  // The element's range takes in its delimiters: a backtick or a brace before, a backtick or `${` behind.
  const start = quasi.start + 1
  const written = source.slice(start, quasi.end - (quasi.tail ? 1 : 2))
  if (raw)
    return written === ''
      ? []
      : [{ text: written, span: { file: scope.frame.module.path, start, end: start + written.length }, verbatim: true }]
  return literalPieces(written, scope.frame.module.path, start)
}

const simpleEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' }

/**
 * What is written between quotes, as the string that it means: runs without escapes are verbatim, each escape is a piece of its own. Line
 * ends inside a template stay as they are in the file.
 */
export function literalPieces(written: string, file: string, start: number): readonly Piece[] {
  if (written === '') return []
  if (!written.includes('\\')) return [{ text: written, span: { file, start, end: start + written.length }, verbatim: true }]
  const pieces: Piece[] = []
  let at = 0
  while (at < written.length) {
    const slash = written.indexOf('\\', at)
    const end = slash < 0 ? written.length : slash
    if (end > at) pieces.push({ text: written.slice(at, end), span: { file, start: start + at, end: start + end }, verbatim: true })
    if (slash < 0) break
    const [cooked, length] = escapeAt(written, slash)
    if (cooked !== '') pieces.push({ text: cooked, span: { file, start: start + slash, end: start + slash + length }, verbatim: false })
    at = slash + length
  }
  return pieces
}

/** What the escape at an offset means, and how long it is. */
function escapeAt(written: string, at: number): readonly [string, number] {
  const next = written[at + 1] ?? ''
  if (next === '\r' && written[at + 2] === '\n') return ['', 3]
  if (next === '\n' || next === '\r' || next === '\u2028' || next === '\u2029') return ['', 2]
  const coded =
    next === 'x'
      ? /^[0-9a-fA-F]{2}/.exec(written.slice(at + 2, at + 4))
      : next === 'u'
        ? /^(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]{1,6}\})/.exec(written.slice(at + 2, at + 10))
        : null
  if (coded) {
    const code = Number.parseInt(coded[0].replace(/[{}]/g, ''), 16)
    return [code > 0x10ffff ? '' : String.fromCodePoint(code), 2 + coded[0].length]
  }
  return [simpleEscapes[next] ?? next, 2]
}

/** A string within the budget; one that grew beyond it is not known, and what is run of it is opaque. */
export function checked(walk: Walk, value: StringValue): Value {
  const { units, count } = sizeOf(value)
  return units > walk.budget.text || count > 50_000 ? unknown('unknown', 'a text too long to be read', value.span) : value
}
