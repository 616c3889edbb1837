import type { Loop } from '../../ir/context.ts'
import type { Predicate } from '../../ir/data.ts'
import type { Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { type PlNode, plKind } from './plpgsql.ts'

/** What a PL/pgSQL loop goes over: `read` is its query, `body` the operations of one turn. */
export function loopOf(kind: string, id: number, read: readonly Operation[], body: readonly Operation[], nodes: readonly PlNode[]): Loop {
  const commits = endsTransaction(nodes)
  if (kind === 'fors' || kind === 'dynfors' || kind === 'forc') {
    const tables: Name[] = []
    const columns: string[] = []
    let bounded = read.length > 0
    for (const operation of read) {
      if (operation.kind !== 'select') bounded = false
      else {
        tables.push(...operation.query.tables)
        columns.push(...operation.query.columns)
        if (!operation.query.limited && operation.query.tables.length > 0) bounded = false
      }
    }
    return { over: 'rows', bounded, commits, id, ...(tables.length > 0 ? { tables, columns } : {}) }
  }
  const changes = body.filter((operation) => operation.kind === 'update' || operation.kind === 'delete')
  const bounded = changes.length > 0 && changes.every((operation) => isBounded(operation.where))
  return { over: kind === 'foreach_a' ? 'unknown' : 'batches', bounded, commits, id }
}

/** Does a WHERE clause name a limited set of rows, or a range with both ends? */
function isBounded(where: Predicate | undefined): boolean {
  if (where === undefined) return false
  let low = false
  let high = false
  for (const { operand, operator } of where.terms) {
    if (operand === 'limited-subquery' && operator !== 'not in') return true
    if (operand !== 'parameter' && operand !== 'constant' && operand !== 'expression') continue
    if (operand === 'parameter' && (operator === '=' || operator === 'in' || operator === 'between')) return true
    if (operator === '>' || operator === '>=') low = true
    if (operator === '<' || operator === '<=') high = true
    if (operator === 'between') return true
  }
  return low && high
}

function endsTransaction(nodes: readonly PlNode[]): boolean {
  return nodes.some((node) => {
    const [kind, statement] = plKind(node)
    if (kind === 'commit' || kind === 'rollback') return kind === 'commit'
    const inner = [...(statement.body ?? []), ...(statement.then_body ?? []), ...(statement.else_body ?? [])]
    return inner.length > 0 && endsTransaction(inner)
  })
}
