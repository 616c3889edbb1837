import type { Assignment, Predicate, Query } from '../../../ir/data.ts'
import type { Name } from '../../../ir/names.ts'
import type { Insert, Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { rows } from '../../rows.ts'
import { arrayOf, isAbsent, isOpen, member, objectOf, textOf } from '../../values.ts'
import { type Call, flag, type Method, type Methods, type Sent, send, tableOf } from '../call.ts'
import { predicate } from '../conditions.ts'
import { sqlOfValue, sqlSpec } from '../expressions.ts'
import { modelTables } from './queries.ts'

function literalsOf(records: readonly Value[]): string[] {
  const found = new Set<string>()
  for (const record of records) {
    for (const value of objectOf(record)?.members.values() ?? []) {
      const text = textOf(value)
      if (text !== undefined && found.size < 1000) found.add(text)
    }
  }
  return [...found]
}

/** An INSERT of the records of a list, or of one record. */
export function insertOf(call: Call, table: Name, records: Value | undefined, onConflict = false): Insert {
  const list = arrayOf(records)
  const items = list ? list.items : records ? [records] : []
  const columns = new Set<string>()
  for (const item of items) for (const key of objectOf(item)?.members.keys() ?? []) columns.add(key)
  const counted = list ? list.complete : records?.kind === 'object'
  return {
    kind: 'insert',
    span: call.span,
    table,
    columns: [...columns],
    source: 'values',
    rows: counted ? items.length : undefined,
    onConflict,
    literals: literalsOf(items),
  }
}

/** The SET clause of an object of values. */
export function assignments(call: Call, values: Value | undefined): Assignment[] {
  const found: Assignment[] = []
  for (const [column, value] of objectOf(values)?.members ?? []) {
    if (value.kind === 'undefined') continue
    const text = textOf(value)
    if (sqlSpec(value)) {
      const expression = call.dialect.parseExpression(sqlOfValue(value, call.dialect))
      const kind = expression.columns.length > 0 ? 'expression' : expression.constant ? 'constant' : 'expression'
      found.push({ column, value: kind, columns: expression.columns, literals: expression.literals })
    } else if (value.kind === 'null') found.push({ column, value: 'null', columns: [], literals: [] })
    else if (value.kind === 'unknown') found.push({ column, value: 'parameter', columns: [], literals: [] })
    else found.push({ column, value: 'constant', columns: [], literals: text === undefined ? [] : [text] })
  }
  return found
}

function updateOf(call: Call, table: Name, values: Value | undefined, where: Predicate | undefined, limited = false): Operation {
  return { kind: 'update', span: call.span, table, set: assignments(call, values), where, from: [], limited }
}

export function deleteOf(call: Call, table: Name, where: Predicate | undefined, limited = false): Operation {
  return { kind: 'delete', span: call.span, table, where, using: [], limited }
}

/** The query of a `select`, `findAll` and its like. */
export function queryOf(call: Call, table: Name, options: Value | undefined, limited = !isAbsent(member(options, 'limit'))): Query {
  const where = predicate(member(options, 'where'), call.dialect)
  const attributes = arrayOf(member(options, 'attributes'))?.items.flatMap((item) => textOf(item) ?? []) ?? []
  return {
    tables: [table],
    columns: [...new Set([...attributes, ...(where?.columns ?? [])])],
    where,
    limited,
    locking: !isAbsent(member(options, 'lock')),
    functions: [],
    aggregate: false,
    literals: [],
  }
}

export function selected(call: Call, query: Query, options: Value | undefined, result: Value = rows({ query })): Sent {
  return { ...send(call, options, [{ kind: 'select', span: call.span, query }]), result }
}

/** UPDATE … SET c = c + n: the forms of increment and decrement differ between versions, the table and the condition do not. */
function arithmetic(call: Call): Sent {
  const model = call.args[0]?.kind === 'string' ? 0 : 1
  const table = tableOf(call, { at: model })
  const where = predicate(call.args[model + 1], call.dialect)
  const columns = [...(objectOf(call.args[model + 2])?.members.keys() ?? [])]
  const set = columns.map((column): Assignment => ({ column, value: 'expression', columns: [column], literals: [] }))
  return send(call, call.args.at(-1), [{ kind: 'update', span: call.span, table, set, where, from: [], limited: false }])
}

const bulkDelete: Method = (call) => {
  const table = tableOf(call)
  const options = call.args[2]
  if (flag(options, 'truncate') && call.dialect.name !== 'sqlite') {
    const cascade = call.dialect.name === 'postgres' && flag(options, 'cascade')
    return send(call, options, [{ kind: 'truncate', span: call.span, tables: [table], cascade }])
  }
  const where = flag(options, 'truncate') ? undefined : predicate(call.args[1], call.dialect)
  return send(call, options, [deleteOf(call, table, where, !isAbsent(member(options, 'limit')))])
}

export const rowMethods: Methods = {
  bulkInsert: (call) => send(call, call.args[2], [insertOf(call, tableOf(call), call.args[1])]),
  insert: (call) => send(call, call.args[3], [insertOf(call, tableOf(call, { at: 1 }), call.args[2])]),
  upsert: (call) => send(call, call.args[4], [insertOf(call, tableOf(call), call.args[1], true)]),

  bulkUpdate(call) {
    const limited = !isAbsent(member(call.args[3], 'limit')) && call.dialect.name !== 'postgres'
    return send(call, call.args[3], [updateOf(call, tableOf(call), call.args[1], predicate(call.args[2], call.dialect), limited)])
  },
  update(call) {
    return send(call, call.args[4], [updateOf(call, tableOf(call, { at: 1 }), call.args[2], predicate(call.args[3], call.dialect))])
  },
  increment: arithmetic,
  decrement: arithmetic,

  bulkDelete,
  // Sequelize 7: the query interface empties one table, the connection those of all models.
  truncate: (call) =>
    call.args.length === 0 || (objectOf(call.args[0]) && isAbsent(member(call.args[0], 'tableName')))
      ? modelTables(call, call.args[0], 'truncate')
      : send(call, call.args[1], [{ kind: 'truncate', span: call.span, tables: [tableOf(call)], cascade: flag(call.args[1], 'cascade') }]),
  delete: (call) => send(call, call.args[3], [deleteOf(call, tableOf(call, { at: 1 }), predicate(call.args[2], call.dialect))]),

  select: (call) => selected(call, queryOf(call, tableOf(call, { at: 1 }), call.args[2]), call.args[2]),
  rawSelect(call) {
    const query = queryOf(call, tableOf(call), call.args[1])
    return selected(call, { ...query, aggregate: isOpen(call.args[1]) ? false : query.columns.length === 0 }, call.args[1])
  },
}
