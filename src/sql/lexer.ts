import { characterClass, DIGIT, isLineEnd, SPACE, WORD } from './characters.ts'
import type { Syntax } from './syntax.ts'

/**
 * `word`: a keyword or bare identifier. `quoted`: an identifier in quotes. `string`: text in quotes of any kind. `blob`: a hex or
 * bit literal. `variable`: `@x`, `@@x`. `parameter`: `?`, `:name`, `$1`. `open` and `close`: the ends of a comment that MySQL
 * executes (`/*!40101 SET …`). `meta`: a psql command line. `error`: a string, quoted name or comment that does not end.
 */
export type TokenKind =
  | 'word'
  | 'quoted'
  | 'string'
  | 'blob'
  | 'number'
  | 'operator'
  | 'parameter'
  | 'variable'
  | 'comment'
  | 'open'
  | 'close'
  | 'meta'
  | 'error'

/** Where a scan stands. `kind`, `start` and `end` (UTF-16 offsets) describe the token that was scanned last. */
export interface Scanner {
  readonly text: string
  readonly syntax: Syntax
  kind: TokenKind
  start: number
  end: number
  /** The mysql client's delimiter, where it is not `;`: a word ends before it. */
  delimiter: string | undefined
  /** Inside a comment that is executed. */
  hidden: boolean
  /** A quote without an end was met: the next one takes all the rest, which keeps the scan linear. */
  broken: boolean
}

export function scanner(text: string, syntax: Syntax, start = 0): Scanner {
  return { text, syntax, kind: 'comment', start, end: start, delimiter: undefined, hidden: false, broken: false }
}

/** Moves to the next token, comments included; false at the end of the text. Never fails: what has no end is an `error` token. */
export function scan(s: Scanner): boolean {
  const { text } = s
  let at = s.end
  while (at < text.length && characterClass(text.charCodeAt(at)) === SPACE) at++
  if (at >= text.length) {
    s.start = s.end = text.length
    return false
  }
  s.start = at
  const code = text.charCodeAt(at)
  const kind = characterClass(code)
  if (kind === WORD) return scanWord(s, at)
  if (kind === DIGIT) return scanNumber(s, at)
  switch (code) {
    case 39: // '
      return scanQuoted(s, at, "'", s.syntax.engine === 'mysql', 'string')
    case 34: // "
      if (s.syntax.engine === 'mysql' && !s.syntax.ansiQuotes) return scanQuoted(s, at, '"', true, 'string')
      return scanQuoted(s, at, '"', false, 'quoted')
    case 96: // `
      if (s.syntax.engine === 'postgres') return finish(s, 'operator', at + 1)
      return scanQuoted(s, at, '`', false, 'quoted')
    case 91: {
      // [
      if (s.syntax.engine !== 'sqlite') return finish(s, 'operator', at + 1)
      const close = text.indexOf(']', at)
      return close < 0 ? unterminated(s, at) : finish(s, 'quoted', close + 1)
    }
    case 45: // -
      if (text.charCodeAt(at + 1) === 45 && (s.syntax.engine !== 'mysql' || startsDashComment(text, at + 2)))
        return scanLine(s, 'comment', at)
      break
    case 35: // #
      if (s.syntax.engine === 'mysql') return scanLine(s, 'comment', at)
      break
    case 47: // /
      if (text.charCodeAt(at + 1) === 42) return scanBlockComment(s, at)
      break
    case 42: // *
      if (s.hidden && text.charCodeAt(at + 1) === 47) {
        s.hidden = false
        return finish(s, 'close', at + 2)
      }
      break
    case 36: // $
      return scanDollar(s, at)
    case 92: // \
      if (s.syntax.engine === 'postgres') return scanLine(s, 'meta', at)
      break
    case 64: // @
      if (s.syntax.engine !== 'postgres') return scanVariable(s, at)
      break
    case 63: // ?
      if (s.syntax.engine !== 'postgres') {
        let end = at + 1
        if (s.syntax.engine === 'sqlite') while (characterClass(text.charCodeAt(end)) === DIGIT) end++
        return finish(s, 'parameter', end)
      }
      break
    case 58: // :
      if (s.syntax.named && isNamedParameter(text, at)) return finish(s, 'parameter', wordEnd(text, at + 1))
      break
    case 46: // .
      if (characterClass(text.charCodeAt(at + 1)) === DIGIT && !endsOperand(text, at - 1)) return scanNumber(s, at)
      break
  }
  return finish(s, 'operator', operatorEnd(s, at))
}

/** A token is never empty, or a reader would stand still at it for ever. */
function finish(s: Scanner, kind: TokenKind, end: number): true {
  s.kind = kind
  s.end = end > s.start ? end : s.start + 1
  return true
}

function wordEnd(text: string, at: number): number {
  let end = at
  for (;;) {
    const code = text.charCodeAt(end)
    if (code !== 36) {
      const kind = characterClass(code)
      if (kind !== WORD && kind !== DIGIT) return end
    }
    end++
  }
}

function scanWord(s: Scanner, at: number): true {
  const { text, syntax } = s
  let end = wordEnd(text, at)
  if (s.delimiter !== undefined && characterClass(s.delimiter.charCodeAt(0)) !== SPACE) {
    const cut = text.slice(at, end + s.delimiter.length - 1).indexOf(s.delimiter)
    if (cut > 0) end = at + cut
  }
  const next = text.charCodeAt(end)
  if (next === 39 && end === at + 1) {
    const prefix = text.charCodeAt(at) | 32
    const blob = prefix === 120 || prefix === 98
    if (blob) {
      s.start = at
      scanQuoted(s, end, "'", false, prefix === 98 && syntax.engine === 'sqlite' ? 'string' : 'blob')
      s.start = at
      return true
    }
    if ((prefix === 101 && syntax.engine === 'postgres') || (prefix === 110 && syntax.engine !== 'sqlite')) {
      scanQuoted(s, end, "'", prefix === 101 || syntax.engine === 'mysql', 'string')
      s.start = at
      return true
    }
  }
  if (next === 38 && end === at + 1 && syntax.engine === 'postgres' && (text.charCodeAt(at) | 32) === 117) {
    const quote = text[end + 1]
    if (quote === "'" || quote === '"') {
      scanQuoted(s, end + 1, quote, false, quote === "'" ? 'string' : 'quoted')
      s.start = at
      return true
    }
  }
  return finish(s, 'word', end)
}

function scanNumber(s: Scanner, at: number): true {
  const { text } = s
  let end = at
  while (characterClass(text.charCodeAt(end)) === DIGIT) end++
  if (end === at + 1 && text.charCodeAt(at) === 48) {
    const marker = text.charCodeAt(end) | 32
    if (marker === 120 || (marker === 98 && s.syntax.engine === 'mysql')) {
      const close = wordEnd(text, end)
      return finish(s, 'blob', close)
    }
  }
  const whole = text.charCodeAt(end) !== 46 || text.charCodeAt(end + 1) === 46
  if (!whole) {
    end++
    while (characterClass(text.charCodeAt(end)) === DIGIT) end++
  }
  if ((text.charCodeAt(end) | 32) === 101) {
    const sign = text.charCodeAt(end + 1)
    const digit = sign === 43 || sign === 45 ? end + 2 : end + 1
    if (characterClass(text.charCodeAt(digit)) === DIGIT) {
      end = digit
      while (characterClass(text.charCodeAt(end)) === DIGIT) end++
    }
  }
  // MySQL's bare names may begin with digits, 2fa_secret; behind a point the number ends: SELECT 1.4_u is 1.4 AS _u (MariaDB 10.11).
  if (s.syntax.engine === 'mysql' && whole && characterClass(text.charCodeAt(end)) === WORD) return scanWord(s, at)
  return finish(s, 'number', end)
}

function scanQuoted(s: Scanner, at: number, quote: string, backslash: boolean, kind: TokenKind): true {
  const { text } = s
  const code = quote.charCodeAt(0)
  let end = at + 1
  for (;;) {
    if (backslash) {
      while (end < text.length) {
        const current = text.charCodeAt(end)
        if (current === code) break
        end += current === 92 ? 2 : 1
      }
      if (end >= text.length) return unterminated(s, at)
    } else {
      end = text.indexOf(quote, end)
      if (end < 0) return unterminated(s, at)
    }
    if (text.charCodeAt(end + 1) !== code) return finish(s, kind, end + 1)
    end += 2
  }
}

/** The first quote without an end reaches to the next `;` that ends a line, so that what follows can still be read; the second one takes the rest. */
function unterminated(s: Scanner, at: number): true {
  const { text } = s
  if (!s.broken) {
    s.broken = true
    for (let end = text.indexOf(';', at); end >= 0; end = text.indexOf(';', end + 1)) {
      let after = end + 1
      while (text.charCodeAt(after) === 32 || text.charCodeAt(after) === 9) after++
      if (isLineEnd(text.charCodeAt(after))) return finish(s, 'error', end)
    }
  }
  return finish(s, 'error', text.length)
}

function scanLine(s: Scanner, kind: TokenKind, at: number): true {
  const { text } = s
  let end = at
  while (end < text.length && !isLineEnd(text.charCodeAt(end))) end++
  return finish(s, kind, end)
}

/** MySQL wants a space after `--`; Drizzle's mark between statements is read as a comment all the same. */
function startsDashComment(text: string, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) <= 32 || text.startsWith('> statement-breakpoint', at)
}

function scanBlockComment(s: Scanner, at: number): true {
  const { text, syntax } = s
  if (syntax.engine === 'postgres') {
    let depth = 1
    let end = at + 2
    while (end < text.length) {
      const code = text.charCodeAt(end)
      if (code === 42 && text.charCodeAt(end + 1) === 47) {
        end += 2
        if (--depth === 0) return finish(s, 'comment', end)
      } else if (code === 47 && text.charCodeAt(end + 1) === 42) {
        depth++
        end += 2
      } else end++
    }
    return finish(s, 'error', text.length)
  }
  const close = text.indexOf('*/', at + 2)
  if (close < 0) return finish(s, 'error', text.length)
  if (syntax.engine === 'mysql' && !s.hidden) {
    const bodyStart = executedFrom(text, at, syntax)
    if (bodyStart !== undefined) {
      s.hidden = true
      return finish(s, 'open', bodyStart)
    }
  }
  return finish(s, 'comment', close + 2)
}

/**
 * Where the executed text of `/*!NNNNN`, `/*!` or MariaDB's `/*M!NNNNNN` starts; undefined when this server reads a plain comment.
 * MariaDB skips MySQL's 5.7 to 9.9 (https://mariadb.com/kb/en/comment-syntax/).
 */
function executedFrom(text: string, at: number, syntax: Syntax): number | undefined {
  let start = at + 2
  const own = syntax.mariadb && (text.charCodeAt(start) | 32) === 109
  if (own) start++
  if (text.charCodeAt(start) !== 33) return undefined
  start++
  let end = start
  while (end < start + 6 && characterClass(text.charCodeAt(end)) === DIGIT) end++
  if (end === start) return end
  if (end < start + 5) return start
  const wanted = Number(text.slice(start, end))
  if (wanted > syntax.versionNumber) return undefined
  if (syntax.mariadb && !own && wanted >= 50700 && wanted <= 99999) return undefined
  return end
}

function scanDollar(s: Scanner, at: number): true {
  const { text, syntax } = s
  if (syntax.engine !== 'postgres' && s.delimiter === undefined && text.charCodeAt(at + 1) === 36) {
    // PostgreSQL's dollar quotes are taken whole, so that one statement is refused and not each of its pieces.
    const close = text.indexOf('$$', at + 2)
    if (close >= 0) return finish(s, 'string', close + 2)
  }
  if (syntax.engine === 'mysql') {
    const end = s.delimiter === '$$' || s.delimiter === '$' ? at + s.delimiter.length : wordEnd(text, at)
    return finish(s, end > at + 1 || text.charCodeAt(at + 1) !== 36 ? 'word' : 'operator', end)
  }
  let end = at + 1
  if (characterClass(text.charCodeAt(end)) === DIGIT) {
    while (characterClass(text.charCodeAt(end)) === DIGIT) end++
    return finish(s, 'parameter', end)
  }
  for (;;) {
    const kind = characterClass(text.charCodeAt(end))
    if (kind !== WORD && kind !== DIGIT) break
    end++
  }
  if (syntax.engine === 'sqlite') return finish(s, end > at + 1 ? 'parameter' : 'operator', end)
  if (text.charCodeAt(end) !== 36) return finish(s, 'operator', at + 1)
  const tag = text.slice(at, end + 1)
  const close = text.indexOf(tag, end + 1)
  return close < 0 ? finish(s, 'error', text.length) : finish(s, 'string', close + tag.length)
}

function scanVariable(s: Scanner, at: number): true {
  const { text } = s
  let start = at + 1
  if (text.charCodeAt(start) === 64) start++
  const quote = text[start]
  if (quote === '`' || quote === "'" || quote === '"') {
    scanQuoted(s, start, quote, quote !== '`', 'variable')
    s.start = at
    return true
  }
  const end = wordEnd(text, start)
  return finish(s, end === start ? 'operator' : s.syntax.engine === 'sqlite' ? 'parameter' : 'variable', Math.max(end, at + 1))
}

/** `:name`, and neither `::type`, `a:label`, `x[1:n]` nor `12:30`. */
function isNamedParameter(text: string, at: number): boolean {
  if (characterClass(text.charCodeAt(at + 1)) !== WORD) return false
  return at === 0 || (text.charCodeAt(at - 1) !== 58 && !endsOperand(text, at - 1))
}

/** Is the character the end of a name, number, string, `)` or `]`? */
function endsOperand(text: string, at: number): boolean {
  if (at < 0) return false
  const code = text.charCodeAt(at)
  const kind = characterClass(code)
  return kind === WORD || kind === DIGIT || code === 41 || code === 93 || code === 34 || code === 39 || code === 96
}

const longOperators = ['->>', '==', '<=>', '::', '<=', '>=', '<>', '!=', '||', '&&', ':=', '->', '<<', '>>']

function operatorEnd(s: Scanner, at: number): number {
  const { text } = s
  const code = text.charCodeAt(at)
  // ( ) , ; . = + * and the like stand alone.
  if (code !== 45 && code !== 60 && code !== 58 && code !== 62 && code !== 33 && code !== 124 && code !== 38 && code !== 61) {
    return at + 1
  }
  for (const operator of longOperators) if (text.startsWith(operator, at)) return at + operator.length
  return at + 1
}
