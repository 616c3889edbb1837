import type { Dialect, Version } from '../dialects/dialect.ts'
import type { Migration } from '../ir/migration.ts'
import type { DialectName } from '../ir/names.ts'
import type { Operation, Unresolved } from '../ir/operation.ts'
import type { Project } from '../project/project.ts'
import type { Schema } from '../schema/schema.ts'
import type { Span } from '../source/span.ts'
import type { Writer } from './writer.ts'

export type FrameworkName = 'sequelize' | 'typeorm' | 'prisma' | 'knex' | 'drizzle' | 'raw-sql'

/** Are its migrations SQL files that somebody sends, rather than programs? */
export function isSql(name: FrameworkName): boolean {
  return name === 'prisma' || name === 'drizzle' || name === 'raw-sql'
}

/** One migration of a history, before it is read. */
export interface Entry {
  /** The name by which the runner records and orders it. */
  readonly id: string
  /** Its file, relative to the project's root: the up part when the parts are separate files. */
  readonly path: string
  /** The file of its down part, when that is a file of its own. */
  readonly downPath?: string
  /** Several migrations in one file: the exported class or member. */
  readonly exportName?: string
  /** How the raw-SQL room reads it: `plain`, `goose`, `dbmate`, `flyway`, `diesel`, `pair`, or `program`, which is not read; Prisma: `prisma`. */
  readonly convention?: string
  /** Files beside it whose text it reads and runs (`fs.readFileSync` of an `.sql` file). */
  readonly reads?: readonly string[]
  /** Flyway R__ scripts and the like: run again whenever they change, after all others. */
  readonly repeatable?: boolean
  /** Drizzle: the migration before it whose date in the journal is the same or later: a database that has run that one never runs this. */
  readonly overtakenBy?: string
}

/** What the configuration says of the runner; it wins over what is read. */
export interface RunnerOptions {
  readonly transaction?: 'all' | 'each' | 'none'
  /** Sequelize: continuation-local storage hands the transaction to every call. */
  readonly cls?: boolean
}

/** One history: a folder of migrations, one framework, one dialect. */
export interface History {
  readonly framework: FrameworkName
  /** The folder, for people; '' is the root. */
  readonly directory: string
  /** undefined: could not be decided; `dialectBecause` then says what to pass. */
  readonly dialect: DialectName | undefined
  readonly dialectBecause: string
  /** True when it may be another one that is much alike. */
  readonly dialectAssumed?: true
  readonly detectedBecause: string
  readonly orderBecause: string
  /** How the names that migrations write become those of the database, and what says so; absent: they are those of the database. */
  readonly namesBecause?: string
  /** True when some of those names may be others in the database. */
  readonly namesAssumed?: true
  /** From a lock file, docker-compose or data source; undefined: not said anywhere. */
  readonly serverVersion?: Version
  /** The database lies on a device, and the program that migrates it is the only one that opens it. */
  readonly onDevice?: true
  readonly entries: readonly Entry[]
  /** Files passed over, by reason: "ClickHouse", "template". */
  readonly skipped: Readonly<Record<string, number>>
  /** Facts that the framework's own `load` wants again (transaction mode, versions); plain data. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** What `discover` is told by flags and configuration. */
export interface DiscoverOptions {
  /** Globs of migration files or folders; undefined: the framework looks by itself. */
  readonly paths?: readonly string[]
  readonly ignore?: readonly string[]
  readonly dialect?: DialectName
  /** The user says that the migrations are this framework's: what could be its own and tells nothing else is taken. */
  readonly sure?: boolean
}

/** A column or table that the application's own code still declares. */
export interface Declared {
  /** Table name to its declared columns; `columns` undefined: declared, members not readable. */
  readonly tables: ReadonlyMap<string, { readonly columns: ReadonlySet<string> | undefined; readonly file: string; readonly model: string }>
}

/** Something the project's own files set, and where. */
export interface Said<T> {
  readonly value: T
  readonly span: Span
}

/** What a project's configuration and scripts do to the database beside its migrations. */
export interface ProjectFacts {
  /**
   * The schema is brought in line with the models at the start, whatever the environment: TypeORM's `synchronize: true`, Sequelize's
   * `sync({ alter: true })` and `sync({ force: true })`.
   */
  readonly synchronize: readonly Said<'synchronize' | 'alter' | 'force'>[]
  /** The application runs pending migrations when it starts (`migrationsRun: true`). */
  readonly runsAtStart: readonly Span[]
  /** The schema is pushed past the migrations (`prisma db push` in a script, an image, CI). */
  readonly pushes: readonly Span[]
  /** Prisma: the provider that migration_lock.toml names, and the one that the schema does. */
  readonly lockProvider?: Said<string>
  readonly provider?: Said<string>
}

export interface LoadOptions {
  readonly dialect: Dialect
  readonly version: Version
  readonly runner: RunnerOptions
  readonly history: History
}

/** A migration framework. `load` never throws on any input: what cannot be read becomes `opaque` operations or `unreadable`. */
export interface Framework {
  readonly name: FrameworkName
  /** The histories that this project keeps with the framework; empty when it does not use it. */
  discover(project: Project, options: DiscoverOptions): readonly History[]
  /** Awaited once before the first `load`: parsers that only this framework needs. */
  ready(): Promise<void>
  load(entry: Entry, project: Project, options: LoadOptions): Migration
  /** What an unresolved operation does to this schema, in the SQL that this framework's version emits; an `opaque` when that is not known. */
  lower(operation: Unresolved, before: Schema, options: LoadOptions): readonly Operation[]
  /** What the application's own models still declare (Prisma models, TypeORM entities, Sequelize models, Drizzle tables); undefined: not readable or none. */
  declared(project: Project, history: History): Declared | undefined
  /** What the project does to the database beside its migrations; absent: the room does not look. Asked once per history, when a rule asks. */
  facts?(project: Project, history: History): ProjectFacts
  /** How its migrations are changed; absent: they are not. */
  readonly writer?: Writer
}
