import type { SeedTable } from './catalog.ts'
import type { Session } from './engine.ts'

/** How many rows of each table there are now, and why a table stayed empty or has a few only. A seed that fails is never a fault of a migration. */
export interface Seeded {
  readonly rows: ReadonlyMap<string, number>
  readonly empty: ReadonlyMap<string, string>
  readonly few: ReadonlyMap<string, string>
}

/** Rows that plausible data would not have, put in on purpose to see whether a migration stands them. `into`: what the values are to become. */
export type Plant =
  | { readonly kind: 'null'; readonly table: string; readonly column: string }
  | { readonly kind: 'duplicate'; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: 'orphan'; readonly table: string; readonly columns: readonly string[]; readonly target: string }
  | { readonly kind: 'violation'; readonly table: string; readonly check: string }
  | { readonly kind: 'extreme'; readonly table: string; readonly column: string; readonly into?: 'text' | 'other' }

/** What was planted, in words, and the query that tells on production whether such rows exist: `SELECT count(*) FROM orders WHERE status IS NULL`. */
export interface Planted {
  readonly what: string
  readonly query: string
}

export interface Seeder {
  /**
   * Fills every table that has fewer rows up to `rows` plausible ones: types, enums, lengths, foreign keys and CHECKs kept, no duplicates in what looks unique
   * (keys, e-mail addresses, slugs, tokens), every seventh nullable value NULL unless its column is in `filled`. `mild`: no NULLs at all, and numerals for texts. `given`: tables that
   * will get rows whose keys are written out, so that theirs begin far from the first numbers. The same input gives the same rows.
   */
  fill(
    session: Session,
    tables: readonly SeedTable[],
    options: { readonly rows: number; readonly filled: ReadonlySet<string>; readonly mild?: boolean; readonly given?: ReadonlySet<string> },
  ): Promise<Seeded>
  /** Puts two such rows in; undefined when the table cannot hold them (a constraint forbids it already). */
  plant(session: Session, tables: readonly SeedTable[], plant: Plant): Promise<Planted | undefined>
}
