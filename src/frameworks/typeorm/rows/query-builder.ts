import type { Predicate } from '../../../ir/data.ts'
import type { Name } from '../../../ir/names.ts'
import type { Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { type EntityTable, entityTableOf } from '../entity-names.ts'
import type { On } from '../handles.ts'
import { textsOf } from '../read-options.ts'
import { type Asked, assignmentsOf, bothOf, insertedOf, readQuery, whereOf } from './values.ts'

/** What a query builder was told so far. */
export interface Build {
  readonly on: On
  readonly kind: 'select' | 'update' | 'delete' | 'insert'
  readonly table: Name | undefined
  readonly set?: Value
  readonly values?: Value
  readonly columns?: readonly string[]
  readonly where: Predicate | undefined
  readonly limited: boolean
  readonly onConflict: boolean
  /** `relation(Entity, 'posts')`: what is written is the relation's own column or table. */
  readonly relation?: string
}

export const newBuild = (on: On, table: Name | undefined): Build => ({
  on,
  kind: 'select',
  table,
  where: undefined,
  limited: false,
  onConflict: false,
})

const runs = new Set([
  'execute',
  'getMany',
  'getOne',
  'getOneOrFail',
  'getRawMany',
  'getRawOne',
  'getRawAndEntities',
  'getManyAndCount',
  'getCount',
  'getExists',
  'stream',
])

/** What ends a builder of a relation: it sets the key of the other side, or writes the table between the two. */
const relates = new Set(['add', 'remove', 'set', 'addAndRemove'])

function relationOf({ relation, table }: Build, method: string, { span }: Asked): Operation {
  const detail = `${method}() writes the relation ${relation ?? ''}${table ? ` of ${table.name}` : ''}: in which table depends on the entities`
  return { kind: 'opaque', span, because: 'unsupported', detail }
}

/** What a finished builder does; undefined table: an opaque that says so. */
function operationOf(build: Build, method: string, asked: Asked): Operation {
  const { table, where, limited } = build
  const base = { span: asked.span } as const
  if (table === undefined)
    return {
      kind: 'opaque',
      ...base,
      because: 'dynamic-sql',
      detail: 'The table of this query builder is not known before the migration runs',
    }
  switch (build.kind) {
    case 'select':
      return {
        kind: 'select',
        ...base,
        query: readQuery(table, where, limited || /One/.test(method), method === 'getCount' || method === 'getExists'),
      }
    case 'update':
      return { kind: 'update', ...base, table, set: assignmentsOf(build.set, asked) ?? [], where, from: [], limited }
    case 'delete':
      return { kind: 'delete', ...base, table, where, using: [], limited }
    case 'insert': {
      const inserted = insertedOf(build.values)
      return {
        kind: 'insert',
        ...base,
        table,
        columns: build.columns ?? inserted.columns,
        source: 'values',
        rows: inserted.rows,
        onConflict: build.onConflict,
        literals: inserted.literals,
      }
    }
  }
}

type Step =
  /** The builder itself, told more. */
  | { readonly next: Build }
  /** Another builder. */
  | { readonly opens: Build }
  | { readonly runs: Operation }

/** A call on a query builder. Methods that only shape what a SELECT returns leave it as it is. */
export function stepOf(build: Build, method: string, args: readonly Value[], asked: Asked, tables: EntityTable): Step {
  if (build.relation !== undefined && relates.has(method)) return { runs: relationOf(build, method, asked) }
  if (runs.has(method)) return { runs: operationOf(build, method, asked) }
  const next = (change: Partial<Build>): Step => ({ next: { ...build, ...change } })
  const opens = (change: Partial<Build>): Step => ({ opens: { ...build, ...change } })
  const target = (value: Value | undefined): Partial<Build> => {
    const table = entityTableOf(value, tables)
    return table ? { table } : value === undefined ? {} : { table: undefined }
  }
  switch (method) {
    case 'update': {
      // `update(set)` of a repository's builder, `update(Entity)`, `update(Entity, set)`.
      const [first, second] = args
      const set = second ?? (first?.kind === 'object' ? first : undefined)
      return opens({ kind: 'update', ...(first?.kind === 'object' ? {} : target(first)), ...(set ? { set } : {}) })
    }
    case 'set':
      return next(args[0] ? { set: args[0] } : {})
    case 'delete':
    case 'softDelete':
      return opens({ kind: method === 'delete' ? 'delete' : 'update', ...target(args[0]) })
    case 'insert':
      return opens({ kind: 'insert' })
    case 'relation':
      return opens({ relation: textsOf(args[1] ?? args[0])?.join('.') ?? '', ...(args.length > 1 ? target(args[0]) : {}) })
    case 'clone':
      return opens({})
    case 'into':
      return next({ ...target(args[0]), ...(args[1] ? { columns: textsOf(args[1]) ?? [] } : {}) })
    case 'from':
      return next(target(args[0]))
    case 'values':
      return next(args[0] ? { values: args[0] } : {})
    case 'where':
      return next({ where: whereOf(args[0], asked) })
    case 'andWhere':
      return next({ where: bothOf(build.where, whereOf(args[0], asked), false) })
    case 'orWhere':
      return next({ where: bothOf(build.where, whereOf(args[0], asked), true) })
    case 'whereInIds':
    case 'andWhereInIds':
      return next({
        where: bothOf(
          build.where,
          { sql: 'id IN (…)', terms: [{ column: 'id', operator: 'in', operand: 'parameter', sql: 'id IN (…)' }], columns: ['id'] },
          false,
        ),
      })
    case 'limit':
    case 'take':
      return next({ limited: true })
    case 'orIgnore':
    case 'orUpdate':
    case 'onConflict':
      return next({ onConflict: true })
    default:
      return next({})
  }
}
