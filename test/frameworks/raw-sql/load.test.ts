import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunnerOptions } from '../../../src/frameworks/framework.ts'
import { rawSql } from '../../../src/frameworks/raw-sql/index.ts'
import type { Migration } from '../../../src/ir/migration.ts'
import { memoryProject } from '../../../src/project/memory.ts'
import { overlayProject } from '../../../src/project/overlay.ts'
import { loadOptions, shown, spansAreTrue } from '../splitting-dialect.ts'

type Files = Readonly<Record<string, string>>

function load(files: Files, runner: RunnerOptions = {}, dialect: 'postgres' | 'mysql' | 'sqlite' = 'postgres'): readonly Migration[] {
  const project = memoryProject(files)
  const read = (path: string) => files[path] ?? ''
  return rawSql.discover(project, { dialect }).flatMap((history) =>
    history.entries.map((entry) => {
      const migration = rawSql.load(entry, project, loadOptions(history, runner))
      expect(spansAreTrue(migration, read)).toBe(true)
      return migration
    }),
  )
}
const first = (files: Files, runner?: RunnerOptions) => load(files, runner)[0]!

describe('plain files', () => {
  it('run statement by statement, as psql -f does, which is assumed', () => {
    const { up, down, downExpected, files } = first({ 'migrations/1.sql': 'SELECT 1;\nSELECT 2;' })
    expect(shown(up)).toEqual(['SELECT 1', 'SELECT 2'])
    expect(up).toMatchObject({ ambient: 'none', ambientAssumed: true, span: { start: 0, end: 19 } })
    expect([down, downExpected, files]).toEqual([undefined, false, ['migrations/1.sql']])
  })

  it('keep the transactions that they write themselves', () => {
    expect(shown(first({ 'migrations/1.sql': 'BEGIN; SELECT 1; COMMIT; SELECT 2;' }).up)).toEqual([
      'BEGIN #0',
      'SELECT 1 #0',
      'COMMIT #0',
      'SELECT 2',
    ])
  })

  it('go by the configuration when it says how they are run', () => {
    const files = { 'migrations/1.sql': 'SELECT 1;' }
    expect(first(files, { transaction: 'all' }).up).toMatchObject({ ambient: 'all-pending', ambientAssumed: false })
    expect(first(files, { transaction: 'each' }).up).toMatchObject({ ambient: 'migration', ambientAssumed: false })
    expect(first(files, { transaction: 'none' }).up).toMatchObject({ ambient: 'none', ambientAssumed: false })
  })

  it('lack a down only when a sibling has one', () => {
    const [one, two] = load({ 'migrations/1.up.sql': 'SELECT 1', 'migrations/1.down.sql': 'SELECT 2', 'migrations/2.up.sql': 'SELECT 3' })
    expect([one!.downExpected, one!.down !== undefined, two!.downExpected, two!.down]).toEqual([true, true, true, undefined])
  })

  it('show tokens that the runner fills in as names, and keep every offset', () => {
    const text = 'ALTER TABLE ${schema}.a ADD b int; SELECT 2;'
    const { up } = first({ 'migrations/1.sql': text })
    expect(up.statements.map(({ span }) => text.slice(span.start, span.end))).toEqual(['ALTER TABLE ${schema}.a ADD b int', 'SELECT 2'])
    expect(up.statements[0]!.operations).toEqual([])
  })
})

describe('pairs as golang-migrate runs them', () => {
  it('send each file as one query string', () => {
    const { up, down } = first({ 'migrations/1.up.sql': 'SELECT 1; SELECT 2;', 'migrations/1.down.sql': 'SELECT 3;' })
    expect([shown(up), shown(down)]).toEqual([['SELECT 1 @0', 'SELECT 2 @0'], ['SELECT 3 @0']])
    expect(up).toMatchObject({ ambient: 'none', ambientAssumed: true })
  })

  it('run in a transaction on SQLite, unless the file counts on none', () => {
    const sqlite = (text: string) => load({ 'db/sqlite/1.up.sql': text, 'db/sqlite/1.down.sql': '' }, {}, 'sqlite')[0]!.up
    expect(sqlite('CREATE TABLE a (id INTEGER);')).toMatchObject({ ambient: 'migration', ambientAssumed: true })
    for (const text of ['BEGIN;\nDROP TABLE a;\nCOMMIT;', 'PRAGMA foreign_keys = OFF;\nDROP TABLE a;'])
      expect(sqlite(text)).toMatchObject({ ambient: 'none' })
  })

  it('run in a transaction each under sqlx, unless they say not to', () => {
    const cargo = { 'Cargo.toml': 'sqlx = "0.8"' }
    expect(first({ ...cargo, 'migrations/1.up.sql': 'SELECT 1' }).up).toMatchObject({ ambient: 'migration', ambientAssumed: false })
    expect(first({ ...cargo, 'migrations/1.up.sql': '-- no-transaction\nSELECT 1' }).up.ambient).toBe('none')
  })

  it('of ory run outside a transaction when named autocommit', () => {
    const files = { 'migrations/1_a.postgres.autocommit.up.sql': 'SELECT 1', 'migrations/1_a.postgres.down.sql': '' }
    expect(first(files).up).toMatchObject({ ambient: 'none', ambientAssumed: false })
  })
})

describe('bun', () => {
  it('opens a transaction for files that are named so, in each direction', () => {
    const files = { 'm/1_a.tx.up.sql': 'SELECT 1; SELECT 2;', 'm/1_a.tx.down.sql': 'SELECT 3;', 'm/2_b.up.sql': 'SELECT 4; SELECT 5;' }
    const [one, other] = load(files)
    expect([one!.up.ambient, one!.down?.ambient, other!.up.ambient]).toEqual(['migration', 'migration', 'none'])
    expect(shown(other!.up)).toEqual(['SELECT 4 @0', 'SELECT 5 @0'])
  })

  it('sends one by one what its marks part', () => {
    const files = { 'm/1_a.up.sql': 'SELECT 1;\n--bun:split\nSELECT 2;', 'm/2_b.tx.up.sql': 'SELECT 3;' }
    expect(shown(load(files)[0]!.up)).toEqual(['SELECT 1', 'SELECT 2'])
  })
})

describe('goose', () => {
  const text = [
    '-- +goose Up',
    'SELECT 1;',
    '-- +goose StatementBegin',
    'SELECT 2; SELECT 3;',
    '-- +goose StatementEnd',
    'SELECT 4;',
    '-- +goose Down',
    'SELECT 5;',
  ].join('\n')

  it('cuts the directions, and sends what stands between StatementBegin and StatementEnd as one', () => {
    const { up, down, downExpected } = first({ 'migrations/1.sql': text })
    expect(shown(up)).toEqual(['SELECT 1', 'SELECT 2 @0', 'SELECT 3 @0', 'SELECT 4'])
    expect(shown(down)).toEqual(['SELECT 5'])
    expect([up.ambient, downExpected]).toEqual(['migration', true])
    expect(text.slice(up.span.start, up.span.end)).toContain('SELECT 4')
    expect(text.slice(up.span.start, up.span.end)).not.toContain('SELECT 5')
  })

  it('opens no transaction for NO TRANSACTION, in both directions, whatever the configuration says', () => {
    const { up, down } = first(
      { 'migrations/1.sql': `-- +goose NO TRANSACTION\r\n${text.replaceAll('\n', '\r\n')}` },
      { transaction: 'each' },
    )
    expect([up.ambient, down?.ambient]).toEqual(['none', 'none'])
    expect(shown(down)).toEqual(['SELECT 5'])
  })

  it('tells a missing down from an empty one', () => {
    const [without, empty] = load({
      'migrations/1.sql': '-- +goose Up\nSELECT 1;',
      'migrations/2.sql': '-- +goose Up\nSELECT 1;\n-- +goose Down\n-- nothing',
    })
    expect([without!.down, shown(empty!.down)]).toEqual([undefined, []])
  })

  it('reads a block that is never closed to its end', () => {
    expect(shown(first({ 'migrations/1.sql': '-- +goose Up\n-- +goose StatementBegin\nSELECT 1; SELECT 2;' }).up)).toEqual([
      'SELECT 1 @0',
      'SELECT 2 @0',
    ])
  })
})

describe('dbmate', () => {
  it('runs a block in a transaction as one query string, or without one', () => {
    const text = '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (b);\n\n-- migrate:down\nDROP INDEX i; SELECT 1;'
    const { up, down } = first({ 'db/migrations/1.sql': text })
    expect(up).toMatchObject({ ambient: 'none', ambientAssumed: false, ambientBecause: 'the block says transaction:false' })
    expect(shown(up)).toEqual(['CREATE INDEX CONCURRENTLY i ON a (b) @0'])
    expect(down).toMatchObject({ ambient: 'migration' })
    expect(shown(down)).toEqual(['DROP INDEX i @0', 'SELECT 1 @0'])
  })
})

describe('diesel', () => {
  const files = { 'migrations/1_a/up.sql': 'SELECT 1', 'migrations/1_a/down.sql': 'SELECT 2' }
  it('runs each in a transaction unless metadata.toml says not to', () => {
    expect(first(files)).toMatchObject({ up: { ambient: 'migration' }, down: { ambient: 'migration' } })
    const outside = first({ ...files, 'migrations/1_a/metadata.toml': '# why\nrun_in_transaction = false # CIC\n' })
    expect(outside).toMatchObject({ up: { ambient: 'none' }, down: { ambient: 'none' } })
    expect(first({ ...files, 'migrations/1_a/metadata.toml': 'run_in_transaction = [' }).up.ambient).toBe('migration')
  })
})

describe('Atlas', () => {
  it('runs each file in a transaction unless it says txmode none', () => {
    const of = (sql: string) => first({ 'migrations/1.sql': sql, 'migrations/atlas.sum': '' }).up.ambient
    expect([of('SELECT 1'), of('-- atlas:txmode none\n\nSELECT 1')]).toEqual(['migration', 'none'])
  })
})

describe('Flyway', () => {
  it('runs each in a transaction, except files with statements that refuse one, or that say so', () => {
    const of = (sql: string, conf?: string) =>
      first({ 'sql/V1__a.sql': sql, ...(conf === undefined ? {} : { 'sql/V1__a.sql.conf': conf }) }).up.ambient
    expect(of('SELECT 1')).toBe('migration')
    expect(of('CREATE INDEX CONCURRENTLY i ON a (b)')).toBe('none')
    expect(of('-- not CREATE INDEX CONCURRENTLY\nSELECT 1')).toBe('migration')
    expect(of('SELECT 1', 'executeInTransaction=false')).toBe('none')
    expect(of('CREATE INDEX CONCURRENTLY i ON a (b)', 'executeInTransaction=true')).toBe('migration')
  })

  it('refuses files that mix both, unless its settings allow it', () => {
    const of = (others: Files) => first({ 'sql/V1__a.sql': 'SET a = 1;\nCREATE INDEX CONCURRENTLY i ON a (b)', ...others }).up.refusesMixed
    expect(of({})).toBe(true)
    expect(of({ 'flyway.conf': 'flyway.mixed=false' })).toBe(true)
    expect(of({ 'flyway.conf': 'flyway.mixed=true' })).toBeUndefined()
    expect(of({ 'src/main/resources/application.yml': 'spring:\n  flyway:\n    mixed: true\n' })).toBeUndefined()
    expect(of({ 'pom.xml': '<configuration><mixed>true</mixed></configuration>' })).toBeUndefined()
    expect(of({ 'compose.yaml': 'environment:\n  FLYWAY_MIXED: "true"\n' })).toBeUndefined()
  })

  it('takes the one PRAGMA of SQLite that a transaction passes over out of it', () => {
    const of = (sql: string, others: Files = {}) => {
      const { ambient, refusesMixed } = load({ 'sqlite/V1__a.sql': sql, ...others }, {}, 'sqlite')[0]!.up
      return [ambient, refusesMixed]
    }
    const rebuild = 'PRAGMA foreign_keys = OFF;\nCREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\n'
    expect(of(rebuild)).toEqual(['none', true])
    expect(of(rebuild, { 'flyway.toml': '[flyway]\nmixed = true\n' })).toEqual(['none', undefined])
    expect(of('PRAGMA defer_foreign_keys = ON;\nCREATE TABLE a (id INTEGER);\n')).toEqual(['migration', undefined])
  })
})

describe('postgres-migrations', () => {
  it('runs each in a transaction but the file that asks for none', () => {
    const [one, two] = load({
      'migrations/1.sql': 'SELECT 1; SELECT 2;',
      'migrations/2.sql': '-- postgres-migrations disable-transaction\nCREATE INDEX CONCURRENTLY i ON a (b);',
    })
    expect([one!.up.ambient, two!.up.ambient]).toEqual(['migration', 'none'])
    expect(shown(one!.up)).toEqual(['SELECT 1 @0', 'SELECT 2 @0'])
  })
})

describe('files that cannot be read', () => {
  const files = { 'migrations/1.up.sql': 'SELECT 1', 'migrations/1.down.sql': 'SELECT 2' }
  const broken = (path: string) => {
    const project = memoryProject(files)
    const [history] = rawSql.discover(project, { dialect: 'postgres' })
    const failing = {
      ...overlayProject(project, {}),
      read: (asked: string) => (asked === path ? { error: `${path} is broken.`, because: 'encoding' as const } : project.read(asked)),
    }
    return rawSql.load(history!.entries[0]!, failing, loadOptions(history!))
  }

  it('make the migration unreadable, with the sentence', () => {
    expect(broken('migrations/1.up.sql')).toMatchObject({ unreadable: 'migrations/1.up.sql is broken.', up: { statements: [] } })
  })

  it('make only the down opaque when the up can be read', () => {
    const { up, down, unreadable } = broken('migrations/1.down.sql')
    expect([shown(up), unreadable]).toEqual([['SELECT 1 @0'], undefined])
    expect(down?.statements[0]?.operations).toMatchObject([
      { kind: 'opaque', because: 'encoding', detail: 'migrations/1.down.sql is broken.' },
    ])
  })
})

describe('any text', () => {
  it('is loaded without an error, and every span covers the very text of its statement', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '-- +goose Up',
        '-- +goose Down',
        '-- +goose StatementBegin',
        '-- +goose StatementEnd',
        '-- migrate:up',
        '-- migrate:down',
      ),
      fc.constantFrom(
        '-- Up',
        '-- Down',
        '--> statement-breakpoint',
        'SELECT 1;',
        '${a}',
        "'",
        '$$',
        '/*',
        'BEGIN;',
        'COMMIT;',
        '\u{1F600};',
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const text = lines.join(end)
        const project = memoryProject({ 'migrations/1.sql': text })
        for (const history of rawSql.discover(project, { dialect: 'postgres' }))
          for (const entry of history.entries) {
            const { up, down } = rawSql.load(entry, project, loadOptions(history))
            for (const { span, sql } of [...up.statements, ...(down?.statements ?? [])]) {
              expect(span.end).toBeLessThanOrEqual(text.length)
              if (!sql?.includes('surefoot_hole')) expect(text.slice(span.start, span.end)).toBe(sql)
            }
          }
      }),
      { numRuns: 500 },
    )
  })
})
