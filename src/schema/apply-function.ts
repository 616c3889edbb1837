import type { CreateFunction, DropFunction, Parameter } from '../ir/operation.ts'
import type { When } from './edit.ts'
import { keyOf, type Schema } from './schema.ts'
import type { FunctionState, Overload } from './table.ts'

/** The schema with a function made or replaced. PostgreSQL keeps functions of one name apart by the types that they take. */
export function createFunction(schema: Schema, operation: CreateFunction, when: When): Schema {
  const key = keyOf(schema.naming, operation.name, 'other')
  const overload: Overload = {
    ...(operation.parameters ? { parameters: operation.parameters } : {}),
    ...(operation.returns === undefined ? {} : { returns: operation.returns }),
    ...(operation.language === undefined ? {} : { language: operation.language.toLowerCase() }),
    volatility: operation.volatility,
    procedure: operation.procedure,
    ...(operation.source === undefined ? {} : { source: operation.source }),
    uses: operation.uses,
    columns: operation.columns ?? [],
    ...(operation.writes ? { writes: operation.writes } : {}),
    born: when.born,
  }
  const known = schema.functions.get(key)?.overloads ?? []
  const own = signature(overload.parameters)
  // Without a default schema (MySQL) a name has one function.
  const single = schema.naming.defaultSchema === undefined || own === undefined
  const others = single || known.length === 0 ? [] : known.filter(({ parameters }) => signature(parameters) !== own)
  const state: FunctionState = {
    name: operation.name,
    volatility: operation.volatility,
    constant: operation.constant,
    born: when.born,
    overloads: others.length === 0 ? [overload] : [...others, overload],
  }
  return { ...schema, functions: schema.functions.set(key, state) }
}

/** The schema without the function, or without the one of that name that takes these types. */
export function dropFunction(schema: Schema, operation: DropFunction): Schema {
  const key = keyOf(schema.naming, operation.name, 'other')
  const old = schema.functions.get(key)
  if (!old) return operation.cascade ? { ...schema, triggers: withoutCallers(schema, key) } : schema
  const wanted = operation.parameters?.map(plain).join()
  const left = old.overloads.filter(
    ({ parameters }) =>
      wanted !== undefined &&
      (old.overloads.length < 2 ? !mayTake(parameters, operation.parameters!.length) : signature(parameters) !== wanted),
  )
  const last = left.at(-1)
  if (last === undefined) {
    const triggers = operation.cascade ? withoutCallers(schema, key) : schema.triggers
    return { ...schema, functions: schema.functions.delete(key), triggers }
  }
  if (left.length === old.overloads.length) return schema
  const state = { ...old, volatility: last.volatility, constant: false, born: last.born, overloads: left }
  return { ...schema, functions: schema.functions.set(key, state) }
}

/** May `f(…)` with so many types mean a function with these parameters? PostgreSQL takes the types of OUT parameters, or leaves them out. */
function mayTake(parameters: readonly Parameter[] | undefined, count: number): boolean {
  const inputs = parameters?.filter(({ mode }) => mode !== 'out' && mode !== 'table').length
  return inputs === undefined || count === inputs || count === parameters!.filter(({ mode }) => mode !== 'table').length
}

/** CASCADE takes along the triggers that call the function. */
function withoutCallers({ naming, triggers }: Schema, key: string): Schema['triggers'] {
  let left = triggers
  for (const [own, trigger] of triggers) if (trigger.function && keyOf(naming, trigger.function, 'other') === key) left = left.delete(own)
  return left
}

/** The types that a call gives, which tell functions of one name apart; undefined where the parameters were not read. */
export function signature(parameters: readonly Parameter[] | undefined): string | undefined {
  return parameters
    ?.filter(({ mode }) => mode !== 'out' && mode !== 'table')
    .map(({ type }) => plain(type))
    .join()
}

/** A length is no part of it. */
function plain(type: string): string {
  return type.toLowerCase().replace(/\(.*?\)/g, '')
}
