import { describe, expect, it } from 'vitest'
import { checked, folder, lines } from './command.ts'

const config = { 'surefoot.json': '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner" }] }' }
const sql = (text: string) => checked(folder({ ...config, 'migrations/001_a.sql': text }))
const found = (text: string) => lines(sql(text)).map((line) => line.replace('migrations/001_a.sql:', ''))
const index = 'CREATE INDEX i ON t (c);'

describe('a suppression in SQL', () => {
  it('on the line before', () => {
    const outcome = sql(`-- surefoot-disable-next-line index-not-concurrent -- ten rows\n${index}\n${index}\n`)
    expect(lines(outcome)).toEqual(['migrations/001_a.sql:3 index-not-concurrent'])
    expect(outcome.summary.suppressed).toBe(1)
  })
  it('on the line itself', () =>
    expect(found(`${index} -- surefoot-disable-line index-not-concurrent\n${index}\n`)).toEqual(['2 index-not-concurrent']))
  it('as a block comment', () => expect(found(`/* surefoot-disable-next-line index-not-concurrent */\n${index}\n`)).toEqual([]))
  it('of all rules', () => expect(found(`-- surefoot-disable-next-line\n${index}\n`)).toEqual([]))
  it('of several rules', () =>
    expect(found(`-- surefoot-disable-next-line index-not-concurrent, drop-before-contract -- both\nDROP TABLE a; ${index}\n`)).toEqual([]))
  it('of another rule leaves the finding, and is reported', () =>
    expect(found(`-- surefoot-disable-next-line missing-down\n${index}\n`)).toEqual(['1 unused-suppression', '2 index-not-concurrent']))
  it('of a block', () =>
    expect(
      found(`-- surefoot-disable index-not-concurrent\n${index}\n${index}\n-- surefoot-enable index-not-concurrent\n${index}\n`),
    ).toEqual(['5 index-not-concurrent']))
  it('of a block that is never closed', () =>
    expect(found(`${index}\n-- surefoot-disable\n${index}\n`)).toEqual(['1 index-not-concurrent']))
  it('of the file, wherever it stands', () =>
    expect(found(`${index}\n${index}\n-- surefoot-disable-file index-not-concurrent -- a tiny table\n`)).toEqual([]))
  it('above a statement of several lines, wherever in it the finding points', () =>
    expect(found('-- surefoot-disable-next-line\nALTER TABLE t\n  ADD COLUMN a int,\n  ADD COLUMN b int NOT NULL;\n')).toEqual([]))
  it('above comments above the statement does not reach it', () =>
    expect(found(`-- surefoot-disable-next-line index-not-concurrent\n\n\n${index}\n`)).toEqual([
      '1 unused-suppression',
      '4 index-not-concurrent',
    ]))
  it('that suppresses nothing is reported once for each name', () => {
    const said = sql('-- surefoot-disable-next-line index-not-concurrent, no-such-rule\nSELECT 1;\n').findings.map(({ message }) => message)
    expect(said).toHaveLength(2)
    expect(said).toContain('This suppression of index-not-concurrent suppresses nothing: the rule does not speak here.')
    expect(said).toContain('This suppression names no-such-rule, and there is no such rule.')
  })
  it('of a rule that is not judged in this profile is not reported', () =>
    expect(found('-- surefoot-disable-next-line unverified-backup\nSELECT 1;\n')).toEqual([]))
  it('inside a text is not one', () => expect(found(`SELECT 'surefoot-disable-file';\n${index}\n`)).toEqual(['2 index-not-concurrent']))
  it('with Windows line ends', () => expect(found(`-- surefoot-disable-next-line index-not-concurrent\r\n${index}\r\n`)).toEqual([]))
  it('only counts in the file it stands in', () => {
    const root = folder({
      ...config,
      'migrations/001_a.sql': '-- surefoot-disable-file\nSELECT 1;\n',
      'migrations/002_b.sql': `${index}\n`,
    })
    expect(lines(checked(root))).toEqual(['migrations/001_a.sql:1 unused-suppression', 'migrations/002_b.sql:1 index-not-concurrent'])
  })
})

describe('a suppression in JavaScript and TypeScript', () => {
  const js = (body: string) => {
    const text = `module.exports = {\n  up: async (queryInterface) => {\n${body}\n  },\n  down: async () => { throw new Error('forward only') },\n}\n`
    const root = folder({
      'package.json': '{ "dependencies": { "sequelize": "6.37.0", "pg": "8.0.0" } }',
      ...config,
      'migrations/1-a.js': text,
    })
    return lines(checked(root)).map((line) => line.replace('migrations/1-a.js:', ''))
  }
  it('on the line before a call', () =>
    expect(js("    // surefoot-disable-next-line index-not-concurrent\n    await queryInterface.addIndex('t', ['c'])")).toEqual([]))
  it('on the line before a call of several lines', () =>
    expect(
      js("    // surefoot-disable-next-line index-not-concurrent\n    await queryInterface.addIndex(\n      't',\n      ['c'],\n    )"),
    ).toEqual([]))
  it('on the line before a query whose text begins further down', () =>
    expect(
      js(
        '    // surefoot-disable-next-line index-not-concurrent\n    await queryInterface.sequelize.query(`\n      CREATE INDEX i\n      ON t (c)\n    `)',
      ),
    ).toEqual([]))
  it('above a function does not cover what the function does', () =>
    expect(
      js(
        "    // surefoot-disable-next-line index-not-concurrent\n    await Promise.all([1].map(async () => {\n      await queryInterface.addIndex('t', ['c'])\n    }))",
      ),
    ).toEqual(['3 unused-suppression', '5 index-not-concurrent']))
  it('inside the SQL of a query', () =>
    expect(
      js(
        '    await queryInterface.sequelize.query(`\n      -- surefoot-disable-next-line index-not-concurrent\n      CREATE INDEX i ON t (c)\n    `)',
      ),
    ).toEqual([]))
  it('of the file', () =>
    expect(js("    /* surefoot-disable-file index-not-concurrent */\n    await queryInterface.addIndex('t', ['c'])")).toEqual([]))
})
