/**
 * Glob patterns over project paths, the same for every kind of project: `*`, `?`, `**`, `[a-z]`, `{a,b}`, `@(a|b)`, `\` before a
 * character that means itself. As in fast-glob, wildcards do not match names that start with a dot. Matching takes time
 * proportional to pattern × path at most, whatever the user writes.
 */
export type Matcher = (path: string) => boolean

const maxAlternatives = 256

/**
 * A pattern with `/` as separator whatever system it was typed on, without `./` in front or `/` behind. A backslash before
 * `[ ] { } ( ) !` stays: it escapes.
 */
export function normalizeGlob(pattern: string): string {
  const slashes = pattern.replace(/\\(?![[\]{}()!])/g, '/')
  const plain = slashes.replace(/^(?:\.\/+)+/, '').replace(/(?<=[^/])\/+$/, '')
  return plain === '.' ? '' : plain
}

/** Does the text mean more than one path when it is read as a pattern? */
export function isGlob(pattern: string): boolean {
  return /[*?[\]{}]|@\(/.test(pattern)
}

/** A path as a pattern that matches only itself. */
export function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}()!]/g, (character) => `\\${character}`)
}

/** The folder that every match of the pattern lies in: `db/*.sql` gives `db`, `**` gives ''. */
export function globBase(pattern: string): string {
  const segments = pattern.split('/')
  const fixed: string[] = []
  for (const segment of segments.slice(0, -1)) {
    if (isGlob(segment)) break
    fixed.push(segment.replace(/\\/g, ''))
  }
  return fixed.join('/')
}

/** A test for paths that match any pattern and none of those to ignore. Alternatives beyond 256 per pattern are not matched. */
export function globMatcher(patterns: readonly string[], ignore: readonly string[] = []): Matcher {
  const wanted = patterns.flatMap((pattern) => compile(pattern, false))
  const unwanted = ignore.flatMap((pattern) => compile(pattern, true))
  return (path) => wanted.some((match) => match(path)) && !unwanted.some((match) => match(path))
}

function compile(pattern: string, dots: boolean): Matcher[] {
  const alternatives: string[] = []
  expandBraces(
    normalizeGlob(pattern).replace(/@\(([^()]*)\)/g, (_, inner: string) => `{${inner.replaceAll('|', ',')}}`),
    alternatives,
  )
  return alternatives.map((alternative) => compileOne(alternative, dots))
}

function compileOne(pattern: string, dots: boolean): Matcher {
  const below = /^((?:[\w.-]+\/)*)\*\*\/\*(\.[\w.-]+)$/.exec(pattern)
  if (below) {
    const [, folder, suffix] = below as unknown as [string, string, string]
    const hidden = (path: string) => path.charCodeAt(folder.length) === 46 || path.includes('/.', folder.length)
    return (path) => path.endsWith(suffix) && path.startsWith(folder) && (dots || !hidden(path))
  }
  const segments = pattern.split('/').filter((segment, i, all) => segment !== '**' || all[i - 1] !== '**')
  // Most paths are told apart by what they end with or lack: only the others are taken to pieces.
  const suffix = /[\w.-]*$/.exec(pattern)![0]
  const part = longestLiteral(pattern)
  return (path) => path.endsWith(suffix) && path.includes(part) && matchSegments(segments, path.split('/'), dots)
}

/** A text that stands in every path that matches; '' where that is not plain to see. */
function longestLiteral(pattern: string): string {
  if (/[[\\]/.test(pattern)) return ''
  return pattern.split(/[*?/]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), '')
}

/** Splits `{a,b}` into its alternatives, outermost first. A lone brace means itself. */
function expandBraces(pattern: string, into: string[]): void {
  if (into.length >= maxAlternatives) return
  let depth = 0
  let open = -1
  const cuts: number[] = []
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]
    if (character === '\\') i++
    else if (character === '{' && depth++ === 0) open = i
    else if (character === ',' && depth === 1) cuts.push(i)
    else if (character === '}' && depth > 0 && --depth === 0) {
      if (cuts.length === 0) continue
      const ends = [...cuts, i]
      let from = open + 1
      for (const end of ends) {
        expandBraces(pattern.slice(0, open) + pattern.slice(from, end) + pattern.slice(i + 1), into)
        from = end + 1
      }
      return
    }
  }
  into.push(pattern)
}

/** Matches whole segments; `**` stands for any number of them. One pass with a single point to go back to. */
function matchSegments(pattern: readonly string[], path: readonly string[], dots: boolean): boolean {
  let p = 0
  let s = 0
  let star = -1
  let from = 0
  while (s < path.length) {
    const segment = pattern[p]
    if (segment === '**') {
      if (p === pattern.length - 1 && !dots && path.slice(s).some((name) => name.startsWith('.'))) return false
      if (p === pattern.length - 1) return true
      star = p++
      from = s
    } else if (segment !== undefined && matchSegment(segment, path[s]!, dots)) {
      p++
      s++
    } else if (star >= 0 && (dots || !path[from]!.startsWith('.'))) {
      p = star + 1
      s = ++from
    } else return false
  }
  // `db/**` means what lies in db, not a file of that name.
  return p === pattern.length
}

function matchSegment(pattern: string, name: string, dots: boolean): boolean {
  if (!dots && name.startsWith('.') && !pattern.startsWith('.')) return false
  let p = 0
  let n = 0
  let star = -1
  let from = 0
  while (n < name.length) {
    const step = p < pattern.length && pattern[p] !== '*' ? matchCharacter(pattern, p, name[n]!) : undefined
    if (step) {
      p += step
      n++
    } else if (pattern[p] === '*') {
      star = p++
      from = n
    } else if (star >= 0) {
      p = star + 1
      n = ++from
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** How many characters of the pattern match this one; 0 when they don't. */
function matchCharacter(pattern: string, at: number, character: string): number {
  const head = pattern[at]!
  if (head === '?') return 1
  if (head === '\\' && at + 1 < pattern.length) return pattern[at + 1] === character ? 2 : 0
  if (head !== '[') return head === character ? 1 : 0
  const end = pattern.indexOf(']', at + 2)
  if (end < 0) return character === '[' ? 1 : 0
  const negated = pattern[at + 1] === '!' || pattern[at + 1] === '^'
  let inside = false
  for (let i = at + (negated ? 2 : 1); i < end; i++) {
    if (pattern[i + 1] === '-' && i + 2 < end) {
      if (character >= pattern[i]! && character <= pattern[i + 2]!) inside = true
      i += 2
    } else if (pattern[i] === character) inside = true
  }
  return inside === negated ? 0 : end - at + 1
}
