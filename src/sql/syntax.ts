import type { DialectName } from '../ir/names.ts'

/** What differs between the engines on the level of characters. */
export interface Syntax {
  readonly engine: 'postgres' | 'mysql' | 'sqlite'
  /** MySQL: the engine that decides which `/*!` comments are executed. */
  readonly mariadb: boolean
  /** The server's version as executed comments write it: 80036 for 8.0.36, 101106 for 10.11.6. */
  readonly versionNumber: number
  /** MySQL's sql_mode ANSI_QUOTES: "…" is an identifier. */
  readonly ansiQuotes: boolean
  /** `:name` is a placeholder (SQLite: always). */
  readonly named: boolean
}

/**
 * The syntax of one engine. `version` is the server's (`[8, 0, 36]`); missing parts count as the newest of their kind, so that
 * "MySQL 8" executes a comment for 8.0.19.
 */
export function syntaxOf(
  dialect: DialectName,
  version: readonly number[] = [],
  options: { readonly ansiQuotes?: boolean; readonly named?: boolean } = {},
): Syntax {
  const [major = 99, minor = 99, patch = 99] = version
  return {
    engine: dialect === 'mariadb' ? 'mysql' : dialect,
    mariadb: dialect === 'mariadb',
    versionNumber: major * 10000 + Math.min(minor, 99) * 100 + Math.min(patch, 99),
    ansiQuotes: options.ansiQuotes ?? false,
    named: options.named ?? dialect === 'sqlite',
  }
}
