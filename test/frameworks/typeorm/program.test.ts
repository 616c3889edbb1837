import { beforeAll, describe, expect, it } from 'vitest'
import { typeorm } from '../../../src/frameworks/typeorm/index.ts'
import { brief, briefly, operations, optionsFor, read, ready } from './reading.ts'

beforeAll(ready)

describe('A wrapper that puts an up of its own in the place of a migration’s', () => {
  const wrapper = `
export const wrap = (migration) => {
  const { up } = migration.prototype
  Object.assign(migration.prototype, {
    async up(queryRunner) {
      await queryRunner.query('SET foreign_key_checks = 0')
      await up.call(this, queryRunner)
    },
  })
}`
  const text = `
export class Change1700000000001 {
  async up(queryRunner) { await queryRunner.query('DROP TABLE a') }
}`
  const loaded = (files: Readonly<Record<string, string>>) => {
    const options = optionsFor('mysql', { 'package.json': '{}', 'src/migrations/1.ts': text, ...files })
    const migration = typeorm.load(options.history.entries[0]!, options.project, options)
    return migration.up.statements.flatMap((statement) => statement.operations).map(brief)
  }

  it('is walked as the program runs it, with the migration’s own up inside', () => {
    expect(loaded({ 'src/migrations/helpers/migration-helpers.ts': wrapper })).toEqual(['setVariable foreign_key_checks', 'dropTable a'])
  })

  it('of another package, or one that only reads the prototype, changes nothing', () => {
    expect(loaded({ 'other/package.json': '{}', 'other/migration-helpers.ts': wrapper })).toEqual(['dropTable a'])
    const reader = 'export const wrap = (migration) => console.log(migration.prototype.up.call.name)'
    expect(loaded({ 'src/migrations/helpers/migration-helpers.ts': reader })).toEqual(['dropTable a'])
  })
})

describe('The engine, asked of the configuration', () => {
  const on = (condition: string, dialect: 'postgres' | 'sqlite' | 'mariadb') => {
    const body = `const { database, user } = config
      if (${condition}) { await queryRunner.query('DROP TABLE a') } else { await queryRunner.query('DROP TABLE b') }`
    const found = operations(body, { on: dialect, before: "import config from '@app/config'" })
    return found.map((operation) => `${brief(operation)}${operation.context?.branches ? ' ?' : ''}`)
  }

  it('is answered', () => {
    expect(on("database.type === 'sqlite'", 'sqlite')).toEqual(['dropTable a'])
    expect(on("database.type === 'sqlite'", 'postgres')).toEqual(['dropTable b'])
    expect(on("database.type === 'postgresdb'", 'postgres')).toEqual(['dropTable a'])
    expect(on("database.type !== 'mysqldb'", 'postgres')).toEqual(['dropTable a'])
    expect(on("config.dialect === 'mssql'", 'postgres')).toEqual(['dropTable b'])
    expect(on("process.env.TYPEORM_CONNECTION === 'mysql'", 'postgres')).toEqual(['dropTable b'])
  })

  it('is left open where MariaDB may be configured as MySQL, and where another thing is called as an engine is', () => {
    expect(on("database.type === 'mysql'", 'mariadb')).toEqual(['dropTable a ?', 'dropTable b ?'])
    expect(on("database.user === 'postgres'", 'sqlite')).toEqual(['dropTable a ?', 'dropTable b ?'])
    expect(on("config.colour === 'postgres'", 'sqlite')).toEqual(['dropTable a ?', 'dropTable b ?'])
  })

  it('is told by the package that the driver has', () => {
    const of = (dialect: 'postgres' | 'sqlite') =>
      briefly(`if (queryRunner.connection.driver.postgres) { await queryRunner.query('DROP TABLE a') }`, { on: dialect })
    expect(of('postgres')).toEqual(['dropTable a'])
    expect(of('sqlite')).toEqual([])
  })
})

describe('driver.escapeQueryWithParameters', () => {
  const body = (sql: string, values: string) => `
    const [query, parameters] = queryRunner.connection.driver.escapeQueryWithParameters(${sql}, ${values}, {})
    await queryRunner.query(query, parameters)`

  it('gives a text with the driver’s placeholders, in which every word keeps its place', () => {
    for (const on of ['postgres', 'mysql'] as const) {
      const [update] = operations(body(`'UPDATE users SET role = :role WHERE id = :id'`, '{ role, id }'), { on })
      expect(update).toMatchObject({ kind: 'update', table: { name: 'users' } })
      const migration = read(body(`'UPDATE users SET role = :role WHERE id = :id'`, '{ role, id }'), { on })
      expect(migration.up.statements[0]!.sql).toMatch(on === 'postgres' ? /role = \$1 +WHERE id = \$2/ : /role = \? +WHERE id = \?/)
    }
  })

  it('leaves a cast, and a name that has no value, as they are', () => {
    const migration = read(body(`"UPDATE users SET at = '1'::date WHERE id = :id"`, '{ id }'))
    expect(migration.up.statements[0]!.sql).toMatch(/'1'::date WHERE id = \$1/)
    const unknown = read(body(`'UPDATE users SET a = :missing'`, '{ id: 1 }'))
    expect(unknown.up.statements[0]!.sql).toContain(':missing')
  })
})
