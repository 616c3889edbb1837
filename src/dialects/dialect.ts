import type { Column, DataType, Expression } from '../ir/column.ts'
import type { Statement } from '../ir/migration.ts'
import type { DialectName, Name } from '../ir/names.ts'
import type { CreateFunction, Operation } from '../ir/operation.ts'
import type { Schema } from '../schema/schema.ts'
import type { Span } from '../source/span.ts'
import type { Traced } from '../source/traced.ts'

/** A server version as comparable numbers: `8.0.36` is [8, 0, 36]. PostgreSQL has one part that counts: [16]. */
export type Version = readonly number[]

/** Negative, zero or positive, as a sort function wants it; missing parts count as 0. */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Is `version` at least `wanted`? */
export function atLeast(version: Version, ...wanted: number[]): boolean {
  return compareVersions(version, wanted) >= 0
}

/** The leading numbers of `8.0.36-0ubuntu1`, `16`, `10.11.6-MariaDB`; undefined when there is none. */
export function parseVersion(text: string): Version | undefined {
  const match = /^\D{0,12}(\d+(?:\.\d+){0,2})/.exec(text)
  return match ? match[1]!.split('.').map(Number) : undefined
}

export type Blocks = 'nothing' | 'writes' | 'reads-and-writes' | 'unknown'

/** A lock that a statement takes on a relation beside its target. */
export interface OtherLock {
  readonly table: Name
  readonly lock: string
  readonly blocks: Blocks
  readonly scans: boolean
}

/** What an operation costs on one engine and version. Every member but `cite` may be 'unknown'. */
export interface Cost {
  /** PostgreSQL: the lock mode (`ACCESS EXCLUSIVE`); MySQL: `INSTANT`, `NOCOPY`, `INPLACE`, `COPY` stand in `algorithm`, the lock (`NONE`, `SHARED`, `EXCLUSIVE`) here. */
  readonly lock: string
  readonly algorithm?: 'INSTANT' | 'NOCOPY' | 'INPLACE' | 'COPY' | 'unknown'
  /** What concurrent sessions cannot do on the target for as long as the work takes (not for the instant that a metadata lock is held). */
  readonly blocks: Blocks
  /** What other sessions queue behind while the statement waits for its lock, and during it. */
  readonly queues: Blocks
  readonly rewrites: boolean | 'unknown'
  readonly scans: boolean | 'unknown'
  readonly buildsIndex: boolean | 'unknown'
  /** PostgreSQL: the planner's statistics of the column are gone afterwards. */
  readonly dropsStatistics?: boolean
  readonly others: readonly OtherLock[]
  /** False: refused inside a transaction block. */
  readonly inTransaction: boolean
  /** True: ends the transaction that is open (MySQL, MariaDB). */
  readonly commits: boolean
  /** A phrase that completes "because …", for messages; absent when the row speaks for itself. */
  readonly because?: string
  /** Where the row's facts come from: a manual page, or `measured: …`. */
  readonly cite: string
  /** The experiment that shows it, where there is one. */
  readonly proof?: string
}

/** How a change from one type to another is carried out; `because` completes "because …". */
export interface TypeChange {
  readonly effect: 'free' | 'scan' | 'reindex' | 'rewrite' | 'unknown'
  readonly because: string
  /** Values may not fit or convert: the change can fail or cut. */
  readonly narrows: boolean | 'unknown'
}

/** How the character set or the collation of a column changes. */
export interface EncodingChange {
  /** The character sets, or the collations where only these differ. */
  readonly from: string
  readonly to: string
  /** Some characters of the old set are not in the new one. */
  readonly loses: boolean
  /** Values that differ under the old collation may be equal under the new one. */
  readonly coarser: boolean
  /** A character may take more bytes. */
  readonly widens: boolean
}

/** Why the server refuses an operation whose types or keys do not fit: what replay, which looks at names alone, does not see. */
export interface Refusal {
  readonly of: 'foreign key' | 'index key' | 'row' | 'expression'
  /** A clause for messages: "orders.user_id is bigint and users.id is int". */
  readonly because: string
  /** The server's number or code for it. */
  readonly error: string
  /** Where exactly; absent: the operation. */
  readonly span?: Span
  /** The statement itself goes through: the server fails when rows are written. */
  readonly onUse?: true
  /** SQLite: only where the connection enforces foreign keys. */
  readonly whenEnforced?: true
  /** The table that a foreign key points at. */
  readonly parent?: Name
}

/** One statement as the dialect's reader gives it: offsets are into the traced text that was parsed. */
export interface ParsedStatement extends Omit<Statement, 'segment' | 'batch'> {
  readonly start: number
  readonly end: number
}

export interface ParseOptions {
  readonly version: Version
  /** The client speaks `DELIMITER` (a .sql file for the mysql client). */
  readonly delimiters?: boolean
  /** `:name` and `?` are placeholders filled at run time. */
  readonly placeholders?: boolean
  /** The server is this fork of the engine: what it adds is no mismatch. */
  readonly fork?: Fork
}

/** https://github.com/tursodatabase/libsql/blob/main/libsql-sqlite3/doc/libsql_extensions.md */
export type Fork = 'libSQL'

export interface WriteOptions {
  readonly version: Version
  /** May the name stand without quotes? */
  readonly bare: (name: string) => boolean
}

/** Thrown where SQL is to be read and the engine's parser is not loaded: await `ready`, and begin the work again. */
export class ParserNeeded extends Error {
  override readonly name = 'ParserNeeded'
}

/** What one engine knows. The rooms `dialects/<name>/index.ts` export one of these. */
export interface Dialect {
  readonly name: DialectName
  /** The newest version that the facts cover; judged when none is given. */
  readonly latest: Version
  /** The oldest version that the facts cover; one before it is judged as this one. */
  readonly oldest: Version
  /** The schema that unqualified names mean: `public`, `main`; undefined in MySQL (the connection's database). */
  readonly defaultSchema: string | undefined
  /** True when DDL can be rolled back. */
  readonly transactionalDdl: boolean
  /** True when a rollback brings back what SET changed for the session. */
  readonly transactionalSettings: boolean
  /** Loads the parser. Until then what has to read SQL throws ParserNeeded; a migration of builder calls alone never needs it. */
  ready(): Promise<void>
  /** Reads SQL text. Never throws: what cannot be read is a statement with one `opaque` operation; its neighbours are read. */
  parse(sql: Traced, options: ParseOptions): readonly ParsedStatement[]
  /** Does `parse` follow a call into the body of this routine, where the text creates it before? Absent: it follows none. */
  followsInto?(routine: CreateFunction, sql: string): boolean
  /** Reads a type as a builder or a column spells it: `varchar(255)`, `int unsigned`. */
  parseType(text: string): DataType
  /** Reads a default or expression that a builder passes as SQL: `now()`, `'x'::text`. */
  parseExpression(text: string): Expression
  /** The operation as SQL: statements without their semicolons, in the order in which they run; undefined: the engine has none, or the room does not write it. */
  write(operation: Operation, options: WriteOptions): readonly string[] | undefined
  /** The key by which the engine compares names of this kind: PostgreSQL keeps case, MySQL and SQLite do not (columns; MySQL tables do). */
  fold(name: string, kind: 'table' | 'column' | 'other'): string
  /** Are two types of one name the same, whatever stands in the brackets behind it: a width of display? Absent: only where the same does. */
  sameArguments?(from: DataType, to: DataType): boolean
  /** Is a UNIQUE constraint nothing but a unique index of that name, whichever of the two was written? */
  readonly uniqueIsIndex?: boolean
  /** What the operation, as part of its statement, costs on this version in this schema; `settings`: what the session has set, lower-case name to value. */
  cost(operation: Operation, statement: Statement, before: Schema, version: Version, settings?: ReadonlyMap<string, string>): Cost
  /** What changing a column from one type to another does; with `at` what stands on that column (indexes, CHECKs), or its character set, is looked at too, with `using` the conversion that is written. */
  typeChange(
    from: DataType,
    to: DataType,
    before: Schema,
    version: Version,
    at?: { readonly table: Name; readonly column: string; readonly collation?: string },
    using?: Expression,
  ): TypeChange
  /** How a text column's encoding changes between two definitions, each with the options of its table; undefined: not, or not known. */
  encodingChange(
    from: Column,
    was: Readonly<Record<string, string>>,
    to: Column,
    is: Readonly<Record<string, string>>,
  ): EncodingChange | undefined
  /** Why the server refuses the operation after which the schema is `after`; silent where a type, a key or a character set is not known. */
  refusals(operation: Operation, before: Schema, after: Schema, version: Version, settings: ReadonlyMap<string, string>): readonly Refusal[]
  /** How often a function gives new values; undefined: not a function that this engine ships. Contrib modules count as shipped. */
  volatility(name: string): 'immutable' | 'stable' | 'volatile' | undefined
  /** Does the engine have this type in this version (user types aside)? A sentence part when it has not: "JSONB is a PostgreSQL type". */
  missingType(type: DataType, before: Schema, version: Version): string | undefined
}
