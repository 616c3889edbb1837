import type { Span } from '../../source/span.ts'
import { joinPieces, type Piece, sliceTraced } from '../../source/traced.ts'
import { callFunction } from '../functions.ts'
import { checked } from '../templates.ts'
import type { StringValue, Value } from '../value.ts'
import { bool, derived, fromPrimitive, list, num, piecesOf, plain, str, text, undef } from '../values.ts'
import type { Walk } from '../walk.ts'

/** A method of a string; undefined when its result is not known. */
export function stringMethod(
  walk: Walk,
  self: StringValue,
  key: string,
  args: readonly Value[],
  span: Span,
  expression: string,
): Value | undefined {
  const known = plain(self)
  const first = args[0]
  const argument = plain(first)
  const at = (index: number): number | undefined => {
    const arg = args[index]
    return arg?.kind === 'number' ? arg.value : undefined
  }
  switch (key) {
    case 'toString':
    case 'valueOf':
    case 'normalize':
    case 'toWellFormed':
      return self
    case 'trim':
    case 'trimStart':
    case 'trimEnd':
      return trimmed(self, key !== 'trimEnd', key !== 'trimStart')
    case 'concat':
      return checked(walk, str([...self.pieces, ...args.flatMap((arg) => piecesOf(arg, expression, span))], span))
    case 'toLowerCase':
    case 'toLocaleLowerCase':
      return cased(self, (value) => value.toLowerCase())
    case 'toUpperCase':
    case 'toLocaleUpperCase':
      return cased(self, (value) => value.toUpperCase())
    case 'replace':
    case 'replaceAll':
      return replaced(walk, self, key === 'replaceAll', args, span)
    case 'repeat': {
      const count = at(0)
      if (count === undefined || count < 0 || !Number.isFinite(count)) return undefined
      const length = self.pieces.reduce((sum, piece) => sum + piece.text.length, 0)
      if (length * count > walk.budget.text || count > 10_000) return undefined
      return str(Array.from({ length: Math.floor(count) }, () => self.pieces).flat(), span)
    }
    case 'startsWith':
    case 'endsWith':
    case 'includes':
      if (known === undefined || argument === undefined) return undefined
      return bool(
        key === 'startsWith' ? known.startsWith(argument) : key === 'endsWith' ? known.endsWith(argument) : known.includes(argument),
      )
    case 'split': {
      if (known === undefined || (argument === undefined && first?.kind !== 'undefined' && regexOf(first) === undefined)) return undefined
      return split(self, known, argument ?? regexOf(first), span)
    }
    default:
      break
  }
  if (known === undefined) return undefined
  switch (key) {
    case 'slice':
    case 'substring':
    case 'substr': {
      const from = at(0) ?? 0
      const to = args[1] === undefined ? undefined : at(1)
      if ((args.length > 1 && to === undefined) || (args.length > 0 && at(0) === undefined)) return undefined
      const length = known.length
      let start = key === 'substring' ? Math.max(0, from) : from < 0 ? Math.max(0, length + from) : from
      let end =
        to === undefined ? length : key === 'substr' ? start + to : key === 'substring' ? Math.max(0, to) : to < 0 ? length + to : to
      if (key === 'substring' && start > end) [start, end] = [end, start]
      return str(sliceTraced({ text: known, pieces: self.pieces }, start, Math.min(end, length)).pieces, span)
    }
    case 'indexOf':
    case 'lastIndexOf':
      return argument === undefined ? undefined : num(key === 'indexOf' ? known.indexOf(argument, at(1)) : known.lastIndexOf(argument))
    case 'charAt':
    case 'at':
      return fromPrimitive(key === 'at' ? known.at(at(0) ?? 0) : known.charAt(at(0) ?? 0), span)
    case 'charCodeAt':
    case 'codePointAt':
      return fromPrimitive(key === 'charCodeAt' ? known.charCodeAt(at(0) ?? 0) : known.codePointAt(at(0) ?? 0))
    case 'padStart':
    case 'padEnd': {
      const length = at(0)
      const filler = args[1] === undefined ? ' ' : plain(args[1])
      if (length === undefined || length > 10_000 || filler === undefined) return undefined
      return text(key === 'padStart' ? known.padStart(length, filler) : known.padEnd(length, filler), span)
    }
    default:
      return undefined
  }
}

function trimmed(self: StringValue, start: boolean, end: boolean): Value {
  const traced = joinPieces(self.pieces)
  const from = start ? traced.text.length - traced.text.trimStart().length : 0
  const to = end ? traced.text.trimEnd().length : traced.text.length
  if (from === 0 && to === traced.text.length) return self
  return str(sliceTraced(traced, from, Math.max(from, to)).pieces, self.span)
}

function cased(self: StringValue, change: (value: string) => string): Value {
  return str(
    self.pieces.map((piece) => {
      if (piece.hole) return piece
      const changed = change(piece.text)
      return changed === piece.text ? piece : { ...piece, text: changed, verbatim: false }
    }),
    self.span,
  )
}

/** A regular expression of the program, when it is harmless to run: no nested repetition, and short. */
function regexOf(value: Value | undefined, global = false): RegExp | undefined {
  if (value?.kind !== 'object' || value.className !== 'RegExp') return undefined
  const source = plain(value.members.get('source'))
  const flags = plain(value.members.get('flags')) ?? ''
  if (source === undefined || source.length > 60 || /[+*}]\)?[+*{]|\)[+*{]|\\[1-9k]|\(\?<?[=!]/.test(source)) return undefined
  if ((source.match(/[+*{]/g)?.length ?? 0) > 1) return undefined
  try {
    return new RegExp(source, global && !flags.includes('g') ? `${flags}g` : flags)
  } catch {
    return undefined
  }
}

function replaced(walk: Walk, self: StringValue, all: boolean, args: readonly Value[], span: Span): Value | undefined {
  const [what, by] = args
  if (what === undefined || by === undefined) return undefined
  const search = plain(what)
  const regex = search === undefined ? regexOf(what) : undefined
  if (search === undefined && regex === undefined) return undefined
  if (search === '') return undefined
  const traced = joinPieces(self.pieces)
  if (traced.text.length > 500_000) return undefined
  const matches: { start: number; end: number; groups: readonly (string | undefined)[] }[] = []
  if (search !== undefined) {
    for (let at = traced.text.indexOf(search); at >= 0 && matches.length < 20_000; at = traced.text.indexOf(search, at + search.length)) {
      matches.push({ start: at, end: at + search.length, groups: [search] })
      if (!all) break
    }
  } else if (regex) {
    const pattern = regex.global ? regex : new RegExp(regex.source, `${regex.flags}g`)
    for (const match of traced.text.matchAll(pattern)) {
      matches.push({ start: match.index, end: match.index + match[0].length, groups: [...match] })
      if (!regex.global || matches.length >= 20_000) break
    }
  }
  const pieces: Piece[] = []
  let at = 0
  for (const match of matches) {
    pieces.push(...sliceTraced(traced, at, match.start).pieces)
    const value =
      by.kind === 'function'
        ? callFunction(
            walk,
            by,
            undef,
            match.groups.map((group) => fromPrimitive(group, span)),
            span,
            'replacer',
          )
        : by
    const inserted = plain(value)
    if (inserted !== undefined && by.kind !== 'function' && inserted.includes('$'))
      pieces.push({ text: expand(inserted, match.groups), span: value.span ?? span, verbatim: false })
    else pieces.push(...piecesOf(value, 'replacement', span))
    at = match.end
  }
  pieces.push(...sliceTraced(traced, at, traced.text.length).pieces)
  return checked(walk, str(pieces, self.span ?? span))
}

function expand(pattern: string, groups: readonly (string | undefined)[]): string {
  return pattern.replace(/\$(\$|&|\d{1,2})/g, (whole, what: string) => {
    if (what === '$') return '$'
    return what === '&' ? (groups[0] ?? '') : Number(what) < groups.length ? (groups[Number(what)] ?? '') : whole
  })
}

function split(self: StringValue, known: string, separator: string | RegExp | undefined, span: Span): Value | undefined {
  if (separator === undefined) return list([self])
  if (separator === '') return list([...known].slice(0, 5_000).map((character) => text(character, span)))
  const parts: Value[] = []
  const pattern =
    typeof separator === 'string'
      ? undefined
      : new RegExp(separator.source, separator.flags.includes('g') ? separator.flags : `${separator.flags}g`)
  const traced = { text: known, pieces: self.pieces }
  let at = 0
  const cut = (start: number, end: number) => {
    parts.push(str(sliceTraced(traced, at, start).pieces, span))
    at = end
  }
  if (typeof separator === 'string') {
    for (let next = known.indexOf(separator); next >= 0; next = known.indexOf(separator, at)) {
      if (parts.length > 5_000) return derived('split', span, self)
      cut(next, next + separator.length)
    }
  } else {
    for (const match of known.matchAll(pattern!)) {
      if (match[0] === '') return undefined
      cut(match.index, match.index + match[0].length)
    }
  }
  cut(known.length, known.length)
  return list(parts, true, span)
}
