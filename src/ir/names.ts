/** The engines whose migrations are judged. */
export type DialectName = 'postgres' | 'mysql' | 'mariadb' | 'sqlite'

/**
 * The name of a table, type, index … as the engine stores it: unquoted PostgreSQL names are folded to lower case by the
 * reader, quoted ones kept. `dynamic` marks a name that only the running migration knows; `name` then shows the user's expression.
 */
export interface Name {
  readonly schema?: string
  readonly name: string
  readonly dynamic?: true
}

/** How a name is shown to a person: `orders`, `billing.orders`. */
export function showName(name: Name): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`
}

/** Does a name show the user's expression (`${column}`), because only the running migration knows it? */
export function isComputed(name: string): boolean {
  return name.includes('${')
}
