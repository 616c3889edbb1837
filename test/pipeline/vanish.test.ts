import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import { ruleSettings } from '../../src/cli/settings.ts'
import { defaults } from '../../src/config/defaults.ts'
import { check } from '../../src/pipeline/check.ts'
import { memoryProject } from '../../src/project/memory.ts'
import type { Project } from '../../src/project/project.ts'

const run = async (project: Project) =>
  (
    await check({
      project,
      projects: [{ runner: {}, boundByRunner: true, dialect: 'postgres' }],
      rules: ruleSettings(defaults, rules),
      allRules: rules,
      profile: 'safety',
      down: 'rollback',
      together: false,
      version: '0',
    })
  ).outcome

/** A project whose files of these names cannot be read after so many readings. */
function vanishing(files: Readonly<Record<string, string>>, gone: string, after: number): Project {
  const all = memoryProject(files)
  let readings = 0
  return {
    ...all,
    read(path) {
      if (path === gone && ++readings > after) return { error: `${path} does not exist.`, because: 'missing' }
      return all.read(path)
    },
  }
}

const kinds = [
  ['raw SQL', { 'migrations/001_a.sql': 'DROP TABLE a;\n', 'migrations/002_b.sql': 'CREATE INDEX i ON b (c);\n' }],
  [
    'Prisma',
    {
      'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
      'prisma/migrations/1_a/migration.sql': 'DROP TABLE a;\n',
      'prisma/migrations/2_b/migration.sql': 'CREATE INDEX i ON b (c);\n',
    },
  ],
  [
    'Sequelize',
    {
      'package.json': '{ "dependencies": { "sequelize": "6.37.0" } }',
      'migrations/1-a.js': "module.exports = { up: (queryInterface) => queryInterface.dropTable('a'), down() { throw new Error('no') } }\n",
      'migrations/2-b.js':
        "module.exports = { up: (queryInterface) => queryInterface.addIndex('b', ['c']), down() { throw new Error('no') } }\n",
    },
  ],
  [
    'TypeORM',
    {
      'package.json': '{ "dependencies": { "typeorm": "1.1.0", "pg": "8.0.0" } }',
      'src/migrations/1700000000000-A.ts':
        "export class A1700000000000 {\n  async up(queryRunner) { await queryRunner.dropTable('a') }\n  async down() { throw new Error('no') }\n}\n",
      'src/migrations/1700000000001-B.ts':
        "export class B1700000000001 {\n  async up(queryRunner) { await queryRunner.query('CREATE INDEX i ON b (c)') }\n  async down() { throw new Error('no') }\n}\n",
    },
  ],
] as const

describe('a file that vanishes while it is looked at', () => {
  it.each(kinds)('%s: is said, and its neighbour is judged', async (_, files) => {
    const [first, second] = Object.keys(files).slice(-2) as [string, string]
    for (let after = 0; after < 5; after++) {
      const outcome = await run(vanishing(files, first, after))
      expect(outcome.findings.filter(({ file }) => file === second).map(({ rule }) => rule)).toEqual(['index-not-concurrent'])
      const said = outcome.errors.some(({ file }) => file === first) || outcome.findings.some(({ file }) => file === first)
      expect(said, `after ${after} readings: ${JSON.stringify(outcome.summary.skipped)}`).toBe(true)
    }
  })
})
