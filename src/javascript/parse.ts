import type { Program } from 'oxc-parser'

/** A module's text with its ESTree (UTF-16 offsets). `program` is undefined exactly when `error` is set. */
export interface ParsedModule {
  readonly path: string
  readonly text: string
  readonly program: Program | undefined
  /** Why there is no program: the parser's sentence and the offset that it points at. */
  readonly error?: { readonly message: string; readonly offset: number }
}

type Parser = typeof import('oxc-parser')

let parser: Parser | undefined
const parsed = new Map<string, ParsedModule>()
const cacheLimit = 4_000

/** The parser recurses on the native stack, where an overflow ends the process: text nested deeper than this is refused unread. */
const deepest = 4_000

/** Loads the parser once; awaited before the first `parseModule`. */
export async function loadParser(): Promise<void> {
  parser ??= await import('oxc-parser')
}

/**
 * Parses a module. The language follows from the file's extension. Takes the text as it stands on disk (a byte order mark is kept, offsets
 * count it); never throws, a syntax error is in `error`. `loadParser` must have been awaited.
 */
export function parseModule(path: string, text: string): ParsedModule {
  const known = parsed.get(path)
  if (known !== undefined && known.text === text) return known
  if (parsed.size >= cacheLimit) parsed.clear()
  const module = parseFresh(path, text)
  parsed.set(path, module)
  return module
}

function parseFresh(path: string, text: string): ParsedModule {
  if (parser === undefined) return { path, text, program: undefined, error: { message: 'the parser is not loaded', offset: 0 } }
  const deep = tooDeep(text)
  if (deep !== undefined) {
    return { path, text, program: undefined, error: { message: 'the code is nested too deeply to be read', offset: deep } }
  }
  const lang = /\.[mc]?ts$/.test(path) ? 'ts' : path.endsWith('.tsx') ? 'tsx' : 'jsx'
  let failure: { message: string; offset: number } | undefined
  for (const sourceType of /\.c[jt]s$/.test(path) ? (['commonjs', 'module'] as const) : (['module', 'commonjs'] as const)) {
    try {
      const result = parser.parseSync(path, text, { lang, sourceType, astType: 'ts', preserveParens: false })
      const error = result.errors.find((entry) => entry.severity === 'Error')
      if (error === undefined) return { path, text, program: result.program }
      failure ??= { message: error.message, offset: error.labels[0]?.start ?? 0 }
    } catch (thrown) {
      failure ??= { message: thrown instanceof Error ? thrown.message : 'the parser failed', offset: 0 }
    }
  }
  return { path, text, program: undefined, error: failure ?? { message: 'the parser failed', offset: 0 } }
}

/** The offset at which brackets or chained operators nest deeper than the parser's stack bears; an overestimate, because strings are counted too. */
function tooDeep(text: string): number | undefined {
  if (text.length < deepest) return undefined
  let depth = 0
  let chain = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 40: // (
      case 91: // [
      case 123: // {
        if (++depth > deepest) return at
        break
      case 41:
      case 93:
      case 125:
        if (depth > 0) depth--
        break
      case 44: // ,
      case 59: // ;
        chain = 0
        break
      case 33: // !
      case 42: // *
      case 43: // +
      case 45: // -
      case 46: // .
      case 60: // <
      case 61: // =
      case 63: // ?
      case 96: // `
      case 101: // e, of else, await, new, typeof: only their chains grow this far without a separator
      case 126: // ~
        if (++chain > deepest * 5) return at
        break
    }
  }
  return undefined
}
