import { describe, expect, it } from 'vitest'
import { discoverHistories } from '../../src/frameworks/discover.ts'
import { sequelize } from '../../src/frameworks/sequelize/index.ts'
import { typeorm } from '../../src/frameworks/typeorm/index.ts'
import { type CheckOptions, check, checkLoaded, loadEverything } from '../../src/pipeline/check.ts'
import { Memory } from '../../src/pipeline/memory.ts'
import { NotLoaded } from '../../src/pipeline/steps.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { optionsFor } from '../options.ts'

const files: Readonly<Record<string, string>> = {
  'migrations/001_a.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
  'migrations/002_b.sql': 'ALTER TABLE orders ADD COLUMN note text;\n',
  'migrations/003_c.sql': 'CREATE INDEX orders_note ON orders (note);\n',
}

function optionsOf(texts: Readonly<Record<string, string>>, path: string): Omit<CheckOptions, 'memory'> {
  return {
    ...optionsFor(texts, { dialect: 'postgres' }),
    only: (other) => other === path,
  }
}

/** What a run says of one file whose text is another one than the project has. */
async function afresh(path: string, text: string) {
  return (await check(optionsOf({ ...files, [path]: text }, path))).outcome
}

describe('a run at once', () => {
  it('needs everything to be loaded, and then says what the other one says', async () => {
    expect(() => checkLoaded(optionsOf(files, 'migrations/003_c.sql'))).toThrow(NotLoaded)
    await loadEverything()
    const { outcome } = checkLoaded(optionsOf(files, 'migrations/003_c.sql'))
    expect(outcome.findings).toEqual((await afresh('migrations/003_c.sql', files['migrations/003_c.sql']!)).findings)
    expect(outcome.findings.map(({ rule }) => rule)).toEqual(['index-not-concurrent'])
  })
})

describe('runs with a memory', () => {
  const edits: readonly (readonly [path: string, text: string])[] = [
    ['migrations/003_c.sql', files['migrations/003_c.sql']!],
    ['migrations/003_c.sql', 'ALTER TABLE orders DROP COLUMN note;\n'],
    ['migrations/001_a.sql', 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n'],
    ['migrations/002_b.sql', 'ALTER TABLE orders RENAME TO purchases;\n'],
    ['migrations/003_c.sql', 'DROP TABLE purchases;\n'],
    ['migrations/003_c.sql', 'CREATE INDEX CONCURRENTLY orders_note ON orders (note);\n'],
    ['migrations/002_b.sql', files['migrations/002_b.sql']!],
    ['migrations/003_c.sql', files['migrations/003_c.sql']!],
  ]

  it('say of each text what a run without one says', async () => {
    await loadEverything()
    const base = memoryProject(files)
    const memory = new Memory(base)
    for (const [path, text] of edits) {
      memory.project.edit(text === files[path] ? {} : { [path]: text })
      const { outcome } = checkLoaded({ ...optionsOf(files, path), project: base, memory })
      const { findings, errors, opaque } = await afresh(path, text)
      expect([text, outcome.findings, outcome.errors, outcome.opaque]).toEqual([text, findings, errors, opaque])
    }
  })

  it('read a migration once while its text stays', async () => {
    await loadEverything()
    const readings: string[] = []
    const base = memoryProject(files)
    const watched = {
      ...base,
      read(path: string) {
        readings.push(path)
        return base.read(path)
      },
    }
    const memory = new Memory(watched)
    const run = () => checkLoaded({ ...optionsOf(files, 'migrations/003_c.sql'), project: watched, memory })
    run()
    const first = readings.filter((path) => path === 'migrations/001_a.sql').length
    readings.length = 0
    run()
    expect(first).toBeGreaterThan(readings.filter((path) => path === 'migrations/001_a.sql').length)
  })

  it('know which files others read', async () => {
    await loadEverything()
    const js = {
      'package.json': '{"dependencies":{"sequelize":"6","pg":"8"}}',
      'helpers/index-name.js': "module.exports = 'orders_note'\n",
      'migrations/20200101000001-a.js':
        "const name = require('../helpers/index-name')\nmodule.exports = { up: (q) => q.addIndex('orders', ['note'], { name }), down: (q) => q.removeIndex('orders', name) }\n",
    }
    const base = memoryProject(js)
    const memory = new Memory(base)
    checkLoaded({ ...optionsOf(js, 'migrations/20200101000001-a.js'), project: base, memory })
    expect(memory.canEdit('migrations/20200101000001-a.js')).toBe(true)
    expect(memory.canEdit('helpers/index-name.js')).toBe(false)
  })
})

describe('the search of a memory', () => {
  const path = 'migrations/1700000000002-Names.ts'
  const classOf = (name: string, body: string) =>
    `export class ${name} implements MigrationInterface {\n  async up(queryRunner: QueryRunner) {\n    ${body}\n  }\n  async down() {}\n}\n`
  const project: Readonly<Record<string, string>> = {
    'package.json': '{ "dependencies": { "typeorm": "1", "pg": "8" } }',
    'migrations/1700000000001-Users.ts': classOf('Users1700000000001', "await queryRunner.query('CREATE TABLE users (id int)')"),
    [path]: classOf('Names1700000000002', "await queryRunner.query('ALTER TABLE users ADD COLUMN name text')"),
  }
  const texts = [
    classOf('Names1700000000002', "await queryRunner.query('CREATE INDEX users_id ON users (id)')"),
    classOf('Names1700000000002', "await queryRunner.query('CREATE INDEX users_id ON users (id)')\n"),
    // Another name, another place in the order, none at all, another framework's.
    classOf('Names1600000000000', "await queryRunner.query('CREATE INDEX users_id ON users (id)')"),
    'export const names = []\n',
    "module.exports = { async up(queryInterface) { await queryInterface.removeColumn('users', 'id') }, async down() {} }\n",
    classOf('Names1700000000002', "await queryRunner.query('CREATE INDEX users_id ON users (id)')"),
  ]

  it('finds in each text what a search without one finds', async () => {
    await loadEverything()
    const memory = new Memory(memoryProject(project))
    for (const text of texts) {
      memory.project.edit({ [path]: text })
      const { outcome } = checkLoaded({ ...optionsOf(project, path), memory })
      const alone = (await check(optionsOf({ ...project, [path]: text }, path))).outcome
      expect(outcome.findings, text).toEqual(alone.findings)
      expect({ ...outcome.summary, milliseconds: 0 }, text).toEqual({ ...alone.summary, milliseconds: 0 })
    }
  })

  it('is made again only when a text says something else about it', () => {
    const memory = new Memory(memoryProject(project))
    let searches = 0
    const search = () => {
      searches += 1
      return discoverHistories(memory.project, { frameworks: [typeorm, sequelize] })
    }
    const counts = texts.map((text) => {
      memory.project.edit({ [path]: text })
      memory.discovered('all', search)
      return searches
    })
    // The last text is the first one's again, after one that said something else.
    expect(counts).toEqual([1, 1, 2, 3, 4, 5])
  })
})
