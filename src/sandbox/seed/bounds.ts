import type { DialectName } from '../../ir/names.ts'
import { type Comparison, type Condition, readCondition, type Term } from './conditions.ts'

/** What the CHECKs of a table leave of a column's values. Texts are SQL literals. */
export interface Bounds {
  min?: number
  max?: number
  minLength?: number
  maxLength?: number
  /** One of these. */
  values?: readonly string[]
  /** Always NULL, never NULL. */
  isNull?: boolean
  /** Columns that this one is larger than: it stands so many places above the lowest of them. */
  rank: number
}

/** Bounds by column, in lower case: some servers fold names in their CHECKs, and a seed that guesses wrong is told so. */
export class TableBounds {
  private readonly found = new Map<string, Bounds>()

  constructor(checks: readonly string[], dialect: DialectName) {
    const ordered: (readonly [string, string])[] = []
    for (const check of checks) this.add(readCondition(check, dialect), ordered)
    // Longest chain first: each round lifts what must be above another column.
    for (let round = 0; round < ordered.length; round++)
      for (const [low, high] of ordered) this.of(high).rank = Math.min(ordered.length, Math.max(this.of(high).rank, this.of(low).rank + 1))
  }

  of(column: string): Bounds {
    const key = column.toLowerCase()
    const bounds = this.found.get(key) ?? { rank: 0 }
    this.found.set(key, bounds)
    return bounds
  }

  private add(condition: Condition, ordered: (readonly [string, string])[]): void {
    if (condition.kind === 'all') for (const each of condition.conditions) this.add(each, ordered)
    else if (condition.kind === 'any') this.add(branch(condition.conditions), ordered)
    else if (condition.kind === 'in') this.of(condition.column).values = condition.values
    else if (condition.kind === 'null') this.of(condition.column).isNull = condition.is
    else if (condition.kind === 'compare') this.compare(condition.left, condition.operator, condition.right, ordered)
  }

  private compare(left: Term, operator: Comparison, right: Term, ordered: (readonly [string, string])[]): void {
    if (left.kind === 'literal') {
      if (right.kind !== 'literal') this.compare(right, mirrored[operator], left, ordered)
      return
    }
    if (left.kind === 'column' && right.kind === 'column') {
      if (operator.startsWith('>') && left.column !== right.column) ordered.push([right.column, left.column])
      if (operator.startsWith('<') && operator !== '<>' && left.column !== right.column) ordered.push([left.column, right.column])
      return
    }
    if (right.kind !== 'literal') return
    const bounds = this.of(left.column)
    const { number, sql } = right
    if (left.kind === 'length') {
      if (number !== undefined) limitLength(bounds, operator, number)
    } else if (operator === '=') bounds.values = [sql]
    else if (operator === '<>' && sql === "''") bounds.minLength = Math.max(bounds.minLength ?? 0, 1)
    else if (number === undefined) return
    else if (operator === '>=' || operator === '>') bounds.min = Math.max(bounds.min ?? -Infinity, operator === '>' ? number + 1 : number)
    else if (operator === '<=' || operator === '<') bounds.max = Math.min(bounds.max ?? Infinity, operator === '<' ? number - 1 : number)
    else if (operator === '<>' && number === 0) bounds.min = Math.max(bounds.min ?? -Infinity, 1)
  }
}

const mirrored: Readonly<Record<Comparison, Comparison>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '<>': '<>' }

function limitLength(bounds: Bounds, operator: Comparison, number: number): void {
  if (operator === '>' || operator === '>=' || operator === '=' || operator === '<>')
    bounds.minLength = Math.max(bounds.minLength ?? 0, operator === '>' || operator === '<>' ? number + 1 : number)
  if (operator === '<' || operator === '<=' || operator === '=')
    bounds.maxLength = Math.min(bounds.maxLength ?? Infinity, operator === '<' ? number - 1 : number)
}

/** The way through an OR that a seed takes: one that it understands, and where values stand rather than NULLs. */
function branch(conditions: readonly Condition[]): Condition {
  const known = conditions.filter((each) => !isUnknown(each))
  return known.find((each) => each.kind !== 'null' || !each.is) ?? known[0] ?? { kind: 'unknown' }
}

function isUnknown(condition: Condition): boolean {
  return condition.kind === 'unknown' || ((condition.kind === 'all' || condition.kind === 'any') && condition.conditions.some(isUnknown))
}
