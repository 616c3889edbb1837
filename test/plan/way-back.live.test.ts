import { afterAll, describe, expect, it } from 'vitest'
import { mysqlUrl, postgresUrl } from '../../scripts/servers.ts'
import type { DialectName } from '../../src/ir/names.ts'
import { differences } from '../../src/sandbox/catalog.ts'
import type { Engine } from '../../src/sandbox/engine.ts'
import type { Room } from '../../src/sandbox/open.ts'
import { mysqlRoom } from '../../src/sandbox/rooms/mysql.ts'
import { postgresRoom } from '../../src/sandbox/rooms/postgres.ts'
import { bench } from '../sandbox/runner/project-bench.ts'
import { mended } from './mended.ts'

const sequelize = `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('orders', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
      person: { type: Sequelize.INTEGER, references: { model: 'people', key: 'id' } },
      mood: { type: Sequelize.ENUM('sad', 'ok'), allowNull: false },
    })
    await queryInterface.addColumn('people', 'state', { type: Sequelize.ENUM('a', 'b'), defaultValue: 'a' })
    await queryInterface.addIndex('people', ['state', 'name'], { name: 'people_state', unique: true })
    await queryInterface.addConstraint('people', { type: 'unique', fields: ['name'], name: 'people_name' })
    await queryInterface.changeColumn('people', 'name', { type: Sequelize.STRING(50), allowNull: false })
    await queryInterface.removeColumn('people', 'note')
  },
}
`

const people = `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('people', {
      id: { type: Sequelize.INTEGER, primaryKey: true },
      name: { type: Sequelize.STRING(20), defaultValue: "it's" },
      note: { type: Sequelize.TEXT },
    })
  },
  down: (queryInterface) => queryInterface.dropTable('people'),
}
`

const typeorm = (
  name: string,
  up: string,
  down = '',
) => `import { MigrationInterface, QueryRunner, Table, TableColumn, TableIndex } from 'typeorm'

export class ${name} implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    ${up}
  }
${down}}
`

/** By framework: the file that is history, and the one whose down is missing. */
const projects: Readonly<Record<'sequelize' | 'typeorm', readonly [readonly [string, string], readonly [string, string]]>> = {
  sequelize: [
    ['migrations/20240101000001-people.js', people],
    ['migrations/20240101000002-step.js', sequelize],
  ],
  typeorm: [
    [
      'src/migrations/1700000000001-people.ts',
      typeorm(
        'People1700000000001',
        "await queryRunner.query(`CREATE TABLE people (id int PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x', note varchar(20))`)",
        '\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`DROP TABLE people`)\n  }\n',
      ),
    ],
    [
      'src/migrations/1700000000002-step.ts',
      typeorm(
        'Step1700000000002',
        `await queryRunner.createTable(new Table({ name: 'orders', columns: [{ name: 'id', type: 'int', isPrimary: true }] }))
    await queryRunner.addColumn('people', new TableColumn({ name: 'state', type: 'varchar', length: '10', isNullable: true }))
    await queryRunner.createIndex('people', new TableIndex({ name: 'people_state', columnNames: ['state'] }))
    await queryRunner.query(\`ALTER TABLE people DROP COLUMN note\`)`,
      ),
    ],
  ],
}

const root = process.cwd()
const servers: readonly (readonly [DialectName, Room, string])[] = [
  ['postgres', postgresRoom, postgresUrl],
  ['mariadb', mysqlRoom, mysqlUrl],
]

for (const [dialect, room, asked] of servers) {
  const opened: Engine | string = await room
    .open({ dialect, wanted: undefined, asked, allowRemote: false, root, extensions: [], bytes: 0 })
    .catch((error: Error) => error.message)
  if (typeof opened === 'string') console.warn(`skipped: ${opened}`)
  describe.skipIf(typeof opened === 'string')(`on ${dialect}`, () => {
    const engine = opened as Engine
    afterAll(() => engine.close())

    it.each(['sequelize', 'typeorm'] as const)('up and the down that is written leave the catalogue as it was: %s', async (name) => {
      const [history, judged] = projects[name]
      const files = { [history[0]]: history[1], [judged[0]]: judged[1] }
      const { texts } = await mended(dialect, name, files, true)
      expect([...texts.keys()]).toEqual([judged[0]])
      const driver = dialect === 'postgres' ? 'pg' : dialect === 'mariadb' && name === 'sequelize' ? 'mariadb' : 'mysql2'
      const project = await bench(
        {
          'package.json': JSON.stringify({ dependencies: { [name]: '*', [driver]: '*' } }),
          ...files,
          ...Object.fromEntries(texts),
        },
        { framework: name, dialect, observer: room.observer(engine) },
      )
      const database = await engine.create()
      try {
        const catalog = async () => {
          const session = await database.open()
          const found = await room.reader.catalog(session, project.bookkeeping)
          await session.close()
          return found
        }
        const run = async (file: string, direction: 'up' | 'down') => {
          const outcome = await project.run(file, database, { direction })
          expect(outcome.failure).toBeUndefined()
        }
        await run(history[0], 'up')
        const before = await catalog()
        await run(judged[0], 'up')
        const after = await catalog()
        expect(differences(before, after)).not.toEqual([])
        await run(judged[0], 'down')
        expect(differences(before, await catalog())).toEqual([])
        await run(judged[0], 'up')
        expect(differences(after, await catalog())).toEqual([])
      } finally {
        await database.drop()
        await project.close()
      }
    })
  })
}
