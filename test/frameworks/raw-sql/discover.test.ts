import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiscoverOptions, History } from '../../../src/frameworks/framework.ts'
import { rawSql } from '../../../src/frameworks/raw-sql/index.ts'
import { memoryProject } from '../../../src/project/memory.ts'

type Files = Readonly<Record<string, string>>

function histories(files: Files, options: DiscoverOptions = {}, dependencies: Files = {}): readonly History[] {
  return rawSql.discover(memoryProject(files, dependencies), options)
}
function only(files: Files, options: DiscoverOptions = {}, dependencies: Files = {}): History {
  const found = histories(files, options, dependencies)
  expect(found.map(({ directory, dialect }) => `${directory} ${dialect}`)).toHaveLength(1)
  return found[0]!
}
const ids = (history: History) => history.entries.map(({ id }) => id)
const pg = 'ALTER TABLE a ADD COLUMN b jsonb; SELECT $$x$$;'

describe('order', () => {
  it('counts numbers as numbers, versions part by part, timestamps by length', () => {
    expect(ids(only({ 'migrations/10_b.sql': pg, 'migrations/2_a.sql': pg, 'migrations/1_x.sql': pg }))).toEqual(['1_x', '2_a', '10_b'])
    expect(ids(only({ 'migrations/v1.10.sql': pg, 'migrations/v1.2.sql': pg }))).toEqual(['v1.2', 'v1.10'])
    expect(ids(only({ 'migrations/20240101120000_b.sql': pg, 'migrations/0001_a.sql': pg }))).toEqual(['0001_a', '20240101120000_b'])
  })

  it("orders diesel's folders by their versions, with or without dashes", () => {
    const history = only({
      'migrations/2018-04-13-203856_c/up.sql': pg,
      'migrations/20170102131034_a/up.sql': pg,
      'migrations/2026-06-10-120000-0000_d/up.sql': pg,
      'migrations/20270101000000_e/up.sql': pg,
      'migrations/2017-10-08-193512_b/up.sql': pg,
      'migrations/00000000000000_setup/up.sql': pg,
    })
    expect(ids(history).map((id) => id.split('_')[1])).toEqual(['setup', 'a', 'b', 'c', 'd', 'e'])
  })

  it('takes folders named for versions or years as chapters of one history', () => {
    const history = only({ 'migrations/v1.10/1_a.sql': pg, 'migrations/v1.9/2_b.sql': pg, 'migrations/v1.9/10_c.sql': pg })
    expect(history.directory).toBe('migrations')
    expect(ids(history)).toEqual(['v1.9/2_b', 'v1.9/10_c', 'v1.10/1_a'])
  })

  it('keeps other folders apart', () => {
    expect(histories({ 'migrations/tenant/1_a.sql': pg, 'migrations/global/1_a.sql': pg }).map(({ directory }) => directory)).toEqual([
      'migrations/global',
      'migrations/tenant',
    ])
  })

  it('takes all that Flyway finds below its folder for one history, by version', () => {
    const files = {
      'db/migration/1.0/ddl/V1.0_1__a.sql': pg,
      'db/migration/1.0/dml/V1.0_2__b.sql': pg,
      'db/migration/1.1/ddl/V1.0_1_1__c.sql': pg,
    }
    const history = only(files)
    expect(history.directory).toBe('db/migration')
    expect(ids(history)).toEqual(['V1.0_1__a', 'V1.0_1_1__c', 'V1.0_2__b'])
    // It stops where it finds a version twice, and is given one engine's folder only.
    expect(histories({ ...files, 'db/migration/other/V1.0_1__d.sql': pg }).length).toBeGreaterThan(1)
    expect(histories({ 'db/migration/mysql/V1__a.sql': '', 'db/migration/common/V2__b.sql': pg })).toHaveLength(2)
  })

  it('runs Flyway versions by their numbers and repeatable scripts last', () => {
    const history = only({
      'db/migration/R__view.sql': pg,
      'db/migration/V1_10__c.sql': pg,
      'db/migration/V1_2__b.sql': pg,
      'db/migration/V1__a.sql': pg,
      'db/migration/U1_2__b.sql': pg,
      'db/migration/B1__base.sql': pg,
      'db/migration/afterMigrate.sql': pg,
    })
    expect(history.entries).toEqual([
      { id: 'V1__a', path: 'db/migration/V1__a.sql', convention: 'flyway' },
      { id: 'V1_2__b', path: 'db/migration/V1_2__b.sql', downPath: 'db/migration/U1_2__b.sql', convention: 'flyway' },
      { id: 'V1_10__c', path: 'db/migration/V1_10__c.sql', convention: 'flyway' },
      { id: 'R__view', path: 'db/migration/R__view.sql', convention: 'flyway', repeatable: true },
    ])
    expect(history.skipped).toEqual({ 'Flyway baseline': 1, 'not a name that Flyway runs': 1 })
  })

  it('counts what Flyway runs of programs, and does not take it for read', () => {
    const files = {
      'src/main/resources/db/migration/V1__a.sql': pg,
      'src/main/java/db/migration/V2__Fill.java': 'public class V2__Fill extends BaseJavaMigration {}',
      'src/main/java/app/migrations/V3__Copy.java': 'public class V3__Copy extends BaseJavaMigration {}',
      'src/main/java/app/Orders.java': 'class Orders {}',
      'src/test/java/db/migration/V3__Try.kt': '',
    }
    const own = histories(files).find(({ directory }) => directory === 'src/main/resources/db/migration')
    expect(own?.entries.map(({ id, convention }) => `${id} ${convention}`)).toEqual(['V1__a flyway', 'V2__Fill program'])
    const skipped = histories(files).flatMap((history) => Object.entries(history.skipped))
    expect(skipped).toEqual([['migration of Flyway in Java or Kotlin', 1]])
    expect(histories({ 'src/V2__Fill.java': '', 'migrations/1_a.sql': pg }).flatMap(({ skipped }) => Object.keys(skipped))).toEqual([])
  })
})

describe('pairs', () => {
  it.each([
    ['migrations/001_a.up.sql', 'migrations/001_a.down.sql'],
    ['migrations/001_a_up.sql', 'migrations/001_a_down.sql'],
    ['migrations/001_a.sql', 'migrations/001_a_down.sql'],
    ['migrations/001_a.up.pgsql', 'migrations/001_a.down.pgsql'],
    ['migrations/001.do.sql', 'migrations/001.undo.sql'],
    ['migrations/V0001.First.up.sql', 'migrations/V0001.First.down.sql'],
    ['migrations/2024-01-01-000000_a/up.sql', 'migrations/2024-01-01-000000_a/down.sql'],
    ['up.sql', 'down.sql'],
    ['migrations/0021_a.up.sql', 'migrations/0021_a_little_else.down.sql'],
  ])('%s goes with %s', (up, down) => {
    const history = only({ [up]: pg, [down]: pg })
    expect(history.entries).toMatchObject([{ path: up, downPath: down }])
    expect(history.settings).toMatchObject({ downs: true })
  })

  it('does not take a name that happens to end in _up for a direction', () => {
    expect(only({ 'migrations/001_clean_up.sql': pg, 'migrations/002_set_up.sql': pg }).entries).toEqual([
      { id: '001_clean_up', path: 'migrations/001_clean_up.sql', convention: 'plain' },
      { id: '002_set_up', path: 'migrations/002_set_up.sql', convention: 'plain' },
    ])
  })

  it('counts a down whose up is missing', () => {
    expect(only({ 'migrations/1_a.up.sql': pg, 'migrations/7_x.down.sql': pg }).skipped).toEqual({ 'down without an up': 1 })
  })

  it('names a file alone and gets its other half with it', () => {
    const files = { 'm/1_a.up.sql': pg, 'm/1_a.down.sql': pg, 'm/2_b.up.sql': pg }
    expect(only(files, { paths: ['m/1_a.down.sql'] }).entries).toMatchObject([{ path: 'm/1_a.up.sql', downPath: 'm/1_a.down.sql' }])
  })
})

describe('which engine', () => {
  it('a folder, a suffix or an infix says it', () => {
    const found = histories({
      'migrations/postgres/1.sql': '',
      'migrations/mysql/1.sql': '',
      'migrations/sqlite3/1.sql': '',
      'mariadb/migrations/1.sql': '',
      'migrations-pg/1.sql': '',
    })
    expect(found.map(({ directory, dialect }) => [directory, dialect])).toEqual([
      ['mariadb/migrations', 'mariadb'],
      ['migrations-pg', 'postgres'],
      ['migrations/mysql', 'mysql'],
      ['migrations/postgres', 'postgres'],
      ['migrations/sqlite3', 'sqlite'],
    ])
  })

  it('makes one history for each engine of an ory folder, and shares the files for all engines', () => {
    const found = histories({
      'persistence/sql/migrations/2020_a.up.sql': 'CREATE TABLE a (id int)',
      'persistence/sql/migrations/2020_a.mysql.up.sql': 'CREATE TABLE a (id int) ENGINE=InnoDB',
      'persistence/sql/migrations/2021_b.up.sql': '',
      'persistence/sql/migrations/2021_b.down.sql': '',
      'persistence/sql/migrations/2022_c.postgres.autocommit.up.sql': 'CREATE INDEX CONCURRENTLY i ON a (id)',
      'persistence/sql/migrations/2022_c.postgres.down.sql': '',
    })
    expect(found.map(({ dialect, entries }) => [dialect, entries.map(({ path }) => path.split('/').at(-1))])).toEqual([
      ['mysql', ['2020_a.mysql.up.sql', '2021_b.up.sql']],
      ['postgres', ['2020_a.up.sql', '2021_b.up.sql', '2022_c.postgres.autocommit.up.sql']],
    ])
    expect(found[1]!.entries[2]).toMatchObject({ convention: 'autocommit', downPath: expect.stringContaining('2022_c.postgres.down.sql') })
  })

  it.each([
    ['CREATE TABLE `a` (`id` INT AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;', 'mysql'],
    ['ALTER TABLE a MODIFY COLUMN b VARCHAR(10);', 'mysql'],
    ['ALTER TABLE t ADD INDEX i (a), ALGORITHM=INPLACE, LOCK=NONE;', 'mysql'],
    ['CREATE TABLE a (id BIGSERIAL PRIMARY KEY, at TIMESTAMPTZ);', 'postgres'],
    ['CREATE INDEX CONCURRENTLY i ON a (b);', 'postgres'],
    ['ALTER TABLE a ALTER COLUMN b SET NOT NULL;', 'postgres'],
    ["UPDATE a SET b = '1'::int;", 'postgres'],
    ['CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);', 'sqlite'],
    ['PRAGMA foreign_keys=off;\nCREATE TABLE b AS SELECT 1;', 'sqlite'],
    ['CREATE TABLE `a` (`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL, `b` text);', 'sqlite'],
  ])('%s gives itself away as %s', (sql, dialect) => {
    expect(only({ 'migrations/1.sql': sql })).toMatchObject({ dialect })
  })

  it('says what to pass when nothing tells', () => {
    const history = only({ 'db/migrations/1.sql': 'ALTER TABLE a ADD COLUMN b int;' })
    expect(history.dialect).toBeUndefined()
    expect(history.dialectBecause).toContain('Nothing in db/migrations says which database it is for. Pass --dialect')
  })

  it('asks package.json last, and only when it names one driver', () => {
    const plain = { 'migrations/1.sql': 'ALTER TABLE a ADD COLUMN b int;' }
    expect(only(plain, {}, { mysql2: '3' })).toMatchObject({ dialect: 'mysql' })
    expect(only(plain, {}, { mysql2: '3', pg: '8' }).dialect).toBeUndefined()
  })

  it('takes what MySQL refuses in more than one file for MariaDB’s', () => {
    const table = 'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY);'
    const guarded = 'ALTER TABLE a ADD COLUMN IF NOT EXISTS b INT;'
    const files = { 'migrations/1.sql': table, 'migrations/2.sql': guarded, 'migrations/3.sql': 'CREATE INDEX IF NOT EXISTS b ON a (b);' }
    expect(only(files)).toMatchObject({
      dialect: 'mariadb',
      dialectBecause: expect.stringContaining('in 2 of 3 files'),
      dialectAssumed: true,
    })
    expect(only({ 'migrations/1.sql': table, 'migrations/2.sql': guarded })).toMatchObject({ dialect: 'mysql' })
  })

  it.each([
    'CREATE TABLE c (id INT) COLLATE utf8mb4_0900_ai_ci;',
    'CREATE INDEX c ON a ((b + 1));',
    'ALTER TABLE a ADD KEY c ((lower(`name`)));',
    'ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT ENFORCED;',
    'ALTER TABLE a DROP CHECK c;',
    "UPDATE a SET b = note->>'$.x' WHERE id = 1;",
    'UPDATE a SET b = UUID_TO_BIN(UUID()) WHERE id = 1;',
    'ALTER TABLE a ALTER INDEX c INVISIBLE;',
  ])('goes by the majority of what one of MySQL and MariaDB refuses: %s', (mysql) => {
    const guarded = (at: number) => ({ [`migrations/2${at}.sql`]: `CREATE INDEX IF NOT EXISTS b${at} ON a (b);` })
    const files = { 'migrations/1.sql': 'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY);', 'migrations/3.sql': mysql }
    const few = { ...files, ...guarded(1), ...guarded(2) }
    expect(only({ ...few, 'migrations/4.sql': mysql })).toMatchObject({ dialect: 'mysql' })
    expect(only(few)).toMatchObject({ dialect: 'mariadb' })
  })

  it('lets a flag win, and pick its folder among several', () => {
    expect(only({ 'migrations/1.sql': pg }, { dialect: 'sqlite' })).toMatchObject({ dialect: 'sqlite', dialectBecause: 'you said so' })
    const files = { 'migrations/mysql/1.sql': '', 'migrations/postgres/1.sql': '' }
    expect(histories(files, { dialect: 'mariadb' }).filter(({ entries }) => entries.length > 0)).toMatchObject([
      { directory: 'migrations/mysql', dialect: 'mariadb' },
    ])
  })
})

describe('what is passed over', () => {
  it.each([
    ['migrations/clickhouse/1.sql', 'SELECT 1', 'ClickHouse'],
    ['migrations/1.sql', 'CREATE TABLE a (x Int64) ENGINE = ReplicatedMergeTree() ORDER BY x', 'ClickHouse'],
    ['migrations/1.sql', 'ALTER TABLE a ADD b INT\nGO\n', 'SQL Server'],
    ['migrations/1.sql', 'ALTER TABLE [dbo].[a] ADD b INT', 'SQL Server'],
    ['migrations/1.sql', 'CREATE TABLE {{ .prefix }}a (id int)', 'template'],
    ['migrations/1.sql', '{{if .x}}SELECT 1{{end}}', 'template'],
    ['migrations/1.sql', 'CREATE TABLE {{ index .options "schema" }}.a (id int)', 'template'],
    ['migrations/1.sql', 'DO $$ BEGIN ALTER TABLE {{ index .options "schema" }}.a ADD b int; END $$;', 'template'],
    ['migrations/schema.sql', 'CREATE TABLE a (id int)', 'schema dump'],
    ['migrations/dump.sql', '-- PostgreSQL database dump\n', 'schema dump'],
    ['db/migrations/seeds/1.sql', "INSERT INTO a VALUES ('x')", 'seed'],
    ['test/migrations/1.sql', 'SELECT 1', 'test data'],
    ['migrations/mssql/1.sql', 'SELECT 1', 'SQL Server'],
  ])('%s with «%s» is counted as %s', (path, sql, reason) => {
    expect(only({ [path]: sql })).toMatchObject({ entries: [], skipped: { [reason]: 1 } })
  })

  it.each([
    "INSERT INTO a VALUES ('{{1,2},{3,4}}'::int[]);",
    `UPDATE a SET b = '{"x":{"y":{}}}'::jsonb;`,
    "SELECT '{{}}'::jsonb;",
    "INSERT INTO mails (text) VALUES ('Dear {{ user.name }},\nit''s {{code}}.');",
    '-- fills {{ name }}\nSELECT 1;',
    "CREATE FUNCTION greet() RETURNS text LANGUAGE sql AS $$ SELECT 'Dear {{ name }}' $$;",
    "INSERT INTO mails (text) VALUES ('<%= name %>');",
  ])('%s is no template', (sql) => expect(only({ 'migrations/1.sql': sql }).entries).toHaveLength(1))

  it('passes over the whole schema beside numbered migrations, not what belongs to each of them', () => {
    const numbered = { 'migrations/0.1/00__a.sql': pg, 'migrations/0.2/00__b.sql': pg, 'migrations/0.2/01__c.sql': pg }
    const whole = only({ ...numbered, 'migrations/CURRENT.sql': `CREATE TABLE a (id int);\n${pg}` })
    expect(whole).toMatchObject({ skipped: { 'schema dump': 1 } })
    expect(whole.entries).toHaveLength(3)
    expect(only({ ...numbered, 'migrations/add_orders.sql': `CREATE TABLE orders (id int);\n${pg}` }).entries).toHaveLength(4)
    expect(only({ ...numbered, 'migrations/views.sql': `CREATE VIEW v AS SELECT 1;\n${pg}` }).entries).toHaveLength(4)
    expect(only({ 'migrations/first.sql': `CREATE TABLE a (id int);\n${pg}`, 'migrations/second.sql': pg }).entries).toHaveLength(2)
  })

  it('takes a schema file that the user names', () => {
    expect(only({ 'db/schema.sql': pg }, { paths: ['db/schema.sql'] }).entries).toHaveLength(1)
  })

  it('does not take queries, or one numbered file far from a database, for migrations', () => {
    expect(histories({ 'src/queries/users.sql': pg, 'docs/2024 report.sql': pg })).toEqual([])
  })

  it('takes the only numbered file that lies in the project itself, where it makes tables', () => {
    const files = { 'package.json': '{}', 'src/queries/users.sql': pg }
    expect(ids(only({ ...files, '001_init.sql': 'CREATE TABLE a (id bigserial);' }))).toEqual(['001_init'])
    expect(histories({ ...files, '2024_report.sql': 'SELECT a::text FROM b;' })).toEqual([])
    expect(histories({ ...files, '2024-01-01_dump.sql': 'CREATE TABLE a (id bigserial);\nINSERT INTO a VALUES (1);' })).toEqual([])
    expect(ids(only({ ...files, '001_init.sql': 'CREATE TABLE a (id bigserial);', 'db/1.sql': pg }))).toEqual(['1'])
  })

  it('takes numbered files wherever there are several', () => {
    expect(ids(only({ 'patches-x/2008030300.sql': pg, 'patches-x/2009010100.sql': pg }))).toEqual(['2008030300', '2009010100'])
  })
})

describe('whose files', () => {
  it.each([
    [{ 'm/1.sql': '-- +goose Up\nSELECT $$x$$;\n-- +goose Down\n' }, 'goose', true],
    [{ 'm/1.sql': '-- migrate:up\nSELECT $$x$$;\n-- migrate:down\n' }, 'dbmate', true],
    [{ 'm/1.sql': '-- +migrate Up\nSELECT $$x$$;\n' }, 'sql-migrate', true],
    [{ 'm/1.sql': '-- Up Migration\nSELECT $$x$$;\n-- Down Migration\nSELECT 1;' }, 'node-pg-migrate', true],
    [{ 'm/1.sql': '-- postgres-migrations disable-transaction\nCREATE INDEX CONCURRENTLY i ON a (b);' }, 'postgres-migrations', false],
    [{ 'm/1.up.sql': pg, 'm/1.down.sql': pg }, 'golang-migrate', true],
    [{ 'm/1.up.sql': pg, 'm/2.tx.up.sql': pg, 'm/2.tx.down.sql': pg, 'go.mod': 'require github.com/uptrace/bun v1.2.5' }, 'bun', true],
    [{ 'm/1.up.sql': pg, 'Cargo.toml': '[dependencies]\nsqlx = "0.8"' }, 'sqlx', false],
    [{ 'm/1.sql': pg, 'wrangler.jsonc': '{ "d1_databases": [{ "migrations_dir": "./m" }] }' }, 'wrangler', false],
    [{ 'm/1.sql': pg, 'wrangler.toml': '[[d1_databases]]\nmigrations_dir = "other"' }, 'psql', false],
    [{ 'm/1_a/up.sql': pg, 'Cargo.toml': '' }, 'diesel', true],
    [{ 'm/1_a/up.sql': pg, 'diesel.toml': '' }, 'diesel', true],
    [{ 'm/1_a/up.sql': pg }, 'folders', true],
    [{ 'm/00001_a/index.sql': pg, 'm/00002_b/index.sql': pg }, 'psql', false],
    [{ 'm/1.sql': pg, 'm/atlas.sum': '' }, 'atlas', false],
    [
      { 'm/1.up.sql': pg, 'm/1.down.sql': pg, 'm/atlas.sum': '', 'go.mod': 'require github.com/golang-migrate/migrate/v4 v4.19.1' },
      'golang-migrate',
      true,
    ],
    [{ 'm/1.sql': pg }, 'psql', false],
  ] as const)('%j is run by %s', (files, runner, downs) => {
    expect(only(files, { paths: ['m'] }).settings).toEqual({ runner, downs })
  })

  const plain = {
    'crates/client/migrations/1_a.sql': 'CREATE TABLE a (id text)',
    'crates/client/migrations/2_b.sql': 'CREATE TABLE b (id text)',
  }
  const workspace = '[workspace.dependencies.sqlx]\nversion = "0.8"\nfeatures = ["runtime-tokio", "postgres"]\n'

  it.each([
    ['[dependencies]\nsqlx = { workspace = true, features = ["sqlite", "regexp"] }', 'sqlite'],
    ['[dependencies]\ndiesel = { version = "2", features = [\n  "mysql_backend",\n] }', 'mysql'],
    ['[dependencies.sqlx]\nversion = "0.8"\nfeatures = [\n  "sqlite-unbundled",\n]\n', 'sqlite'],
    ['[dependencies]\nsqlx = { workspace = true }', 'postgres'],
    ['[dependencies]\nsqlx = { workspace = true, features = ["sqlite", "postgres"] }', undefined],
    ['[dependencies]\nrusqlite = { features = ["sqlite"] }\n', 'postgres'],
  ])('%j says which engine the SQL is for where it does not tell itself', (manifest, dialect) => {
    expect(only({ ...plain, 'crates/client/Cargo.toml': manifest, 'Cargo.toml': workspace }).dialect).toBe(dialect)
  })

  it.each([
    ['require github.com/mattn/go-sqlite3 v1.14.50\n', 'sqlite'],
    ['require (\n\tgithub.com/jackc/pgx/v5 v5.7.1\n\tgithub.com/mattn/go-sqlite3 v1.14.22 // indirect\n)\n', 'postgres'],
    ['require (\n\tgithub.com/go-sql-driver/mysql v1.8.1\n)\n', 'mysql'],
    ['require (\n\tgithub.com/lib/pq v1.10.9\n\tmodernc.org/sqlite v1.29.0\n)\n', undefined],
    ['require github.com/spf13/cobra v1.8.0\n', undefined],
  ])('%j says it as well', (manifest, dialect) => {
    expect(only({ ...plain, 'go.mod': `module example.com/app\n\ngo 1.24\n\n${manifest}` }).dialect).toBe(dialect)
  })

  it.each([
    [{ '.env': 'DATABASE_URL="sqlite:db/app.sqlite3"\n' }, 'sqlite'],
    [{ 'crates/client/.env.example': 'export DATABASE_URL=mysql://root@127.0.0.1/app\n' }, 'mysql'],
    [{ '.env': 'DATABASE_URL=oracle://db\n' }, undefined],
    [{ '.env': 'REPLICA_DATABASE_URL=mysql://db\n' }, undefined],
    [{ 'docker-compose.yml': 'services:\n  db:\n    image: mysql:8.0\n  cache:\n    image: redis:7\n' }, 'mysql'],
    [{ 'compose.yaml': 'services:\n  db:\n    image: "docker.io/library/mariadb:11"\n' }, 'mariadb'],
    [{ 'compose.yaml': 'services:\n  a:\n    image: mysql\n  b:\n    image: postgres:17\n' }, undefined],
    [{ 'compose.yaml': 'services:\n  a:\n    image: mysqld-exporter:1\n' }, undefined],
  ] as const)('%j beside them says it where nothing else does', (files, dialect) => {
    expect(only({ ...plain, ...files }).dialect).toBe(dialect)
  })

  it('passes over what a container runs when it makes its database', () => {
    const files = { 'containers/db/docker-init/00_init.sql': pg, 'containers/db/docker-init/01_users.sql': pg }
    expect(rawSql.discover(memoryProject(files), {})).toMatchObject([{ entries: [], skipped: { 'first start of a container': 2 } }])
  })

  it('expects no downs where they were given up after the first', () => {
    const ups = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`m/${at + 1}.up.sql`, pg]))
    expect(only({ ...ups, 'm/1.down.sql': pg }).settings).toMatchObject({ downs: false })
    expect(only({ ...ups, 'm/1.down.sql': pg, 'm/2.down.sql': pg }).settings).toMatchObject({ downs: true })
  })

  it('does not take a comment deep in a file for the heading of a section', () => {
    expect(only({ 'migrations/1.sql': `${pg}\n-- up\nSELECT 1;` }).settings).toMatchObject({ runner: 'psql' })
  })
})

describe('any folder at all', () => {
  it('never throws, and never loses a file that it found without a count', () => {
    const name = fc.stringMatching(/^(?:[a-z0-9_.-]{1,8}|V1__a|R__|up|down|1\.up|\.up|_down|postgres|migrations)$/)
    const path = fc
      .tuple(fc.array(name, { maxLength: 3 }), name, fc.constantFrom('.sql', '.up.sql', '.pgsql', '.sql.mysql', ''))
      .map(([folders, base, extension]) => ['migrations', ...folders, base + extension].join('/'))
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('-- +goose Up', '{{', '}}', '-- migrate:up', '--> statement-breakpoint', '$$', '`', '\u0000'),
    )
    fc.assert(
      fc.property(fc.dictionary(path, text, { maxKeys: 8 }), (files) => {
        const found = histories(files)
        const entries = found.flatMap((history) => history.entries)
        expect(entries.every((entry) => entry.id !== '')).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
