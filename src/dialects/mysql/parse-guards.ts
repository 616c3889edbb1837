import type { Guard } from '../../ir/context.ts'
import type { Predicate, Query } from '../../ir/data.ts'
import type { Operation } from '../../ir/operation.ts'
import type { Node } from '../../sql/node.ts'

/** What is known of the values that variables have at this point. */
export interface Known {
  readonly variables: ReadonlyMap<string, Value>
  /** The text that a routine's parameter has in this call; undefined when that is not known. */
  local(name: string): string | undefined
}

/** A value with the text that it is cut from, since a later statement may use it. */
export interface Value {
  readonly node: Node
  /** The name in lower case, with its `@`, of the variable that a node stands for. */
  variableOf(node: Node): string
}

/** The operation with the IF [NOT] EXISTS that was written in its clause, where it has no member of its own for it. */
export function withClause<O extends Operation>(operation: O, written: boolean, guard: Omit<Guard, 'by'>): O {
  return written ? { ...operation, context: { guards: [{ by: 'if-exists', ...guard }] } } : operation
}

/** What a condition over the catalog asks for: the guard of what runs when it holds. */
export function guardOf(condition: Value, known: Known): Guard {
  const asked = requires(condition, known, 0)
  if (!asked) return { by: 'condition', requires: 'unknown' }
  const { query } = asked
  if (!query.tables.some((table) => (table.schema ?? table.name).toLowerCase() === 'information_schema'))
    return { by: 'condition', requires: 'unknown' }
  const table = comparedWith(query.where, 'table_name', known)
  const column = comparedWith(query.where, 'column_name', known)
  return {
    by: 'catalog',
    requires: asked.requires,
    ...(table === undefined ? {} : { table: { name: table } }),
    ...(column === undefined ? {} : { column }),
  }
}

/** The guard of what runs when the condition does not hold. */
export function otherwise(guard: Guard): Guard {
  return { ...guard, requires: guard.requires === 'exists' ? 'absent' : guard.requires === 'absent' ? 'exists' : 'unknown' }
}

interface Asked {
  readonly query: Query
  readonly requires: Guard['requires']
}

function turned(asked: Asked | undefined): Asked | undefined {
  return asked && { ...asked, requires: asked.requires === 'exists' ? 'absent' : asked.requires === 'absent' ? 'exists' : 'unknown' }
}

function requires(value: Value, known: Known, depth: number): Asked | undefined {
  const { node } = value
  if (depth > 8) return undefined
  const of = (child: Node | undefined) => child && requires({ ...value, node: child }, known, depth + 1)
  switch (node.kind) {
    case 'exists':
      return node.query && { query: node.query, requires: 'exists' }
    case 'subquery':
      // A count, or a value that is NULL when nothing was found: true when something is there.
      return node.query && { query: node.query, requires: 'exists' }
    case 'not':
      return turned(of(node.children[0]))
    case 'and':
    case 'or': {
      const found = node.children.map(of).filter((asked) => asked !== undefined)
      return found.length === 1 ? found[0] : found[0] && { ...found[0], requires: 'unknown' }
    }
    case 'variable': {
      const stored = known.variables.get(value.variableOf(node))
      return stored && requires(stored, known, depth + 1)
    }
    case 'call':
      return node.name === 'if' || node.name === 'ifnull' || node.name === 'coalesce' ? of(node.children[0]) : undefined
    case 'compare': {
      const asked = of(node.children[0])
      if (!asked) return of(node.children[1])
      const other = node.children[1]
      if (node.name === 'is null') return turned(asked)
      if (node.name === 'is not null' || node.name === '>' || node.name === '>=') return asked
      if (other?.kind === 'boolean' || other?.kind === 'number') {
        const zero = numberOf(value, other) === 0
        if (node.name === '=') return zero ? turned(asked) : asked
        if (node.name === '<>') return zero ? asked : turned(asked)
        if (node.name === '<') return turned(asked)
      }
      return { ...asked, requires: 'unknown' }
    }
    default:
      return undefined
  }
}

/** 0 for `0` and FALSE, 1 for everything else. */
function numberOf(value: Value, node: Node): number {
  const text = value.variableOf(node)
  return text === '0' || text === 'false' ? 0 : 1
}

/** The text that a condition compares a catalog's column with. */
function comparedWith(where: Predicate | undefined, column: string, known: Known): string | undefined {
  const term = where?.terms.find((candidate) => candidate.column?.toLowerCase() === column && candidate.operator === '=')
  if (!term) return undefined
  const literal = /'([^']*)'|"([^"]*)"/.exec(term.sql)
  if (literal) return literal[1] ?? literal[2]
  const word = /=\s*(\w+)\s*$/.exec(term.sql)?.[1]
  return word === undefined ? undefined : known.local(word.toLowerCase())
}
