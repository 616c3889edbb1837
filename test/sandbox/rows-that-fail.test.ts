import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rehearse } from '../../src/index.ts'
import { root } from './postgres-servers.ts'

const packages = realpathSync(join(root, 'node_modules', '..'))
const sqlite = { engine: 'sql.js', dialect: 'sqlite', rows: 200, packages } as const

const up = (body: string) => `module.exports = { async up(queryInterface, Sequelize) {\n${body}\n}, async down() {} }\n`
const members = {
  'package.json': '{ "dependencies": { "sequelize": "^6.0.0" } }',
  'migrations/01-members.js': up(
    "await queryInterface.createTable('members', { id: { type: Sequelize.INTEGER, primaryKey: true }, home: Sequelize.STRING, born: Sequelize.STRING })",
  ),
}

/** The rehearsal of a second migration with this body. */
async function second(body: string, more: object = {}) {
  const outcome = await rehearse({ ...sqlite, ...more, files: { ...members, 'migrations/02.js': up(body) }, only: ['migrations/02.js'] })
  const [run] = outcome.rehearsals
  if (!run || run.notRun !== undefined) throw new Error(run?.notRun ?? 'nothing was run')
  return { ...outcome, run }
}

describe('a migration that fails on plausible rows', () => {
  it('is tried on milder ones, and what it did not stand is a condition', async () => {
    const { run, findings } = await second(`
      const [rows] = await queryInterface.sequelize.query('SELECT id, home FROM members')
      for (const { id, home } of rows) await queryInterface.sequelize.query(
        'UPDATE members SET home = :city WHERE id = :id', { replacements: { city: home.split(',')[0], id } })`)
    expect(run.observations).toContainEqual(
      expect.objectContaining({
        kind: 'fails-on-rows',
        message: expect.stringMatching(
          /^with NULLs in columns that may hold them up\(\) fails: .*null.*; without them it goes through$/,
        ) as string,
      }),
    )
    expect(run.observations.map(({ kind }) => kind)).not.toContain('up-fails')
    const verdict = findings.find(({ rule }) => rule === 'n-plus-one-backfill')?.verdict
    expect(verdict).toMatchObject({ verdict: 'confirmed', on: expect.stringContaining('without NULLs') })
  })

  it('and on milder ones too has failed, and what it leaves is told', async () => {
    const { run } = await second(`
      await queryInterface.addColumn('members', 'badge', Sequelize.STRING)
      throw new Error('some members have no badge')`)
    expect(run.observations).toEqual([
      { kind: 'up-fails', message: 'up() fails: some members have no badge', said: false },
      { kind: 'half-applied', message: 'what it leaves when it fails: column members.badge is left behind', said: expect.any(Boolean) },
    ])
  })
})

describe('a failure', () => {
  it('is not said by a rule whose statement stands behind it, and is by the one whose own it is', async () => {
    const add = "await queryInterface.addColumn('members', 'badge', { type: Sequelize.STRING, allowNull: false })"
    const { run, findings } = await second(
      `const [[first]] = await queryInterface.sequelize.query('SELECT id FROM members WHERE 1 = 0')\nawait queryInterface.sequelize.query('SELECT ' + first.id)\n${add}`,
    )
    expect(findings.map(({ rule, verdict }) => [rule, verdict?.because])).toContainEqual([
      'not-null-without-default',
      expect.stringMatching(/^the run failed before: Cannot read properties of undefined/),
    ])
    expect(run.observations).toMatchObject([{ kind: 'up-fails', said: false }])
    expect((await second(add)).run.observations).toMatchObject([{ kind: 'up-fails', said: true }])
  })

  it('for want of the application’s entities says that a rehearsal has none', async () => {
    const file = 'src/migrations/1700000000001-Fill.ts'
    const text = `import { MigrationInterface, QueryRunner } from 'typeorm'
export class Fill1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.manager.find('Order')
  }
  async down(): Promise<void> {}
}
`
    const files = { 'package.json': '{ "dependencies": { "typeorm": "^1.0.0" } }', [file]: text }
    const { rehearsals } = await rehearse({ ...sqlite, files, only: [file] })
    expect(rehearsals[0]!.observations).toMatchObject([
      {
        kind: 'up-fails',
        message: expect.stringMatching(/^up\(\) fails: No metadata for "Order" was found\. .*without the entities of the application/),
      },
    ])
  })
})

describe('writes of the running release', () => {
  it('are not tried where the migration leaves no row to write again', async () => {
    const verdictOf = async (before: string) => {
      const files = {
        'migrations/001.sql': 'CREATE TABLE tokens (id INTEGER PRIMARY KEY, text TEXT NOT NULL);\n',
        'migrations/002.sql': `${before}CREATE TABLE new_tokens (id INTEGER PRIMARY KEY, text TEXT NOT NULL, owner INTEGER NOT NULL);
INSERT INTO new_tokens (id, text, owner) SELECT id, text, 0 FROM tokens;
DROP TABLE tokens;
ALTER TABLE new_tokens RENAME TO tokens;
`,
      }
      const { findings } = await rehearse({ ...sqlite, files, only: ['migrations/002.sql'] })
      return findings.find(({ rule }) => rule === 'insert-breaking')?.verdict
    }
    expect(await verdictOf('DELETE FROM tokens;\n')).toMatchObject({
      verdict: 'not proven',
      because: 'no row of tokens is left to try its writes with',
    })
    expect(await verdictOf('')).toMatchObject({
      verdict: 'conditional',
      because: expect.stringContaining('NOT NULL constraint failed: tokens.owner'),
    })
  })
})

describe('a migration whose code cannot be loaded', () => {
  it('is not run, which is no failure of its own', async () => {
    const files = { ...members, 'migrations/02.js': "require('not-installed')\nmodule.exports = { async up() {} }\n" }
    const { rehearsals } = await rehearse({ ...sqlite, files, only: ['migrations/02.js'] })
    expect(rehearsals).toMatchObject([
      {
        notRun: expect.stringMatching(/^its code cannot be loaded: Cannot find module 'not-installed'\. Install the project's packages$/),
        observations: [],
      },
    ])
  })
})

describe('a statement whose SQL begins below the call that sends it', () => {
  it.each([
    ['a text of its own line', `await queryInterface.sequelize.query(\n  'UPDATE members SET home = born',\n)`],
    ['a text of many lines', `await queryInterface.sequelize.query(\`\n  UPDATE members\n  SET home = born\n\`)`],
    [
      'a text with values put in',
      `await queryInterface.sequelize.query(\n  'UPDATE members SET home = :home',\n  { replacements: { home: 'x' } },\n)`,
    ],
  ])('is found in the run: %s', async (_, body) => {
    const { findings } = await second(body)
    const verdict = findings.find(({ rule }) => rule === 'unbatched-update')?.verdict
    expect(verdict).toMatchObject({ verdict: 'confirmed', because: expect.stringContaining('200 of the 200 rows') })
  })
})
