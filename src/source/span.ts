/** A half-open range of UTF-16 offsets into one file the user wrote. `file` is a path relative to the working directory, with `/`. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** The smallest span of one file that covers both. When the files differ the first one wins. */
export function cover(first: Span, last: Span): Span {
  if (first.file !== last.file) return first
  return { file: first.file, start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) }
}

/** Does a place lie within another? */
export function encloses(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end
}
