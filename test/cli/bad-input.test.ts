import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/lint/outcome.ts'
import { checked, type Files, folder, lines, surefoot, write } from './command.ts'

const good = 'migrations/900_good.sql'
const config: Files = {
  'surefoot.json': '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner" }] }',
  [good]: 'CREATE INDEX good ON t (c);\n',
}
const bad = 'migrations/100_bad.sql'

/** What a run says of one bad file, with a neighbour whose finding must not be lost. */
function said(content: string | Buffer, path = bad): Outcome & { readonly code: number | null } {
  const outcome = checked(folder({ ...config, [path]: content }))
  expect(lines(outcome)).toContain(`${good}:1 index-not-concurrent`)
  return outcome
}

const places = (outcome: Outcome) => [
  ...outcome.opaque.map(({ file, line, because }) => `${file}:${line} ${because}`),
  ...outcome.errors.map(({ file, line }) => `${file}${line === undefined ? '' : `:${line}`} error`),
]

describe('bad SQL is said with its place, and its neighbours are judged', () => {
  it('a syntax error in one of three statements', () => {
    const outcome = said('CREATE INDEX a ON t (c);\nSELEC 1;\nCREATE INDEX b ON t (c);\n')
    expect(places(outcome)).toEqual([`${bad}:2 syntax`])
    expect(lines(outcome)).toEqual([`${bad}:1 index-not-concurrent`, `${bad}:3 index-not-concurrent`, `${good}:1 index-not-concurrent`])
  })

  it.each([
    ['an empty file', ''],
    ['white space', ' \n\t\r\n'],
    ['a comment', '-- nothing\n'],
    ['a lone semicolon', ';;\n'],
  ])('%s is nothing to say', (_, text) => expect(places(said(text))).toEqual([]))

  it.each([
    ['a lone quote', "DROP TABLE a;\nSELECT 'never closed;\nDROP TABLE b;\n"],
    ['a lone dollar quote', 'DROP TABLE a;\nDO $x$ BEGIN\nDROP TABLE b;\n'],
    ['a lone comment opener', 'DROP TABLE a;\n/* never closed\nDROP TABLE b;\n'],
    ['a lone identifier quote', 'DROP TABLE a;\nSELECT "never closed;\nDROP TABLE b;\n'],
    ['parentheses that never close', `DROP TABLE a;\nSELECT ${'('.repeat(10_000)}1;\n`],
    ['ten thousand levels', `DROP TABLE a;\nSELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)};\n`],
    ['a CASE in a CASE', `DROP TABLE a;\nSELECT ${'CASE WHEN true THEN '.repeat(10_000)}1${' END'.repeat(10_000)};\n`],
  ])('%s is opaque from where it starts', (_, text) => {
    const outcome = said(text)
    expect(lines(outcome)).toContain(`${bad}:1 drop-before-contract`)
    expect(places(outcome)).toHaveLength(1)
    expect(places(outcome)[0]).toMatch(new RegExp(`^${bad}:[23] (?:syntax|budget|unsupported)$`))
  })

  it.each([
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 255, 254, 0, 0])],
    ['invalid UTF-8', Buffer.concat([Buffer.from("SELECT '"), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from("';\n")])],
  ])('%s is an error or opaque', (_, bytes) => {
    const found = places(said(bytes))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/^migrations\/100_bad\.sql(?::\d+ encoding| error)$/)
  })

  it('a byte of Latin-1 is said, and the statements around it are judged', () => {
    const outcome = said(Buffer.concat([Buffer.from('-- caf'), Buffer.from([0xe9]), Buffer.from('\nDROP TABLE a;\n')]))
    expect(lines(outcome)).toContain(`${bad}:2 drop-before-contract`)
    expect(places(outcome)).toEqual([`${bad}:1 encoding`])
  })

  it.each([
    ['a byte order mark', Buffer.from('\uFEFFCREATE INDEX a ON t (c);\n')],
    ['UTF-16 with its mark', Buffer.from('\uFEFFCREATE INDEX a ON t (c);\n', 'utf16le')],
    ['Windows line ends', Buffer.from('CREATE INDEX a ON t (c);\r\n\r\n')],
    ['old Macintosh line ends', Buffer.from('CREATE INDEX a ON t (c);\r')],
  ])('%s is read', (_, bytes) => {
    const outcome = said(bytes)
    expect(places(outcome)).toEqual([])
    expect(outcome.findings[0]).toMatchObject({ file: bad, line: 1, column: 1, endColumn: 24 })
  })

  it('five megabytes are read, or said to be too large, within seconds', () => {
    const outcome = said(`${"INSERT INTO t VALUES (1, 'some text that fills the row');\n".repeat(90_000)}DROP TABLE last;\n`)
    const found = [...lines(outcome), ...places(outcome)].filter((line) => line.startsWith(bad))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/:90001 drop-before-contract$| error$/)
  })

  it('five megabytes of the shortest statements are read', () => {
    const outcome = said(`${'INSERT INTO t VALUES (1);\n'.repeat(190_000)}DROP TABLE last;\n`)
    const found = [...lines(outcome), ...places(outcome)].filter((line) => line.startsWith(bad))
    expect(found).toEqual([`${bad}:190001 drop-before-contract`])
  })

  it('one statement of five megabytes is read, or said to be too large', () => {
    const outcome = said(`INSERT INTO t VALUES ${"(1, 'some text that fills the row'),\n".repeat(140_000)}(2, '');\nDROP TABLE last;\n`)
    expect([...lines(outcome), ...places(outcome)].filter((line) => line.startsWith(bad)).length).toBeGreaterThan(0)
  })
})

describe('what is no file is said, and its neighbours are judged', () => {
  it('a directory with the name of a migration', () => {
    const root = folder(config)
    mkdirSync(join(root, bad))
    const outcome = checked(root)
    expect(lines(outcome)).toEqual([`${good}:1 index-not-concurrent`])
    expect(places(outcome)).toEqual([`${bad} error`])
    expect(outcome.code).toBe(1)
  })

  it('a link to itself, and one to nowhere', () => {
    const root = folder(config)
    symlinkSync('100_bad.sql', join(root, bad))
    symlinkSync('nowhere.sql', join(root, 'migrations/101_gone.sql'))
    const outcome = checked(root)
    expect(lines(outcome)).toEqual([`${good}:1 index-not-concurrent`])
    expect(places(outcome)).toEqual([`${bad} error`, 'migrations/101_gone.sql error'])
  })

  it('a folder that leads back to itself', () => {
    const root = folder(config)
    symlinkSync('..', join(root, 'migrations/loop'))
    expect(lines(checked(root))).toEqual([`${good}:1 index-not-concurrent`])
  })

  it.skipIf(process.getuid?.() === 0)('a file that may not be read (skipped as root, who may read everything)', () => {
    const root = folder({ ...config, [bad]: 'DROP TABLE a;\n' })
    chmodSync(join(root, bad), 0)
    expect(places(checked(root))).toEqual([`${bad} error`])
  })
})

describe('bad JavaScript and TypeScript is said with its place', () => {
  const js = (text: string | Buffer, name = 'bad.js') => {
    const path = `migrations/1-${name}`
    const root = folder({
      'package.json': '{ "dependencies": { "sequelize": "6.37.0", "pg": "8.0.0" } }',
      'surefoot.json': '{ "projects": [{ "framework": "sequelize", "dialect": "postgres", "timeouts": "set-by-runner" }] }',
      [path]: text,
      'migrations/2-good.js':
        "module.exports = { up: (queryInterface) => queryInterface.addIndex('t', ['c']), down() { throw new Error('no') } }\n",
    })
    const ran = surefoot(root, ['check', '--format', 'json'])
    const outcome = JSON.parse(ran.out) as Outcome
    expect(lines(outcome)).toContain('migrations/2-good.js:1 index-not-concurrent')
    return outcome
  }
  const up = (body: string) =>
    `module.exports = {\n  up: async (queryInterface) => {\n${body}\n  },\n  down() { throw new Error('no') },\n}\n`

  it.each([
    ['a syntax error', 'module.exports = {\n  up: async (queryInterface => {\n'],
    ['a lone quote', up("    await queryInterface.dropTable('a)")],
    ['a merge conflict', up("<<<<<<< HEAD\n    await queryInterface.dropTable('a')\n=======\n>>>>>>> x")],
  ])('%s', (_, text) => {
    const found = places(js(text))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/^migrations\/1-bad\.js(?::\d+ syntax|:\d+ error| error)$/)
  })

  it.each<[string, string | Buffer, string]>([
    ['a syntax error', 'export class Bad {\n  async up(q {\n', 'migrations/1700000000001-Bad.ts:2 error'],
    ['nothing', ' \n', 'migrations/1700000000001-Bad.ts error'],
    ['what is no text', Buffer.from([0, 1, 2, 255]), 'migrations/1700000000001-Bad.ts error'],
  ])('%s in a TypeORM migration, that nothing of tells what it is', (_, text, place) => {
    const root = folder({
      'package.json': '{ "dependencies": { "typeorm": "0.3.20", "pg": "8.0.0" } }',
      'surefoot.json': '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner" }] }',
      'migrations/1700000000001-Bad.ts': text,
      'migrations/1700000000002-Good.ts':
        "export class Good1700000000002 { async up(q) { await q.query('CREATE INDEX i ON t (c)') } async down() { throw new Error('no') } }\n",
      'migrations/0-names.ts': "export const names = ['a']\n",
    })
    const outcome = checked(root)
    expect(lines(outcome)).toEqual(['migrations/1700000000002-Good.ts:1 index-not-concurrent'])
    expect(places(outcome)).toEqual([place])
    expect(places(checked(root, ['migrations/1700000000001-Bad.ts']))).toEqual([place])
    write(root, { 'surefoot.json': '{ "projects": [{ "dialect": "postgres", "ignore": ["migrations/*-Bad.ts"] }] }' })
    expect(places(checked(root))).toEqual([])
  })

  it('many thousand statements in one transaction do not fill the memory', () => {
    const steps = Array.from({ length: 12_000 }, (_, at) => `ALTER TABLE t${at} ADD COLUMN c text;`).join('\n')
    const root = folder({
      'package.json': '{ "dependencies": { "typeorm": "0.3.20", "pg": "8.0.0" } }',
      'migrations/1700000000001-Many.ts': `export class Many1700000000001 { async up(q) { await q.query(\`${steps}\`) } async down() { throw new Error('no') } }\n`,
    })
    const ran = surefoot(root, ['check', '--dialect', 'postgres', '--format', 'json', '--no-cache'], {
      env: { NODE_OPTIONS: '--max-old-space-size=320' },
    })
    expect(ran.err).toBe('')
    expect((JSON.parse(ran.out) as Outcome).summary.statements).toBeGreaterThan(12_000)
  })

  it('ten thousand levels of brackets', () =>
    expect(
      places(js(up(`    await queryInterface.bulkInsert('t', ${'['.repeat(10_000)}${']'.repeat(10_000)})`))).length,
    ).toBeLessThanOrEqual(1))

  it('ten thousand levels of blocks', () => {
    const found = [...places(js(up(`${'{'.repeat(10_000)} await queryInterface.dropTable('a') ${'}'.repeat(10_000)}`)))]
    expect(found.length).toBeLessThanOrEqual(1)
  })

  it('a loop that never ends, and a function that calls itself', () => {
    const loops = up(
      "    while (true) await queryInterface.dropTable('a')\n    for (;;) {}\n    const again = () => again()\n    await again()",
    )
    expect(places(js(loops)).every((place) => place.startsWith('migrations/1-bad.js'))).toBe(true)
  })

  it('modules that import each other', () => {
    const root = folder({
      'surefoot.json': '{ "projects": [{ "framework": "sequelize", "dialect": "postgres" }] }',
      'lib/a.js': "const b = require('./b'); exports.table = 'a'; exports.b = b",
      'lib/b.js': "const a = require('./a'); exports.name = a.table",
      'migrations/1-a.js': `const { table } = require('../lib/a')\n${up('    await queryInterface.dropTable(table)')}`,
    })
    expect(lines(checked(root))).toContain('migrations/1-a.js:4 drop-before-contract')
  })

  it('an import of what is not there', () => {
    const outcome = js(`const helper = require('./not-there')\n${up('    await helper(queryInterface)')}`)
    expect(places(outcome)).toEqual([expect.stringMatching(/^migrations\/1-bad\.js:4 /)])
  })
})
