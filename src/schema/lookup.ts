import type { Name } from '../ir/names.ts'
import { PersistentMap } from './persistent-map.ts'
import { keyOf, type Naming, type Schema } from './schema.ts'
import type { FunctionState, Table, TriggerState, TypeState, ViewState } from './table.ts'

/** By another key than their own: the entries, in the order of their own keys, so that it does not hang on how the index came about. */
type Index<V> = PersistentMap<readonly (readonly [string, V])[]>

/**
 * The values of a map by what they name. The index of a state is made from that of the state asked about before, by what changed between the
 * two: a history of thousands of migrations is not walked once for each of them.
 */
class Lookup<V> {
  readonly #keysOf: (value: V, naming: Naming) => readonly string[]
  readonly #known = new WeakMap<PersistentMap<V>, Index<V>>()
  #last: { readonly map: PersistentMap<V>; readonly naming: Naming; readonly index: Index<V> } | undefined

  constructor(keysOf: (value: V, naming: Naming) => readonly string[]) {
    this.#keysOf = keysOf
  }

  find(map: PersistentMap<V>, naming: Naming, key: string): readonly V[] {
    if (map.size === 0) return []
    let index = this.#known.get(map)
    if (!index) {
      index = this.#from(
        this.#last?.naming === naming ? this.#last : { map: PersistentMap.empty(), index: PersistentMap.empty() },
        map,
        naming,
      )
      this.#known.set(map, index)
      this.#last = { map, naming, index }
    }
    return (index.get(key) ?? []).map(([, value]) => value)
  }

  #from(base: { readonly map: PersistentMap<V>; readonly index: Index<V> }, map: PersistentMap<V>, naming: Naming): Index<V> {
    let index = base.index
    for (const [own, value] of base.map.notSharedWith(map)) {
      for (const key of this.#keysOf(value, naming)) {
        const left = (index.get(key) ?? []).filter(([other]) => other !== own)
        index = left.length === 0 ? index.delete(key) : index.set(key, left)
      }
    }
    for (const [own, value] of map.notSharedWith(base.map)) {
      for (const key of new Set(this.#keysOf(value, naming))) {
        const others = index.get(key) ?? []
        const at = others.findIndex(([other]) => other > own)
        const entry = [own, value] as const
        index = index.set(key, at < 0 ? [...others, entry] : [...others.slice(0, at), entry, ...others.slice(at)])
      }
    }
    return index
  }
}

const keysOf = (tables: readonly Name[], naming: Naming): string[] => tables.map((name) => keyOf(naming, name))

const views = new Lookup<ViewState>(({ uses }, naming) => keysOf(uses, naming))
const triggers = new Lookup<TriggerState>(({ table, uses = [] }, naming) => keysOf([table, ...uses], naming))
const functions = new Lookup<FunctionState>(({ overloads }, naming) => overloads.flatMap(({ uses }) => keysOf(uses, naming)))
const copies = new Lookup<Table>(({ copyOf }, naming) => keysOf(copyOf, naming))
const moves = new Lookup<Table>(({ columns }, naming) =>
  [...columns.values()].flatMap(({ copies: own = [] }) => own.map(({ from }) => keyOf(naming, from))),
)
const types = new Lookup<TypeState>(({ labels }) => labels.map(({ transaction }) => transaction))

/** The views whose query names this table or view. Costs what is found, as do the others here. */
export function viewsNaming(schema: Schema, table: Name): readonly ViewState[] {
  return views.find(schema.views, schema.naming, keyOf(schema.naming, table))
}

/** The triggers on this table, and those whose own body names it. */
export function triggersNaming(schema: Schema, table: Name): readonly TriggerState[] {
  return triggers.find(schema.triggers, schema.naming, keyOf(schema.naming, table))
}

/** The functions and procedures whose body, where it could be read, names this table. */
export function functionsNaming(schema: Schema, table: Name): readonly FunctionState[] {
  return functions.find(schema.functions, schema.naming, keyOf(schema.naming, table))
}

/** The tables that rows of this one were copied into. */
export function copiesOf(schema: Schema, table: Name): readonly Table[] {
  return copies.find(schema.tables, schema.naming, keyOf(schema.naming, table))
}

/** The tables that values of a column of this one were copied into, under the same name. */
export function columnsCopiedFrom(schema: Schema, table: Name): readonly Table[] {
  return moves.find(schema.tables, schema.naming, keyOf(schema.naming, table))
}

/** The enum types with a label that was added, or created with the type, in this transaction. */
export function typesLabelledIn(schema: Schema, transaction: string): readonly TypeState[] {
  return types.find(schema.types, schema.naming, transaction)
}
