import type { Span } from './span.ts'

/** Why a piece of a text is not known before the migration runs. */
export type HoleReason = 'parameter' | 'row' | 'environment' | 'call' | 'unknown'

/** A value that only the running migration knows, standing in a text. */
export interface Hole {
  readonly reason: HoleReason
  /** The expression as the user wrote it, for messages: `process.env.SCHEMA`. */
  readonly expression: string
  /** Passed through an escaping function, quoted as an identifier or known to be a number: it cannot change the statement's meaning. */
  readonly escaped: boolean
  /** All that stands in it are values of these columns. */
  readonly columns?: readonly RowColumn[]
}

/** A column of the rows that a query gave; of several tables it may be any one's. */
export interface RowColumn {
  readonly tables: readonly { readonly schema?: string; readonly name: string }[]
  readonly column: string
}

/** A run of characters with one origin. */
export interface Piece {
  readonly text: string
  /** Where the characters were written; undefined for characters that nobody wrote (a joiner computed by the program). */
  readonly span: Span | undefined
  /** True when character i of `text` is character i of the span: no escapes, no holes. */
  readonly verbatim: boolean
  readonly hole?: Hole
}

/** A text that remembers where each of its characters was written. A hole stands in `text` as an identifier-like token. */
export interface Traced {
  readonly text: string
  readonly pieces: readonly Piece[]
}

const holePattern = /surefoot_hole_(\d+)_/g

/** A whole file, or a part of it, as a traced text. `start` is the offset of the text in the file. */
export function tracedText(text: string, file: string, start = 0): Traced {
  return { text, pieces: [{ text, span: { file, start, end: start + text.length }, verbatim: true }] }
}

/** Joins pieces; each hole gets a token that reads as an identifier in every SQL dialect, so that `WHERE id = ${id}` still parses. */
export function joinPieces(pieces: readonly Piece[]): Traced {
  const named: Piece[] = []
  let holes = 0
  for (const piece of pieces) {
    if (piece.hole) named.push({ ...piece, text: `surefoot_hole_${holes++}_`, verbatim: false })
    else if (piece.text !== '') named.push(piece)
  }
  return { text: named.map((piece) => piece.text).join(''), pieces: named }
}

const starts = new WeakMap<readonly Piece[], readonly number[]>()

/** Where each piece begins in the text; made once for a text of many pieces, which is cut into as many statements. */
function startsOf(pieces: readonly Piece[]): readonly number[] {
  let known = starts.get(pieces)
  if (known === undefined) {
    let at = 0
    known = pieces.map((piece) => {
      const from = at
      at += piece.text.length
      return from
    })
    starts.set(pieces, known)
  }
  return known
}

/** The first piece that ends at an offset or behind it, and where it begins. */
function pieceAt(pieces: readonly Piece[], offset: number): { readonly index: number; readonly from: number } {
  if (pieces.length < 8) return { index: 0, from: 0 }
  const begins = startsOf(pieces)
  let low = 0
  let high = pieces.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (begins[middle]! + pieces[middle]!.text.length < offset) low = middle + 1
    else high = middle
  }
  return { index: low, from: begins[low] ?? 0 }
}

/** The part of a traced text between two of its offsets. Cut holes are kept whole. */
export function sliceTraced(traced: Traced, start: number, end: number): Traced {
  const single = traced.pieces[0]
  if (traced.pieces.length === 1 && single?.verbatim && single.span) {
    const text = traced.text.slice(start, end)
    return {
      text,
      pieces: [{ text, span: { file: single.span.file, start: single.span.start + start, end: single.span.start + end }, verbatim: true }],
    }
  }
  const pieces: Piece[] = []
  const first = pieceAt(traced.pieces, start)
  let at = first.from
  for (let index = first.index; index < traced.pieces.length && at < end; index++) {
    const piece = traced.pieces[index]!
    const from = Math.max(start - at, 0)
    const to = Math.min(end - at, piece.text.length)
    at += piece.text.length
    if (from >= to) continue
    if (piece.hole || (from === 0 && to === piece.text.length)) pieces.push(piece)
    else if (piece.verbatim && piece.span)
      pieces.push({
        text: piece.text.slice(from, to),
        span: { file: piece.span.file, start: piece.span.start + from, end: piece.span.start + to },
        verbatim: true,
      })
    else pieces.push({ ...piece, text: piece.text.slice(from, to) })
  }
  return { text: pieces.map((piece) => piece.text).join(''), pieces }
}

/**
 * Where the user wrote the characters from `start` to `end` (UTF-16 offsets into `traced.text`); undefined when nobody wrote them. The
 * first piece says where that is, and later ones extend it forward only: a constant that was defined further up in the file and is
 * pasted into a template does not drag the place up to its definition.
 */
export function locate(traced: Traced, start: number, end: number): Span | undefined {
  const first = pieceAt(traced.pieces, start)
  let at = first.from
  let found: Span | undefined
  for (let index = first.index; index < traced.pieces.length && at <= end; index++) {
    const piece = traced.pieces[index]!
    const from = at
    const to = at + piece.text.length
    at = to
    if (piece.span === undefined || to < start || (to === start && end > start) || from > end || (from === end && end > start)) continue
    const span = piece.verbatim
      ? { file: piece.span.file, start: piece.span.start + Math.max(0, start - from), end: piece.span.start + Math.min(to, end) - from }
      : piece.span
    if (found === undefined) found = span
    else if (found.file === span.file && span.start >= found.start)
      found = { file: found.file, start: found.start, end: Math.max(found.end, span.end) }
  }
  return found
}

/** The holes of a traced text with their token's offset, in order. */
export function holesOf(
  traced: Traced,
): readonly { readonly offset: number; readonly length: number; readonly hole: Hole; readonly span: Span | undefined }[] {
  const found = []
  let at = 0
  for (const piece of traced.pieces) {
    if (piece.hole) found.push({ offset: at, length: piece.text.length, hole: piece.hole, span: piece.span })
    at += piece.text.length
  }
  return found
}

/** Does a name or literal cut out of a traced text contain a hole's token? */
export function containsHole(text: string): boolean {
  return text.includes('surefoot_hole_')
}

/** A text with its hole tokens shown as the user wrote them: `surefoot_hole_0_` becomes `${table}`. */
export function showHoles(text: string, traced: Traced): string {
  if (!containsHole(text)) return text
  const holes = holesOf(traced)
  const byToken = new Map(holes.map((entry) => [traced.text.slice(entry.offset, entry.offset + entry.length), entry.hole]))
  return text.replace(holePattern, (token) => {
    const hole = byToken.get(token)
    return hole ? `\${${hole.expression}}` : token
  })
}
