import type { Change, Unwritable } from '../frameworks/writer.ts'
import type { Span } from '../source/span.ts'
import { edit, type RecipeSite } from './plan.ts'

const identifier = String.raw`(?:"(?:[^"]|"")+"|${'`'}(?:[^${'`'}]|${'``'})+${'`'}|[A-Za-z_][\w$]*)`

/**
 * A pattern over SQL text as people write it, from its start and whatever the case. A space stands for any white space, `NAME` for an identifier as it is
 * written, `QUALIFIED` for one with or without its schema.
 */
export function sqlPattern(pattern: string): RegExp {
  const source = pattern
    .replaceAll('QUALIFIED', String.raw`${identifier}(?:\s*\.\s*${identifier})?`)
    .replaceAll('NAME', identifier)
    .replaceAll(' ', String.raw`\s+`)
  return new RegExp(`^${source}`, 'i')
}

/** Why text cannot be changed that does not stand in the file as the database receives it. */
export const computed: Unwritable = { because: 'the program puts the statement together' }

/** Puts words into SQL right behind what a pattern matches at the start of a place. */
export function insertBehind(site: RecipeSite, span: Span, pattern: RegExp, words: string): Change | Unwritable {
  const found = pattern.exec(site.text(span))
  if (!found) return computed
  const at = span.start + found[0].length
  return edit({ file: span.file, start: at, end: at }, words)
}
