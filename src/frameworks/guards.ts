import type { Guard, Loop } from '../ir/context.ts'
import type { Query } from '../ir/data.ts'
import type { ConditionFacts, Value } from '../javascript/value.ts'
import { asksCatalog, catalogSpec, rowsSpec } from './rows.ts'
import { isAbsent, numberOf } from './values.ts'

/** `'email' in table`, `Object.keys(table).includes('email')`, `table.hasOwnProperty('email')`: the column that is asked for. */
const namesColumn = /^['"`]([\w$]{1,64})['"`] in |(?:includes|hasOwnProperty|hasOwn|has)\([^)]{0,80}?['"`]([\w$]{1,64})['"`]\s*\)$/

/** What a condition on answers of the catalog guards. undefined: it asks nothing of the kind. */
export function guardOf(condition: ConditionFacts): { readonly guard: Guard } | undefined {
  for (const value of condition.values) {
    const spec = catalogSpec(value)
    if (spec) {
      const named = namesColumn.exec(condition.text)
      const column = spec.column ?? (value.kind === 'handle' && value.name === 'description' ? (named?.[1] ?? named?.[2]) : undefined)
      return {
        guard: {
          by: spec.by,
          requires: side(requirement(condition, spec.requires, named !== null), condition),
          ...(spec.table ? { table: spec.table } : {}),
          ...(column === undefined ? {} : { column }),
        },
      }
    }
    const rows = rowsSpec(value)
    if (rows) {
      const table = rows.query.tables[0]
      const by = asksCatalog(rows.query) ? 'catalog' : 'condition'
      return { guard: { by, requires: 'unknown', ...(table && by === 'condition' ? { table } : {}) } }
    }
  }
  return undefined
}

function requirement(condition: ConditionFacts, requires: Guard['requires'], named: boolean): Guard['requires'] {
  const { equality } = condition
  if (equality === undefined) {
    if (named) return 'exists'
    // A list asked for its length: more than none exist.
    return /\.length\s*(?:>\s*0|>=\s*1)?$/.test(condition.text) && requires === 'unknown' ? 'exists' : requires
  }
  const operands = [equality.left, equality.right]
  if (operands.some((operand) => isAbsent(operand) || numberOf(operand) === 0 || isFalse(operand)))
    return equality.negated ? 'exists' : 'absent'
  if (operands.some((operand) => (numberOf(operand) ?? 0) > 0 || isTrue(operand))) return equality.negated ? 'absent' : 'exists'
  return 'unknown'
}

const isFalse = (value: Value) => value.kind === 'boolean' && !value.value
const isTrue = (value: Value) => value.kind === 'boolean' && value.value

function side(requires: Guard['requires'], condition: ConditionFacts): Guard['requires'] {
  if (!condition.negated || requires === 'unknown') return requires
  return requires === 'exists' ? 'absent' : 'exists'
}

/** Does a query read a bounded part of what it reads: a LIMIT, rows by their id, a range? */
export function readsPart({ limited, where }: Pick<Query, 'limited' | 'where'>): boolean {
  if (limited) return true
  return (
    where?.terms.some(
      ({ column, operator, operand }) =>
        (column === 'id' && operand === 'constant' && (operator === '=' || operator === 'in')) ||
        (column === 'id' && operand === 'parameter' && operator === '=') ||
        operator === 'between',
    ) ?? false
  )
}

/** What a loop over a value of this room runs over. */
export function loopOver(over: Value): Pick<Loop, 'over' | 'bounded' | 'tables' | 'columns'> | undefined {
  const rows = rowsSpec(over)
  // What an aggregate answers is one row: a bound of the loop, not what it runs over.
  if (rows?.query.aggregate) return undefined
  if (rows) {
    const { tables, columns } = rows.query
    return { over: 'rows', bounded: readsPart(rows.query), tables, columns }
  }
  if (catalogSpec(over)) return { over: 'unknown', bounded: true }
  return undefined
}
