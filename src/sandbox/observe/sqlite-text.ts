import { split, type Token } from '../../sql/split.ts'
import { syntaxOf } from '../../sql/syntax.ts'

/** Reads the texts that SQLite keeps of its tables, indexes, views and triggers, for what no PRAGMA tells. */

interface Word {
  readonly text: string
  readonly kind: Token['kind']
  readonly start: number
  readonly end: number
}

const syntax = syntaxOf('sqlite')

function wordsOf(sql: string): readonly Word[] {
  const part = [...split(sql, syntax, { tokens: true })].find(({ kind }) => kind === 'statement')
  return (part?.tokens ?? []).map(({ kind, start, end }) => ({ kind, start, end, text: bare(sql.slice(start, end), kind) }))
}

function bare(text: string, kind: Token['kind']): string {
  if (kind === 'quoted') return text.slice(1, -1).replaceAll('""', '"').toLowerCase()
  return kind === 'word' ? text.toLowerCase() : text
}

/** Words that a parenthesis follows without being their arguments. */
const operators = new Set(['in', 'as', 'and', 'or', 'not', 'check', 'on', 'where', 'when', 'then', 'else', 'values', 'select', 'by'])

function joined(words: readonly Word[]): string {
  let written = ''
  for (const [i, { text, kind }] of words.entries()) {
    const before = words[i - 1]
    const call = text === '(' && (before?.kind === 'quoted' || (before?.kind === 'word' && !operators.has(before.text)))
    const tight = before === undefined || call || /^[),.;]$/.test(kind === 'operator' ? text : '') || /^[(.]$/.test(before.text)
    written += tight ? text : ` ${text}`
  }
  return written
}

/** A text in one spelling: keywords and names in lower case, as SQLite compares them, no quotes round names, single spaces. */
export function normal(sql: string): string {
  return joined(wordsOf(sql))
}

/** What an index covers, without its own name: `orders(user_id) where deleted is null`. */
export function indexed(sql: string): string {
  const words = wordsOf(sql)
  const on = words.findIndex(({ kind, text }) => kind === 'word' && text === 'on')
  return `${words.some(({ text }, i) => i < on && text === 'unique') ? 'unique ' : ''}${joined(words.slice(on + 1))}`
}

/** One definition of a CREATE TABLE: a column, or a constraint of the table. */
type Definition = readonly Word[]

const starters = new Set(['constraint', 'primary', 'unique', 'check', 'foreign'])

function definitionsOf(sql: string): { readonly definitions: readonly Definition[]; readonly options: readonly Word[] } {
  const words = wordsOf(sql)
  const open = words.findIndex(({ kind, text }) => kind === 'operator' && text === '(')
  if (open < 0) return { definitions: [], options: [] }
  const definitions: Word[][] = [[]]
  let depth = 0
  for (let i = open + 1; i < words.length; i++) {
    const word = words[i]!
    const sign = word.kind === 'operator' ? word.text : ''
    if (sign === ')' && depth === 0) return { definitions, options: words.slice(i + 1) }
    if (sign === '(') depth++
    if (sign === ')') depth--
    if (sign === ',' && depth === 0) definitions.push([])
    else definitions.at(-1)!.push(word)
  }
  return { definitions, options: [] }
}

/** What only the text of a table tells. */
export interface TableText {
  /** `autoincrement`, `strict`, `without rowid`. */
  readonly options: readonly string[]
  /** CHECK conditions with the name they were given; `source` is the condition as it was written. */
  readonly checks: readonly { readonly name: string | undefined; readonly condition: string; readonly source: string }[]
  /** Collations by column (in lower case), where one is written. */
  readonly collations: ReadonlyMap<string, string>
  /** Expressions of generated columns, by column in lower case. */
  readonly generated: ReadonlyMap<string, string>
}

/** Reads a CREATE TABLE as SQLite keeps it in `sqlite_master`. A text that is none gives nothing. */
export function tableText(sql: string): TableText {
  const { definitions, options } = definitionsOf(sql)
  const checks: { name: string | undefined; condition: string; source: string }[] = []
  const collations = new Map<string, string>()
  const generated = new Map<string, string>()
  let autoincrement = false
  for (const definition of definitions) {
    const first = definition[0]
    const column = first !== undefined && !(first.kind === 'word' && starters.has(first.text)) ? first.text : undefined
    let depth = 0
    for (const [i, word] of definition.entries()) {
      if (word.kind === 'operator') depth += word.text === '(' ? 1 : word.text === ')' ? -1 : 0
      if (word.kind !== 'word' || depth > 0 || (i === 0 && column !== undefined)) continue
      const next = definition[i + 1]
      const condition = next?.text === '(' ? inside(definition, i + 1) : []
      if (word.text === 'autoincrement') autoincrement = true
      if (word.text === 'check' && condition.length > 0) {
        const named = definition[i - 2]?.text === 'constraint' ? definition[i - 1]?.text : undefined
        checks.push({ name: named, condition: joined(condition), source: sql.slice(condition[0]!.start, condition.at(-1)!.end) })
      }
      if (column === undefined || next === undefined) continue
      if (word.text === 'collate') collations.set(column, next.text.toLowerCase())
      if (word.text === 'as' && condition.length > 0) generated.set(column, joined(condition))
    }
  }
  const written = joined(options)
  return {
    options: [
      ...(autoincrement ? ['autoincrement'] : []),
      ...(/\bstrict\b/.test(written) ? ['strict'] : []),
      ...(/without rowid/.test(written) ? ['without rowid'] : []),
    ],
    checks,
    collations,
    generated,
  }
}

/** The words between the parenthesis at `open` and its partner. */
function inside(words: readonly Word[], open: number): readonly Word[] {
  let depth = 0
  for (let i = open; i < words.length; i++) {
    if (words[i]!.kind !== 'operator') continue
    if (words[i]!.text === '(') depth++
    if (words[i]!.text === ')' && --depth === 0) return words.slice(open + 1, i)
  }
  return words.slice(open + 1)
}
