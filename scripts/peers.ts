import type { Catalogue } from './coverage.ts'

/** A linter that people weigh against this one, as its own documentation describes it. */
interface Peer {
  /** As the catalogue calls it. */
  readonly id: string
  readonly name: string
  /** Where what is said of it stands. */
  readonly sources: readonly string[]
  readonly engines: string
  readonly reads: string
  readonly history: string
  readonly database: string
  readonly runs: string
  readonly rollback: string
  readonly editor: string
  readonly terms: string
}

const peers: readonly Peer[] = [
  {
    id: 'squawk',
    name: 'squawk',
    sources: ['https://squawkhq.com/docs/', 'https://github.com/sbdchd/squawk'],
    engines: 'PostgreSQL',
    reads: 'SQL',
    history: 'no',
    database: 'no',
    runs: 'no',
    rollback: 'no',
    editor: 'language server, VS Code',
    terms: 'free',
  },
  {
    id: 'pgfence',
    name: 'pgfence',
    sources: ['https://pgfence.pages.dev/docs/introduction', 'https://github.com/flvmnt/pgfence'],
    engines: 'PostgreSQL',
    reads: 'SQL, Prisma, Drizzle; SQL taken out of TypeORM, Knex and Sequelize',
    history: 'a schema snapshot may be given',
    database: 'no; `trace` takes one',
    runs: '`trace`',
    rollback: 'no',
    editor: 'language server, VS Code',
    terms: 'free',
  },
  {
    id: 'atlas',
    name: 'Atlas',
    sources: ['https://atlasgo.io/versioned/lint', 'https://atlasgo.io/lint/analyzers', 'https://atlasgo.io/features'],
    engines: 'PostgreSQL, MySQL, MariaDB, SQLite, SQL Server, ClickHouse and others',
    reads: 'SQL: its own directories and those of golang-migrate, goose, dbmate, Flyway, Liquibase',
    history: 'on a dev database',
    database: 'yes, a dev database',
    runs: 'on the dev database, without rows',
    rollback: 'no; it plans one itself (`migrate down`)',
    editor: 'VS Code',
    terms: '`migrate lint` needs Atlas Pro since 0.38',
  },
  {
    id: 'eugene',
    name: 'eugene',
    sources: ['https://kaveland.no/eugene/', 'https://github.com/kaaveland/eugene'],
    engines: 'PostgreSQL',
    reads: 'SQL',
    history: 'no; `trace` runs it',
    database: 'no; `trace` starts one',
    runs: '`trace`: locks of every statement',
    rollback: 'no',
    editor: '',
    terms: 'free',
  },
  {
    id: 'strong_migrations',
    name: 'strong_migrations',
    sources: ['https://github.com/ankane/strong_migrations'],
    engines: 'PostgreSQL, MySQL, MariaDB',
    reads: 'Rails migrations, as they run',
    history: 'asks the database',
    database: 'yes, the one that is migrated',
    runs: 'stops the migration before the statement',
    rollback: 'its locks, with `check_down`',
    editor: '',
    terms: 'free',
  },
]

const own: Omit<Peer, 'id' | 'name' | 'sources'> = {
  engines: 'PostgreSQL, MySQL, MariaDB, SQLite',
  reads: 'Sequelize, TypeORM, Knex, Prisma, Drizzle, SQL',
  history: 'in memory',
  database: 'no; `rehearse` takes or starts one',
  runs: '`rehearse`, with rows, `down` and retries',
  rollback: 'yes',
  editor: 'ESLint',
  terms: 'free',
}

const questions: readonly (readonly [string, keyof typeof own])[] = [
  ['engines', 'engines'],
  ['reads', 'reads'],
  ['knows what earlier migrations made', 'history'],
  ['needs a database', 'database'],
  ['can run a migration and watch', 'runs'],
  ['judges the way back', 'rollback'],
  ['in the editor', 'editor'],
  ['terms', 'terms'],
]

/** Other linters beside this one, for the README. `covered`: rows of the catalogue that a rule of ours answers. */
export function peerTable({ hazards }: Catalogue, covered: ReadonlySet<number>): string {
  const known = (id: string) => hazards.filter((hazard) => id in hazard.peers).length
  const beyond = hazards.filter(({ row, peers: theirs }) => !covered.has(row) && peers.some(({ id }) => id in theirs)).length
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(['', 'Surefoot', ...peers.map(({ name, sources }) => `[${name}](${sources[0]})`)]),
    row(['---', '---', ...peers.map(() => '---')]),
    ...questions.map(([question, key]) => row([question, own[key], ...peers.map((peer) => peer[key])])),
    row([`of ${hazards.length} known hazards, has a check for`, `${covered.size}`, ...peers.map(({ id }) => `${known(id)}`)]),
    '',
    `The last line counts rows of [our own catalogue](rules/coverage.md), which was drawn up from what all of them check and more: it says that a check exists, not how`,
    `good it is, and it favours who drew it up. ${beyond} of the rows that one of these five answers have no rule here, with the reason beside them.`,
    `More sources: ${peers
      .flatMap(({ sources }) => sources.slice(1))
      .map((source) => `<${source}>`)
      .join(', ')}.`,
    '',
  ].join('\n')
}
