import { columnWords, type Random, words } from './random.ts'

/** Writes TypeORM migrations as its generator makes them: SQL in template strings, up and down. `number` makes the class's timestamp. */
export function typeormWriter(from: Random): (number: number) => string {
  const tables: string[] = []
  return (number) => {
    const up: string[] = []
    const down: string[] = []
    const count = 1 + from.below(4)
    for (let i = 0; i < count; i++) {
      const column = `${from.pick(columnWords)}_${number}_${i}`
      if (tables.length === 0 || from.chance(20)) {
        const table = `${from.pick(words)}_${number}_${i}`
        tables.push(table)
        up.push(
          `CREATE TABLE "${table}" ("id" uuid NOT NULL DEFAULT uuid_generate_v4(), "created_at" TIMESTAMP NOT NULL DEFAULT now(), "${column}" character varying, CONSTRAINT "PK_${table}" PRIMARY KEY ("id"))`,
        )
        down.unshift(`DROP TABLE "${table}"`)
        continue
      }
      const table = from.pick(tables)
      if (from.chance(60)) {
        up.push(`ALTER TABLE "${table}" ADD "${column}" ${from.pick(['integer', 'text', 'boolean NOT NULL DEFAULT false', 'jsonb'])}`)
        down.unshift(`ALTER TABLE "${table}" DROP COLUMN "${column}"`)
      } else {
        up.push(`CREATE INDEX "IDX_${column}" ON "${table}" ("created_at") `)
        down.unshift(`DROP INDEX "public"."IDX_${column}"`)
      }
    }
    const calls = (statements: readonly string[]) => statements.map((sql) => `    await queryRunner.query(\`${sql}\`)`).join('\n')
    const name = `Change${number}${stamp(number)}`
    return `import { MigrationInterface, QueryRunner } from 'typeorm'

export class ${name} implements MigrationInterface {
  name = '${name}'

  public async up(queryRunner: QueryRunner): Promise<void> {
${calls(up)}
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
${calls(down)}
  }
}
`
  }
}

/** Writes Sequelize migrations with the builder, in a transaction as often as people do. */
export function sequelizeWriter(from: Random): (number: number) => string {
  const tables: string[] = []
  return (number) => {
    const transaction = from.chance(40)
    const last = transaction ? ', { transaction }' : ''
    const up: string[] = []
    const down: string[] = []
    const count = 1 + from.below(4)
    for (let i = 0; i < count; i++) {
      const column = `${from.pick(columnWords)}_${number}_${i}`
      if (tables.length === 0 || from.chance(20)) {
        const table = `${from.pick(words)}_${number}_${i}`
        tables.push(table)
        const columns = `{ id: { type: Sequelize.BIGINT, primaryKey: true, autoIncrement: true }, ${column}: { type: Sequelize.STRING, allowNull: true }, createdAt: { type: Sequelize.DATE, allowNull: false, defaultValue: Sequelize.literal('CURRENT_TIMESTAMP') } }`
        up.push(`await queryInterface.createTable('${table}', ${columns}${last})`)
        down.unshift(`await queryInterface.dropTable('${table}'${last})`)
        continue
      }
      const table = from.pick(tables)
      if (from.chance(60)) {
        const type = from.pick(['INTEGER', 'TEXT', 'BOOLEAN', 'JSONB', 'STRING(100)'])
        up.push(`await queryInterface.addColumn('${table}', '${column}', { type: Sequelize.${type}, allowNull: true }${last})`)
        down.unshift(`await queryInterface.removeColumn('${table}', '${column}'${last})`)
      } else {
        const options = `{ name: '${column}_index'${transaction ? ', transaction' : ''} }`
        up.push(`await queryInterface.addIndex('${table}', ['createdAt'], ${options})`)
        down.unshift(`await queryInterface.removeIndex('${table}', '${column}_index'${last})`)
      }
    }
    return `'use strict'

/** @type {import('sequelize-cli').Migration} */
module.exports = {
  async up(queryInterface, Sequelize) {
${body(up, transaction)}
  },

  async down(queryInterface, Sequelize) {
${body(down, transaction)}
  },
}
`
  }
}

function body(calls: readonly string[], transaction: boolean): string {
  if (!transaction) return calls.map((call) => `    ${call}`).join('\n')
  const inner = calls.map((call) => `      ${call}`).join('\n')
  return `    await queryInterface.sequelize.transaction(async (transaction) => {\n${inner}\n    })`
}

/** A timestamp of 13 digits, as TypeORM's names end in, a minute later for each number. */
export function stamp(number: number): string {
  return String(1_600_000_000_000 + number * 60_000)
}
