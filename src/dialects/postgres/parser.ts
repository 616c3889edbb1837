import type { ParseResult } from 'libpg-query'
import { ParserNeeded } from '../dialect.ts'

type Parser = typeof import('libpg-query')

let parser: Parser | undefined

/** Loads PostgreSQL's own parser (WASM), which takes some 40 ms: only once a text is to be read. */
export async function loadParser(): Promise<void> {
  if (parser) return
  const loading = await import('libpg-query')
  await loading.loadModule()
  parser = loading
}

/** The parser, when it is loaded; throws ParserNeeded when not. */
export function loadedParser(): Parser {
  if (!parser) throw new ParserNeeded()
  return parser
}

/** The name of the error of a text that was too much for the parser. */
export const exhausted = 'ParserExhausted'

/** Texts that are no longer than this are remembered with their trees, so many of each of two ages: an editor has them read again at each keystroke. */
const shortText = 1_000
const mostTrees = 250
let young = new Map<string, ParseResult>()
let old: ReadonlyMap<string, ParseResult> = new Map()

/** PostgreSQL's tree of a text, which nobody changes, or why there is none. Throws ParserNeeded when the parser is not loaded. */
export function attempt(text: string): ParseResult | Error {
  if (text.length > shortText) return parsed(text)
  let tree: ParseResult | Error | undefined = young.get(text)
  if (tree) return tree
  tree = old.get(text) ?? parsed(text)
  if (tree instanceof Error) return tree
  if (young.size >= mostTrees) {
    old = young
    young = new Map()
  }
  young.set(text, tree)
  return tree
}

function parsed(text: string): ParseResult | Error {
  const { parseSync } = loadedParser()
  try {
    return parseSync(text)
  } catch (error) {
    // What is thrown when the WASM module has ended is no Error.
    return error instanceof Error ? error : Object.assign(new Error('PostgreSQL’s parser ran out of memory over it'), { name: exhausted })
  }
}
