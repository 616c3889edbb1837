import type { Name } from '../../../ir/names.ts'
import type { Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { flag, member, numberOf, optionsOf } from '../read-options.ts'
import { type Asked, assignmentsOf, conjunction, criteriaOf, insertedOf, readQuery } from './values.ts'

type RowMethod = (table: Name, args: readonly Value[], asked: Asked) => Operation

const byId = conjunction([{ column: 'id', operator: '=', operand: 'parameter', sql: 'id = ?' }])

/** `find` of a repository: where, take. `find({ where: { … }, take: 10 })`; older versions take the where itself. */
function read(limited: boolean, aggregate: boolean): RowMethod {
  return (table, [options], asked) => {
    const own = optionsOf(options)
    const nested = own && ['where', 'take', 'select', 'relations', 'order'].some((key) => own.members.has(key))
    const where = criteriaOf(nested ? member(own, 'where') : options, asked)
    const bounded = limited || (own !== undefined && numberOf(member(own, 'take')) !== undefined)
    return { kind: 'select', span: asked.span, query: readQuery(table, where, bounded, aggregate) }
  }
}

const insert: RowMethod = (table, [entity], asked) => ({
  kind: 'insert',
  span: asked.span,
  table,
  source: 'values',
  ...insertedOf(entity),
  onConflict: false,
})

/** An entity that was read before is updated by its key; a literal without one is inserted. */
const save: RowMethod = (table, args, asked) => {
  const items = args[0]?.kind === 'array' ? args[0].items : [args[0]]
  const fresh = items.length > 0 && items.every((item) => item?.kind === 'object' && item.complete && !item.members.has('id'))
  if (fresh) return insert(table, args, asked)
  const set = args[0]?.kind === 'object' ? (assignmentsOf(args[0], asked) ?? []) : []
  return {
    kind: 'update',
    span: asked.span,
    table,
    set: set.filter((assignment) => assignment.column !== 'id'),
    where: byId,
    from: [],
    limited: false,
  }
}

const update: RowMethod = (table, [criteria, set], asked) => ({
  kind: 'update',
  span: asked.span,
  table,
  set: assignmentsOf(set, asked) ?? [],
  where: criteriaOf(criteria, asked),
  from: [],
  limited: false,
})

const remove: RowMethod = (table, _args, asked) => ({ kind: 'delete', span: asked.span, table, where: byId, using: [], limited: false })

const step: RowMethod = (table, [criteria, column], asked) => {
  const name = column?.kind === 'string' ? column.pieces.map((piece) => piece.text).join('') : undefined
  return {
    kind: 'update',
    span: asked.span,
    table,
    set: name === undefined ? [] : [{ column: name, value: 'expression', columns: [name], literals: [] }],
    where: criteriaOf(criteria, asked),
    from: [],
    limited: false,
  }
}

/** The methods of EntityManager and Repository that reach the database; the entity argument of a manager is taken off before. */
export const rowMethods: Readonly<Record<string, RowMethod>> = {
  find: read(false, false),
  findBy: read(false, false),
  findAndCount: read(false, false),
  findAndCountBy: read(false, false),
  findByIds: read(true, false),
  findOne: read(true, false),
  findOneBy: read(true, false),
  findOneOrFail: read(true, false),
  findOneByOrFail: read(true, false),
  findOneById: read(true, false),
  count: read(false, true),
  countBy: read(false, true),
  exist: read(false, true),
  exists: read(false, true),
  existsBy: read(false, true),
  sum: read(false, true),
  average: read(false, true),
  minimum: read(false, true),
  maximum: read(false, true),
  insert,
  upsert: (table, args, asked) => ({ ...insert(table, args, asked), onConflict: true }) as Operation,
  save,
  update,
  updateAll: (table, [set], asked) => update(table, [{ kind: 'undefined' }, ...(set ? [set] : [])], asked),
  delete: (table, [criteria], asked) => ({
    kind: 'delete',
    span: asked.span,
    table,
    where: criteriaOf(criteria, asked),
    using: [],
    limited: false,
  }),
  deleteAll: (table, _args, asked) => ({ kind: 'delete', span: asked.span, table, where: undefined, using: [], limited: false }),
  remove,
  softRemove: save,
  recover: save,
  softDelete: (table, [criteria], asked) => update(table, [...(criteria ? [criteria] : [])], asked),
  restore: (table, [criteria], asked) => update(table, [...(criteria ? [criteria] : [])], asked),
  increment: step,
  decrement: step,
  clear: (table, [options], asked) =>
    asked.dialect.name === 'sqlite'
      ? { kind: 'delete', span: asked.span, table, where: undefined, using: [], limited: false }
      : { kind: 'truncate', span: asked.span, tables: [table], cascade: flag(member(optionsOf(options), 'cascade'), false) },
}
