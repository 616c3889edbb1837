import type { DialectName } from '../../ir/names.ts'
import { split, type Token } from '../../sql/split.ts'
import { syntaxOf } from '../../sql/syntax.ts'

export type Comparison = '<' | '<=' | '>' | '>=' | '=' | '<>'

/** One side of a comparison. A literal keeps its SQL; `number` is its value where it is one. */
export type Term =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'length'; readonly column: string }
  | { readonly kind: 'literal'; readonly sql: string; readonly number: number | undefined }

/** A CHECK as far as a seed understands it. `unknown` is what it does not: those rows are tried, and the server says. */
export type Condition =
  | { readonly kind: 'compare'; readonly left: Term; readonly operator: Comparison; readonly right: Term }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: 'null'; readonly column: string; readonly is: boolean }
  | { readonly kind: 'all' | 'any'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'unknown' }

const unknown: Condition = { kind: 'unknown' }

/** Reads the condition of a CHECK in the words of PostgreSQL, MySQL, MariaDB or SQLite. Never throws. */
export function readCondition(sql: string, dialect: DialectName): Condition {
  const tokens = [...split(sql, syntaxOf(dialect), { tokens: true })].flatMap((part) => part.tokens)
  const reader = new Reader(sql, tokens)
  const condition = reader.any(0)
  return reader.done() ? condition : unknown
}

/** The names of columns that a condition's text may mention. */
export function mentioned(sql: string, columns: readonly string[]): string[] {
  return columns.filter((column) => new RegExp(`(?<![\\w$])${column.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w$])`, 'i').test(sql))
}

/** Thrown where a part is not understood, caught where that part begins. */
const lost = Symbol('not understood')

const operators: Readonly<Record<string, Comparison>> = {
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '=': '=',
  '==': '=',
  '<>': '<>',
  '!=': '<>',
}
const lengths = new Set(['LENGTH', 'CHAR_LENGTH', 'CHARACTER_LENGTH', 'OCTET_LENGTH'])
/** Functions that leave the values of a seed as they are: these are in lower case and without space at the ends. */
const harmless = new Set(['LOWER', 'LCASE', 'TRIM', 'BTRIM', 'LTRIM', 'RTRIM'])
const typeWords = new Set(['VARYING', 'PRECISION', 'WITH', 'WITHOUT', 'TIME', 'ZONE'])
const bounded = 100

class Reader {
  private at = 0
  private readonly sql: string
  private readonly tokens: readonly Token[]

  constructor(sql: string, tokens: readonly Token[]) {
    this.sql = sql
    this.tokens = tokens
  }

  done(): boolean {
    return this.at >= this.tokens.length
  }

  any(depth: number): Condition {
    return this.joined('OR', 'any', () => this.all(depth))
  }

  private all(depth: number): Condition {
    return this.joined('AND', 'all', () => this.one(depth))
  }

  private joined(word: string, kind: 'all' | 'any', read: () => Condition): Condition {
    const conditions = [read()]
    while (this.take(word)) conditions.push(read())
    return conditions.length === 1 ? conditions[0]! : { kind, conditions }
  }

  private one(depth: number): Condition {
    const start = this.at
    const comparison = this.attempt(() => this.comparison())
    if (comparison) return comparison
    this.at = start
    if (depth < bounded && this.take('(')) {
      const inner = this.any(depth + 1)
      if (this.take(')') && this.atEnd()) return inner
    }
    this.at = start
    this.skip()
    return unknown
  }

  /** Runs a reader; undefined where it does not understand, or stops in the middle. */
  private attempt(read: () => Condition): Condition | undefined {
    try {
      const condition = read()
      return this.atEnd() ? condition : undefined
    } catch (error) {
      if (error === lost) return undefined
      throw error
    }
  }

  /** Does a part of AND and OR end here? */
  private atEnd(): boolean {
    const text = this.text()
    return this.done() || text === 'AND' || text === 'OR' || text === ')'
  }

  private skip(): void {
    for (let depth = 0; !this.done(); this.at++) {
      const text = this.text()
      if (depth === 0 && this.atEnd()) return
      if (text === '(') depth++
      if (text === ')') depth--
    }
  }

  private comparison(): Condition {
    const left = this.term(0)
    if (this.take('IS')) {
      const is = !this.take('NOT')
      if (left.kind !== 'column' || !this.take('NULL')) throw lost
      return { kind: 'null', column: left.column, is }
    }
    if (this.take('BETWEEN')) {
      const low = this.term(0)
      if (!this.take('AND')) throw lost
      const high = this.term(0)
      return {
        kind: 'all',
        conditions: [
          { kind: 'compare', left, operator: '>=', right: low },
          { kind: 'compare', left, operator: '<=', right: high },
        ],
      }
    }
    if (this.take('IN')) return this.list(left, '(', ')')
    const operator = operators[this.text()]
    if (!operator) throw lost
    this.at++
    if (this.take('ANY')) {
      if (operator !== '=') throw lost
      let open = 0
      while (this.take('(')) open++
      if (!this.take('ARRAY')) throw lost
      const found = this.list(left, '[', ']')
      for (; open > 0; open--) {
        this.casts()
        if (!this.take(')')) throw lost
      }
      return found
    }
    return { kind: 'compare', left, operator, right: this.term(0) }
  }

  private list(left: Term, open: string, close: string): Condition {
    if (left.kind !== 'column' || !this.take(open)) throw lost
    const values: string[] = []
    do {
      const value = this.term(0)
      if (value.kind !== 'literal') throw lost
      values.push(value.sql)
    } while (this.take(','))
    if (!this.take(close)) throw lost
    this.casts()
    return { kind: 'in', column: left.column, values }
  }

  private term(depth: number): Term {
    const term = this.bareTerm(depth)
    this.casts()
    return term
  }

  private bareTerm(depth: number): Term {
    if (depth > bounded) throw lost
    if (this.take('(')) {
      const inner = this.term(depth + 1)
      if (!this.take(')')) throw lost
      return inner
    }
    const sign = this.take('-') ? '-' : ''
    const token = this.tokens[this.at++]
    if (!token) throw lost
    const written = this.sql.slice(token.start, token.end)
    if (token.kind === 'number') return { kind: 'literal', sql: sign + written, number: Number(sign + written) }
    if (sign !== '') throw lost
    if (token.kind === 'string')
      return {
        kind: 'literal',
        sql: written,
        number: Number.isNaN(Number(written.slice(1, -1) || 'x')) ? undefined : Number(written.slice(1, -1)),
      }
    if (token.text === 'TRUE' || token.text === 'FALSE') return { kind: 'literal', sql: token.text, number: undefined }
    // `_utf8mb4'a'`, `DATE '2024-01-01'`
    if (token.kind === 'word' && this.tokens[this.at]?.kind === 'string') return this.bareTerm(depth + 1)
    if (token.kind === 'word' && this.take('(')) {
      const inner = this.term(depth + 1)
      if (inner.kind !== 'column' || !this.take(')')) throw lost
      if (lengths.has(token.text)) return { kind: 'length', column: inner.column }
      if (harmless.has(token.text)) return inner
      throw lost
    }
    if (token.kind !== 'word' && token.kind !== 'quoted') throw lost
    if (this.take('.')) return this.bareTerm(depth + 1)
    return { kind: 'column', column: token.kind === 'quoted' ? written.slice(1, -1).replaceAll('""', '"').replaceAll('``', '`') : written }
  }

  /** Passes over `::character varying(20)[]`. */
  private casts(): void {
    while (this.take('::')) {
      this.at++
      while (this.take('.')) this.at++
      while (typeWords.has(this.text())) this.at++
      if (this.take('(')) while (!this.done() && !this.take(')')) this.at++
      while (this.take('[')) this.take(']')
    }
  }

  private text(): string {
    const token = this.tokens[this.at]
    return token === undefined || token.kind === 'quoted' || token.kind === 'string' ? '' : token.text
  }

  private take(text: string): boolean {
    if (this.text() !== text) return false
    this.at++
    return true
  }
}
