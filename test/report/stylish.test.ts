import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/lint/outcome.ts'
import { colours } from '../../src/report/paint.ts'
import { stylish } from '../../src/report/stylish.ts'
import { context, finding, outcome } from './outcomes.ts'

const text = '-- hi\nCREATE INDEX i ON t (c);\n'
const plain = (what: Outcome, verbose = false) => stylish(what, context({ verbose, read: () => text }))

describe('the report for people', () => {
  it('groups by file: place, severity, message, rule, the line, help; then the sums', () =>
    expect(plain(outcome({ findings: [finding] }, { errors: 1 }))).toBe(`
db/2.sql

  2:1  error  Building index i blocks writes to t until it is finished.  index-not-concurrent
    2 │ CREATE INDEX i ON t (c);
      │ ~~~~~~~~~~~~~~~~~~~~~~~
    help: Build it concurrently.

1 finding: 1 error, 0 warnings
1 migration, 1 statement read, all of them understood; 12 ms
`))

  it('says when all is well', () =>
    expect(plain(outcome({}, { migrationsRead: 9, milliseconds: 2345 }))).toBe(`
No findings: 0 errors, 0 warnings
1 migration (9 read for history), 1 statement read, all of them understood; 2.35 s
`))

  it('names a file once', () => {
    const said = plain(outcome({ findings: [finding, { ...finding, rule: 'missing-down' }] }, { errors: 2 }))
    expect(said.split('db/2.sql')).toHaveLength(2)
    expect(said).toContain('2 findings: 2 errors')
  })

  it('says what the engine does when asked to be verbose', () => {
    const details = { lock: 'SHARE', rewrites: false, scans: true, because: 'every row is indexed', cite: 'https://example.org/locks' }
    const what = outcome({ findings: [{ ...finding, details }] })
    expect(plain(what)).not.toContain('SHARE')
    expect(plain(what, true)).toContain(
      '\n    cost:  lock SHARE, reads the table whole, because every row is indexed (https://example.org/locks)\n',
    )
    const copied = { lock: 'SHARED', algorithm: 'COPY', rewrites: true, scans: true, cite: 'measured' }
    expect(plain(outcome({ findings: [{ ...finding, details: copied }] }), true)).toContain(
      'cost:  algorithm COPY, lock SHARED, writes the table anew (',
    )
  })

  it('says what is in down, and what is related', () => {
    const related = [
      { message: 'the column is added here', file: 'db/1.sql', line: 4, column: 1, endLine: 4, endColumn: 2 },
      { message: '', rule: 'missing-down', file: 'db/2.sql', line: 2, column: 1, endLine: 2, endColumn: 2 },
    ]
    const said = plain(outcome({ findings: [{ ...finding, direction: 'down', related }] }))
    expect(said).toContain('finished. (in down)  index-not-concurrent')
    expect(said).toContain('see:  the column is added here (db/1.sql:4)')
    expect(said).toContain('see:  also reported by missing-down')
  })

  it('lists what could not be read, ten of them, and counts the others', () => {
    const opaque = Array.from({ length: 12 }, (_, i) => ({
      file: 'a.sql',
      line: i + 1,
      because: 'syntax' as const,
      detail: 'syntax error',
    }))
    const said = plain(outcome({ opaque }, { opaque: 12 }))
    expect(said).toContain('Could not be read: 12 statements\n  a.sql:1  syntax  syntax error\n')
    expect(said).toContain('… and 2 more')
    expect(said).toContain('12 not understood')
    expect(said).not.toContain('a.sql:11')
  })

  it('says what could not be judged, with its line where there is one', () => {
    const said = plain(
      outcome({
        errors: [
          { file: 'a.sql', line: 3, message: 'no dialect' },
          { file: 'b.sql', message: 'gone' },
        ],
      }),
    )
    expect(said).toContain('could not be judged: a.sql:3\n  no dialect\n')
    expect(said).toContain('could not be judged: b.sql\n  gone\n')
  })

  it('says what was passed over, assumed and suppressed', () => {
    const said = plain(outcome({}, { skipped: { 'ClickHouse file': 2 }, assumptions: ['postgres 18'], suppressed: 3, infos: 1 }))
    expect(said).toContain('Passed over: 2 ClickHouse file')
    expect(said).toContain('Assumed: postgres 18')
    expect(said).toContain('1 info, 3 suppressed')
  })

  it('gives reasons only when asked', () => {
    const histories = [
      {
        directory: 'db',
        framework: 'raw-sql' as const,
        dialect: 'mysql' as const,
        serverVersion: '8.4',
        migrations: 3,
        judged: 1,
        reasons: ['the files are numbered', ''],
      },
    ]
    expect(plain(outcome({}, { histories }))).not.toContain('because')
    expect(plain(outcome({}, { histories }), true)).toContain(
      'db  raw-sql, mysql 8.4: 1 of 3 migrations judged\n  because the files are numbered\n',
    )
  })

  it('goes without the line when the file cannot be read again', () =>
    expect(stylish(outcome({ findings: [finding] }), context())).not.toContain('│'))

  it('has the same words with colours', () => {
    const coloured = stylish(outcome({ findings: [finding] }, { errors: 1 }), context({ paint: colours, read: () => text }))
    expect(coloured).toContain('\u001b[31merror\u001b[39m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain(outcome({ findings: [finding] }, { errors: 1 })))
  })

  it('cannot be steered by names and texts of the user', () => {
    const nasty = outcome({
      findings: [{ ...finding, file: 'a\u001b[2J.sql', message: 'x\u0007' }],
      errors: [{ file: 'b', message: '\u001b[1m' }],
    })
    expect(plain(nasty)).not.toContain('\u001b')
  })
})
