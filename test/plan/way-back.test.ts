import { describe, expect, it } from 'vitest'
import type { DialectName } from '../../src/ir/names.ts'
import { mended } from './mended.ts'

const people = `module.exports = {
  up: (queryInterface, Sequelize) =>
    queryInterface.createTable('people', { id: { type: Sequelize.INTEGER, primaryKey: true }, name: { type: Sequelize.STRING(20), defaultValue: 'x' } }),
  down: (queryInterface) => queryInterface.dropTable('people'),
}
`
const history = { 'migrations/20240101000001-people.js': people }
const path = 'migrations/20240101000002-step.js'

/** The text of a Sequelize migration after the fix. */
async function sequelize(text: string, on: DialectName = 'postgres'): Promise<string | undefined> {
  const { texts } = await mended(on, 'sequelize', { ...history, [path]: text })
  return texts.get(path)
}

describe('a down that is written into Sequelize migrations', () => {
  it('stands behind up as a member of the same object, in its style', async () => {
    const text = `'use strict';

module.exports = {
  async up (queryInterface, Sequelize) {
    await queryInterface.addColumn('people', 'note', { type: Sequelize.TEXT });
  }
};
`
    expect(await sequelize(text)).toBe(`'use strict';

module.exports = {
  async up (queryInterface, Sequelize) {
    await queryInterface.addColumn('people', 'note', { type: Sequelize.TEXT });
  },

  async down (queryInterface, Sequelize) {
    await queryInterface.removeColumn('people', 'note');
  }
};
`)
  })

  it('takes the place of one that does nothing, holds several steps in a transaction and drops types', async () => {
    const text = `export default {
    up: async (queryInterface, { ENUM, TEXT }) => {
        await queryInterface.addColumn("people", "mood", { type: ENUM("sad", "ok") })
        await queryInterface.addIndex("people", ["name"], { name: "people_name" })
    },
    down: async () => {},
}
`
    expect(await sequelize(text)).toBe(
      text.replace(
        'down: async () => {},',
        `down: async (queryInterface, { ENUM, TEXT }) => {
        await queryInterface.sequelize.transaction(async (transaction) => {
            await queryInterface.removeIndex("people", "people_name", { transaction })
            await queryInterface.removeColumn("people", "mood", { transaction })
            await queryInterface.sequelize.query('DROP TYPE IF EXISTS "public"."enum_people_mood"', { transaction })
        })
    },`,
      ),
    )
  })

  it('chains promises where up does, and takes the name that up gives its transaction', async () => {
    const text = `exports.up = function (queryInterface, Sequelize) {
\treturn queryInterface.sequelize.transaction(t => queryInterface.addColumn('people', 'a', { type: Sequelize.TEXT }, { transaction: t })
\t\t.then(() => queryInterface.addColumn('people', 'b', { type: Sequelize.TEXT }, { transaction: t })))
}
`
    expect(await sequelize(text)).toBe(`${text.trimEnd()}

exports.down = function (queryInterface, Sequelize) {
\treturn queryInterface.sequelize.transaction((t) =>
\t\tqueryInterface.removeColumn('people', 'b', { transaction: t })
\t\t\t.then(() => queryInterface.removeColumn('people', 'a', { transaction: t })))
}
`)
  })

  it('is exported as up is', async () => {
    const text = "export const up = (queryInterface) => queryInterface.renameColumn('people', 'name', 'label')\n"
    expect(await sequelize(text)).toBe(
      `${text}\nexport const down = (queryInterface) => queryInterface.renameColumn('people', 'label', 'name')\n`,
    )
  })

  it.each([
    [
      'a step could not be read',
      "await queryInterface.unheardOf('people')\n    await queryInterface.addColumn('people', 'note', Sequelize.TEXT)",
    ],
    [
      'a step runs only if',
      "if (process.env.BIG) await queryInterface.removeIndex('people', 'x')\n    await queryInterface.addColumn('people', 'note', Sequelize.TEXT)",
    ],
    [
      'a step runs only if',
      "if (!(await queryInterface.describeTable('people')).note) await queryInterface.addColumn('people', 'note', Sequelize.TEXT)",
    ],
    [
      'a step runs in a loop',
      "for (const t of await queryInterface.showAllTables()) await queryInterface.addColumn('people', 'note', Sequelize.TEXT)",
    ],
    [
      'values of people are written over',
      "await queryInterface.addColumn('people', 'note', Sequelize.TEXT)\n    await queryInterface.sequelize.query(\"UPDATE people SET name = 'y'\")",
    ],
    ['is not part of the history', "await queryInterface.removeColumn('orders', 'note')"],
  ])('is not written where nobody knows what it has to say: %s', async (because, body) => {
    const { texts, unfixed } = await mended('postgres', 'sequelize', {
      ...history,
      [path]: `module.exports = {\n  async up(queryInterface, Sequelize) {\n    ${body}\n  },\n}\n`,
    })
    expect([...texts.keys()]).toEqual([])
    expect(unfixed.map((one) => one.because)).toEqual([expect.stringContaining(because)])
  })

  it('is a suggestion where values do not come back', async () => {
    const text = "module.exports = {\n  async up(queryInterface) {\n    await queryInterface.removeColumn('people', 'name')\n  },\n}\n"
    const files = { ...history, [path]: text }
    const [unasked, asked] = [await mended('postgres', 'sequelize', files), await mended('postgres', 'sequelize', files, true)]
    expect(unasked.texts.size).toBe(0)
    expect(unasked.unfixed.map((one) => one.because)).toEqual([
      'a suggestion: Write the down that takes up back: it brings the structure back, not the values of people.name',
    ])
    expect(asked.texts.get(path)).toContain(
      `    await queryInterface.sequelize.query(\`ALTER TABLE "people" ADD COLUMN "name" VARCHAR(20) DEFAULT 'x'\`)`,
    )
  })
})

describe('a down that lacks steps', () => {
  const both =
    "await queryInterface.addColumn('people', 'a', { type: Sequelize.TEXT })\n    await queryInterface.addColumn('people', 'b', { type: Sequelize.TEXT })"
  const file = (down: string) => `module.exports = {\n  async up(queryInterface, Sequelize) {\n    ${both}\n  },\n${down}\n}\n`
  const remove = (column: string, options = '') => `queryInterface.removeColumn('people', '${column}'${options})`

  it('gets what came last in up before its own', async () => {
    expect(await sequelize(file(`  async down(queryInterface) {\n    await ${remove('a')}\n  },`))).toBe(
      file(`  async down(queryInterface) {\n    await ${remove('b')}\n    await ${remove('a')}\n  },`),
    )
  })

  it('gets what came first in up behind its own, in the transaction that is there', async () => {
    const options = ', { transaction: t }'
    const down = (steps: string) =>
      `  async down(queryInterface) {\n    await queryInterface.sequelize.transaction(async (t) => {\n      ${steps}\n    })\n  },`
    expect(await sequelize(file(down(`await ${remove('b', options)}`)))).toBe(
      file(down(`await ${remove('b', options)}\n      await ${remove('a', options)}`)),
    )
  })

  it('is chained where it returns promises', async () => {
    expect(await sequelize(file(`  down(queryInterface) {\n    return ${remove('b')}\n  },`))).toBe(
      file(`  down(queryInterface) {\n    return ${remove('b')}\n      .then(() => ${remove('a')})\n  },`),
    )
    expect(await sequelize(file(`  down(queryInterface) {\n    return ${remove('a')}\n  },`))).toBe(
      file(`  down(queryInterface) {\n    return ${remove('b')}\n      .then(() => ${remove('a')})\n  },`),
    )
  })

  it('is chained behind an expression', async () => {
    expect(await sequelize(file(`  down: (queryInterface) => ${remove('b')},`))).toBe(
      file(`  down: (queryInterface) => ${remove('b')}\n    .then(() => ${remove('a')}),`),
    )
    expect(await sequelize(file(`  down: async (queryInterface) =>\n    ${remove('a')},`))).toBe(
      file(`  down: async (queryInterface) =>\n    ${remove('b')}\n      .then(() => ${remove('a')}),`),
    )
  })

  it('gets behind what would undo it: a default that the statement before it takes away', async () => {
    const text = (down: string) => `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn('people', 'a', { type: Sequelize.TEXT })
    await queryInterface.changeColumn('people', 'name', { type: Sequelize.STRING(50) })
  },
  async down(queryInterface, Sequelize) {
    await queryInterface.removeColumn('people', 'a')
    await queryInterface.changeColumn('people', 'name', { type: Sequelize.STRING(20) })${down}
  },
}
`
    expect(await sequelize(text(''))).toBe(
      text(`\n    await queryInterface.sequelize.query(\`ALTER TABLE "people" ALTER COLUMN "name" SET DEFAULT 'x'\`)`),
    )
  })

  it('states a column anew that it re-creates otherwise', async () => {
    const files = {
      'migrations/1_a.up.sql': "CREATE TABLE orders (id int PRIMARY KEY, status varchar(20) NOT NULL DEFAULT 'new');",
      'migrations/1_a.down.sql': 'DROP TABLE orders;',
      'migrations/2_b.down.sql': 'ALTER TABLE orders ADD COLUMN status varchar(20) NOT NULL;',
      'migrations/2_b.up.sql': 'ALTER TABLE orders DROP COLUMN status;',
    }
    const { texts } = await mended('mysql', 'raw-sql', files)
    expect(texts.get('migrations/2_b.down.sql')).toBe(
      "ALTER TABLE orders ADD COLUMN status varchar(20) NOT NULL;\nALTER TABLE orders MODIFY COLUMN status varchar(20) NOT NULL DEFAULT 'new';\n",
    )
  })
})

describe('a down that is written into TypeORM migrations', () => {
  const file = 'src/migrations/1700000000001-step.ts'
  const migration = (up: string, down: string) => `import { MigrationInterface, QueryRunner, Table } from "typeorm";

export class Step1700000000001 implements MigrationInterface {

    public async up(queryRunner: QueryRunner): Promise<void> {
        ${up}
    }
${down}
}
`
  const down = (...steps: readonly string[]) =>
    `\n    public async down(queryRunner: QueryRunner): Promise<void> {\n        ${steps.join('\n        ')}\n    }\n`

  it('is SQL where up is', async () => {
    const up =
      'await queryRunner.query(`CREATE TYPE "mood" AS ENUM(\'a\', \'b\')`);\n        await queryRunner.query(`CREATE TABLE "users" ("id" SERIAL NOT NULL, "mood" "mood", CONSTRAINT "PK_1" PRIMARY KEY ("id"))`);\n        await queryRunner.query(`CREATE INDEX "IDX_1" ON "users" ("mood") `);'
    const { texts } = await mended('postgres', 'typeorm', { [file]: migration(up, down('// nothing')) })
    expect(texts.get(file)).toBe(
      migration(up, down('await queryRunner.query(`DROP TABLE "users"`);', 'await queryRunner.query(`DROP TYPE "mood"`);')),
    )
  })

  it('calls the builder where up does', async () => {
    const up = 'await queryRunner.createTable(new Table({ name: "users", columns: [{ name: "id", type: "int", isPrimary: true }] }));'
    const { texts } = await mended('mysql', 'typeorm', { [file]: migration(up, '') })
    expect(texts.get(file)).toBe(migration(up, down('await queryRunner.dropTable("users");')))
  })
})

describe('a down that is written into Knex migrations', () => {
  const file = 'migrations/20240101000001_step.js'

  it('calls the schema builder, and sends SQL for what that has no word for', async () => {
    const text = `exports.up = async function (knex) {
  await knex.schema.createTable('users', (table) => {
    table.increments('id')
    table.text('name')
  })
  await knex.raw('CREATE SEQUENCE numbers')
}
`
    const { texts } = await mended('postgres', 'knex', { [file]: text })
    expect(texts.get(file)).toBe(`${text}
exports.down = async function (knex) {
  await knex.raw('DROP SEQUENCE numbers')
  await knex.schema.dropTable('users')
}
`)
  })

  it('is chained where up returns promises', async () => {
    const history = {
      'migrations/20240101000000_users.js':
        "exports.up = (knex) => knex.schema.createTable('users', (t) => { t.integer('id') })\nexports.down = (knex) => knex.schema.dropTable('users')\n",
    }
    const text = `exports.up = function (knex) {
    return knex.schema.alterTable("users", (t) => {
        t.string("name");
        t.index(["id"], "by_id");
    });
};

exports.down = function (knex) {};
`
    const { texts } = await mended('mysql', 'knex', { ...history, [file]: text })
    expect(texts.get(file)).toBe(
      text.replace(
        'exports.down = function (knex) {};',
        `exports.down = function (knex) {
    return knex.raw("DROP INDEX \`by_id\` ON \`users\`")
        .then(() => knex.schema.alterTable("users", (table) => {
            table.dropColumn("name");
        }));
};`,
      ),
    )
  })
})

describe('a down of a Knex project that maps its names', () => {
  const file = 'migrations/20240101000001_step.js'
  const text = `exports.up = async (knex) => {
  await knex.schema.createTable('userLog', (table) => {
    table.increments()
  })
  await knex.raw('CREATE TABLE "Plain_LOG" (id int PRIMARY KEY)')
}
`

  it('writes names that become those of the database, and SQL where there is none', async () => {
    const knexfile = "module.exports = { client: 'pg', ...knexSnakeCaseMappers({ upperCase: true }) }"
    const { texts } = await mended('postgres', 'knex', { 'knexfile.js': knexfile, [file]: text })
    expect(texts.get(file)).toBe(`${text}
exports.down = async (knex) => {
  await knex.raw('DROP TABLE "Plain_LOG"')
  await knex.schema.dropTable('user_log')
}
`)
  })
})

describe('a down that is written in SQL files', () => {
  const up = 'create table orders (id int primary key, note text);\ncreate index orders_note on orders (note);\n'
  const back = 'DROP TABLE orders;\n'

  it.each<readonly [string, DialectName, Readonly<Record<string, string>>, readonly [string, string]]>([
    [
      'a file beside up, named as its siblings are',
      'postgres',
      { 'migrations/1_a.up.sql': 'select 1;', 'migrations/1_a.down.sql': '', 'migrations/2_b.up.sql': up },
      ['migrations/2_b.down.sql', back],
    ],
    [
      'a file of the same folder',
      'postgres',
      { 'migrations/2024-01-01-000000_a/up.sql': up },
      ['migrations/2024-01-01-000000_a/down.sql', back],
    ],
    [
      'a file that holds a comment alone',
      'mysql',
      { 'migrations/1_a.down.sql': '-- to be written\n', 'migrations/1_a.up.sql': up },
      ['migrations/1_a.down.sql', `-- to be written\n${back}`],
    ],
    [
      'a section of goose',
      'postgres',
      { 'migrations/1_a.sql': `-- +goose Up\n${up}` },
      ['migrations/1_a.sql', `-- +goose Up\n${up}\n-- +goose Down\n${back}`],
    ],
    [
      'an empty section of dbmate',
      'mysql',
      { 'migrations/1_a.sql': `-- migrate:up\n${up}\n-- migrate:down\n\n` },
      ['migrations/1_a.sql', `-- migrate:up\n${up}\n-- migrate:down\n${back}`],
    ],
    [
      'a section under a heading',
      'sqlite',
      { 'migrations/1_a.sql': '-- Up\nSELECT 1;\n-- Down\nSELECT 1;\n', 'migrations/2_b.sql': `-- Up\n${up}` },
      ['migrations/2_b.sql', `-- Up\n${up}\n-- Down\n${back}`],
    ],
  ])('is %s', async (_, on, files, [written, text]) => {
    const { texts } = await mended(on, 'raw-sql', files)
    expect(texts.get(written)).toBe(text)
  })

  it('keeps the line ends of its file, and drops what was built concurrently so', async () => {
    const files = {
      'migrations/1_a.sql': '-- +goose NO TRANSACTION\r\n-- +goose Up\r\nCREATE INDEX CONCURRENTLY "by id" ON orders (id);\r\n',
    }
    const { texts } = await mended('postgres', 'raw-sql', files)
    expect(texts.get('migrations/1_a.sql')).toBe(`${files['migrations/1_a.sql']}\r\n-- +goose Down\r\nDROP INDEX CONCURRENTLY "by id";\r\n`)
  })
})
