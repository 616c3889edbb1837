import { type Name, showName } from '../ir/names.ts'
import type { Session } from './engine.ts'

/**
 * What a database holds, one line for each thing: its name (`column orders.status`, `index orders_user`, `constraint orders.orders_pkey`, `type order_status`,
 * `comment orders.status`, `view …`, `trigger …`, `sequence …`, `function …`) and what it is, in the server's words (`varchar(20) not null default 'x'`). Names of the
 * default schema stand without it. Equal databases have equal lines, whatever the order in which they were made.
 */
export type Catalog = ReadonlyMap<string, string>

/** How many rows a table has (`orders`), and how many of them hold a value in a column (`orders.status`). */
export type Contents = ReadonlyMap<string, number>

/** A table's name as it stands here, whether or not the migration writes PostgreSQL's default schema in front. */
export function nameHere(name: Name): string {
  return name.schema === 'public' ? name.name : showName(name)
}

/** Reads the catalogue of one dialect. */
export interface CatalogReader {
  /** Without the runner's own bookkeeping tables, which `ignore` names. */
  catalog(session: Session, ignore: readonly string[]): Promise<Catalog>
  contents(session: Session, ignore: readonly string[]): Promise<Contents>
  /** The tables as a seeder needs them, in an order in which foreign keys can be kept. */
  tables(session: Session, ignore: readonly string[]): Promise<readonly SeedTable[]>
}

export interface SeedColumn {
  readonly name: string
  /** As the server prints it: `character varying(20)`, `int(11) unsigned`, `TEXT`. */
  readonly type: string
  readonly nullable: boolean
  readonly hasDefault: boolean
  /** The server makes the value: identity, AUTO_INCREMENT, a generated column. */
  readonly made: 'identity' | 'generated' | undefined
  /** Labels of an enum or set type. */
  readonly labels: readonly string[] | undefined
  /** Longest text in characters; undefined: not bounded. */
  readonly length: number | undefined
}

export interface SeedTable {
  /** As SQL must write it: quoted, with its schema where that is not the default one. */
  readonly sql: string
  /** As people write it: `orders`, `billing.invoices`. */
  readonly name: string
  readonly columns: readonly SeedColumn[]
  readonly primaryKey: readonly string[]
  /** Column lists that must be unique, the primary key aside. */
  readonly unique: readonly (readonly string[])[]
  readonly foreignKeys: readonly {
    readonly name: string
    readonly columns: readonly string[]
    readonly target: string
    readonly targetColumns: readonly string[]
  }[]
  /** CHECK conditions in the server's words. */
  readonly checks: readonly string[]
  /** Triggers run for the rows that are put in. */
  readonly triggers: boolean
}

/** What one database has and another has not, line by line. */
export interface Difference {
  readonly thing: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** The things in which two catalogues differ, in order of name; tables that only one of them has stand first, for all that is theirs. */
export function differences(before: Catalog, after: Catalog): readonly Difference[] {
  const tables = [...onlyIn(before, after), ...onlyIn(after, before)].sort()
  const whole = tables.map((table) => ({ thing: `table ${table}`, before: columnsOf(table, before), after: columnsOf(table, after) }))
  const things = [...new Set([...before.keys(), ...after.keys()])].sort()
  const parts = things.flatMap((thing) => {
    const pair = { thing, before: before.get(thing), after: after.get(thing) }
    const theirs = tables.some((table) => isPart(thing, table))
    return pair.before === pair.after || theirs ? [] : [pair]
  })
  return [...whole, ...parts]
}

const columnLine = /^column (.+)\.[^.]+$/

/** Tables that have columns in one catalogue and none in the other. */
function onlyIn(one: Catalog, other: Catalog): ReadonlySet<string> {
  const tables = (catalog: Catalog) => new Set([...catalog.keys()].flatMap((thing) => columnLine.exec(thing)?.[1] ?? []))
  const others = tables(other)
  return new Set([...tables(one)].filter((table) => !others.has(table)))
}

function columnsOf(table: string, catalog: Catalog): string | undefined {
  const names = [...catalog.keys()]
    .filter((thing) => columnLine.exec(thing)?.[1] === table)
    .map((thing) => thing.slice(`column ${table}.`.length))
  return names.length === 0 ? undefined : `(${names.join(', ')})`
}

function isPart(thing: string, table: string): boolean {
  const name = /^(?:table|column|constraint|index|comment|trigger) (.+)$/.exec(thing)?.[1]
  return name === table || (name?.startsWith(`${table}.`) ?? false)
}
