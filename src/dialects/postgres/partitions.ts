import type { Node, PartitionBoundSpec, PartitionSpec } from 'libpg-query'
import type { Bounds, PartitionBy } from '../../ir/operation.ts'
import { factsOf } from './facts.ts'
import { as, type Reading, shownText, strings } from './reading.ts'

const strategies: Readonly<Record<string, PartitionBy['strategy']>> = {
  PARTITION_STRATEGY_RANGE: 'range',
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_HASH: 'hash',
}

/** PARTITION BY of a CREATE TABLE. */
export function partitionBy(reading: Reading, node: PartitionSpec): PartitionBy {
  const columns = (node.partParams ?? []).flatMap((each) => {
    const element = as(each, 'PartitionElem')
    return element?.name === undefined ? [...factsOf(reading, element?.expr).columns] : [shownText(reading, element.name)]
  })
  return { strategy: strategies[node.strategy ?? ''] ?? 'range', columns }
}

/** FOR VALUES …; undefined for DEFAULT and for a value that is computed. */
export function bounds(reading: Reading, node: PartitionBoundSpec | undefined): Bounds | undefined {
  if (node === undefined || node.is_default) return undefined
  if (node.strategy === 'h') return { modulus: node.modulus ?? 0, remainder: node.remainder ?? 0 }
  if (node.strategy === 'l') {
    const values = all(reading, node.listdatums)
    return values && { in: values }
  }
  const [from, to] = [all(reading, node.lowerdatums), all(reading, node.upperdatums)]
  return from && to && { from, to }
}

function all(reading: Reading, nodes: readonly Node[] | undefined): string[] | undefined {
  const found: string[] = []
  for (const node of nodes ?? []) {
    const text = value(reading, node)
    if (text === undefined) return undefined
    found.push(text)
  }
  return found
}

/** A constant as SQL, its cast left out; MINVALUE and MAXVALUE look like columns. */
function value(reading: Reading, node: Node): string | undefined {
  const cast = as(node, 'TypeCast')
  if (cast?.arg) return value(reading, cast.arg)
  const limit = as(node, 'ColumnRef')
  if (limit) {
    const word = strings(limit.fields)[0]?.toUpperCase()
    return word === 'MINVALUE' || word === 'MAXVALUE' ? word : undefined
  }
  const signed = as(node, 'A_Expr')
  if (signed && signed.lexpr === undefined && signed.rexpr && strings(signed.name)[0] === '-') {
    const own = value(reading, signed.rexpr)
    return own === undefined ? undefined : `-${own}`
  }
  const constant = as(node, 'A_Const')
  if (constant === undefined) return undefined
  if (constant.isnull) return 'NULL'
  if (constant.sval) return `'${shownText(reading, constant.sval.sval ?? '').replaceAll("'", "''")}'`
  if (constant.boolval) return String(constant.boolval.boolval ?? false)
  return constant.fval?.fval ?? String(constant.ival?.ival ?? 0)
}
