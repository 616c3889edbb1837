import { beforeAll, describe, expect, it } from 'vitest'
import { typeorm } from '../../../src/frameworks/typeorm/index.ts'
import { brief, briefly, operations, optionsFor, read, ready } from './reading.ts'

beforeAll(ready)

const dataSource = (more: string) => ({
  'src/data-source.ts': `import { DataSource } from 'typeorm'\nexport default new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts'], ${more} })`,
})

describe('transactions around a migration', () => {
  it('are one for all pending migrations when nothing says otherwise, and that is an assumption', () => {
    expect(read('').up).toMatchObject({ ambient: 'all-pending', ambientAssumed: true })
    expect(read('', { files: dataSource('') }).up).toMatchObject({ ambient: 'all-pending', ambientAssumed: false })
  })

  it('follow the data source, and the configuration before it', () => {
    expect(read('', { files: dataSource(`migrationsTransactionMode: 'each'`) }).up.ambient).toBe('migration')
    expect(read('', { files: dataSource(`migrationsTransactionMode: 'none'`) }).up.ambient).toBe('none')
    expect(read('', { files: dataSource(`migrationsTransactionMode: 'none'`), runner: { transaction: 'each' } }).up.ambient).toBe(
      'migration',
    )
  })

  it('follow the command line of the project’s own scripts', () => {
    const files = {
      ...dataSource(''),
      'package.json': '{ "scripts": { "migrate": "typeorm-ts-node-esm migration:run -d src/data-source.ts --transaction each" } }',
    }
    expect(read('', { files }).up).toMatchObject({ ambient: 'migration', ambientBecause: expect.stringContaining('package.json') })
  })

  it('end with transaction = false, whose down runs in one all the same', () => {
    const each = read('', { members: 'transaction = false', down: '', files: dataSource(`migrationsTransactionMode: 'each'`) })
    expect(each.up.ambient).toBe('none')
    expect(each.down?.ambient).toBe('migration')
    const unseen = read('', { members: 'transaction = false', down: '' })
    expect(unseen.up.ambient).toBe('none')
    expect(unseen.down?.ambient).toBe('unknown')
  })

  it('cannot be overridden under mode all: TypeORM runs nothing then', () => {
    const migration = read(`await queryRunner.query('SELECT 1')`, { members: 'transaction = false', files: dataSource('') })
    expect(migration.refused?.message).toContain('ForbiddenTransactionModeOverrideError')
  })

  it('opened by hand inside the runner’s are savepoints; a commit ends the runner’s', () => {
    const nested = read(`
      await queryRunner.startTransaction()
      await queryRunner.query('UPDATE t SET a = 1')
      await queryRunner.commitTransaction()`)
    expect(nested.up.statements.flatMap((one) => one.operations).map((one) => ('action' in one ? one.action : one.kind))).toEqual([
      'savepoint',
      'update',
      'release',
    ])
    const ended = read(`
      await queryRunner.commitTransaction()
      await queryRunner.query('CREATE INDEX CONCURRENTLY i ON t (a)')
      await queryRunner.startTransaction()`)
    expect(ended.up.statements.flatMap((one) => one.operations).map((one) => ('action' in one ? one.action : one.kind))).toEqual([
      'commit',
      'createIndex',
      'begin',
    ])
    expect(ended.up.statements.map((one) => one.segment)).toEqual([undefined, undefined, 1])
  })

  it('rolled back in a catch leave the way without failures alone', () => {
    const { up } = read(
      `await queryRunner.startTransaction()
      try {
        await queryRunner.query('UPDATE t SET a = 1')
        await queryRunner.commitTransaction()
      } catch (error) {
        await queryRunner.rollbackTransaction()
        throw error
      }
      await queryRunner.query('UPDATE t SET b = 1')`,
      { runner: { transaction: 'none' } },
    )
    expect(up.statements.map((one) => [one.operations[0]?.kind, one.segment])).toEqual([
      ['transaction', 1],
      ['update', 1],
      ['transaction', 1],
      ['transaction', undefined],
      ['update', undefined],
    ])
  })

  it('number the segments of explicit transactions where the runner opens none', () => {
    const { up } = read(
      `
      await queryRunner.manager.transaction(async (manager) => { await manager.query('UPDATE t SET a = 1') })
      await queryRunner.query('UPDATE t SET a = 2')
      await queryRunner.query('BEGIN')
      await queryRunner.query('UPDATE t SET a = 3')
      await queryRunner.query('COMMIT')`,
      { runner: { transaction: 'none' } },
    )
    expect(up.statements.map((one) => one.segment)).toEqual([1, 1, 1, undefined, 2, 2, 2])
  })

  it('of another connection do not hold what the query runner sends', () => {
    const { up } = read(
      `await queryRunner.connection.transaction(async (manager) => {
        await queryRunner.query('UPDATE t SET a = 1')
        await manager.query('UPDATE t SET b = 1')
      })`,
      { runner: { transaction: 'none' } },
    )
    const [, outside, inside] = up.statements
    expect(outside?.segment).toBeUndefined()
    expect(outside?.operations[0]?.context?.enclosing).toBe(inside?.segment)
    expect(inside?.segment).toBeDefined()
  })
})

describe('down', () => {
  it('is undefined, empty, only logging or refusing', () => {
    expect(read('').down).toBeUndefined()
    expect(read('').downExpected).toBe(true)
    expect(read('', { down: '' }).down).toMatchObject({ statements: [] })
    expect(read('', { down: `console.log('nothing to do')` }).down).toMatchObject({ statements: [], logsOnly: true })
    expect(read('', { down: `throw new Error('forward only')` }).down?.statements[0]?.operations[0]).toMatchObject({
      kind: 'refuse',
      message: 'forward only',
    })
  })
})

describe('SQL texts', () => {
  it('keep the user’s place in constants and templates', () => {
    const migration = read('await queryRunner.query(`ALTER TABLE ${TABLE} ADD COLUMN age int`)', { before: `const TABLE = 'users'` })
    const operation = migration.up.statements[0]?.operations[0]
    expect(operation).toMatchObject({ kind: 'addColumn', table: { name: 'users' } })
    expect(migration.up.statements[0]?.sql).toBe('ALTER TABLE users ADD COLUMN age int')
  })

  it('of several statements share a batch', () => {
    const { up } = read(`
      await queryRunner.query('ALTER TABLE t ADD a int; ALTER TABLE t ADD b int')
      await queryRunner.query('ALTER TABLE t ADD c int')`)
    expect(up.statements.map((one) => one.batch)).toEqual([0, 0, undefined])
  })

  it('that are not known are opaque, with what the user wrote', () => {
    expect(operations('await queryRunner.query(process.env.SQL)')).toMatchObject([
      { kind: 'opaque', because: 'dynamic-sql', detail: expect.stringContaining('process.env.SQL') },
    ])
  })

  it('with values from outside say so', () => {
    const found = operations("await queryRunner.query(`UPDATE t SET a = '${process.env.A}'`)")
    expect(found.map((one) => one.kind)).toEqual(['update', 'interpolate'])
  })

  it('with parameters have them as parameters', () => {
    expect(operations(`await queryRunner.query('DELETE FROM t WHERE id = $1', [id])`)).toMatchObject([
      { kind: 'delete', where: { terms: [{ column: 'id', operand: 'parameter' }] } },
    ])
    expect(operations(`await queryRunner.query('DELETE FROM t WHERE id = ?', [id])`, { on: 'mysql' })).toMatchObject([
      { kind: 'delete', where: { terms: [{ column: 'id', operand: 'parameter' }] } },
    ])
  })
})

describe('what surrounds a call', () => {
  it('is a guard when hasTable or hasColumn was asked', () => {
    const [add] = operations(`if (!(await queryRunner.hasColumn('t', 'a'))) await queryRunner.query('ALTER TABLE t ADD a int')`)
    expect(add?.context?.guards).toEqual([{ by: 'describe', requires: 'absent', table: { name: 't' }, column: 'a' }])
    const [early] = operations(`if (await queryRunner.hasTable('t')) return\nawait queryRunner.query('CREATE TABLE t (a int)')`)
    expect(early?.context?.guards).toMatchObject([{ requires: 'absent', table: { name: 't' } }])
  })

  it('is a guard when the catalog was asked, in the place or in a helper', () => {
    const helper = `async function columnExists(queryRunner: QueryRunner, table: string, column: string) {
      const rows = await queryRunner.query(\`SELECT COUNT(1) AS cnt FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = '\${table}' AND COLUMN_NAME = '\${column}'\`)
      return Number.parseInt(rows[0].cnt) === 1
    }`
    const found = operations(`if (!(await columnExists(queryRunner, 't', 'a'))) await queryRunner.query('ALTER TABLE t ADD a int')`, {
      on: 'mysql',
      before: helper,
    })
    expect(found.at(-1)?.context?.guards).toEqual([{ by: 'catalog', requires: 'absent', table: { name: 't' }, column: 'a' }])
    const none = operations(`
      const rows = await queryRunner.query("SELECT 1 FROM information_schema.tables WHERE table_name = $1", ['t'])
      if (rows.length === 0) await queryRunner.query('CREATE TABLE t (a int)')`)
    expect(none.at(-1)?.context?.guards).toEqual([{ by: 'catalog', requires: 'absent', table: { name: 't' } }])
  })

  it('is decided when it asks for the engine', () => {
    const body = `
      if (queryRunner.connection.options.type === 'postgres') await queryRunner.query('ALTER TABLE t ADD a jsonb')
      else await queryRunner.query('ALTER TABLE t ADD a json')`
    expect(operations(body)).toMatchObject([{ kind: 'addColumn', column: { type: { name: 'jsonb' } } }])
    expect(operations(body, { on: 'mysql' })).toMatchObject([{ kind: 'addColumn', column: { type: { name: 'json' } } }])
    // The engine that the user names is the one, whatever the program falls back on.
    const files = {
      'src/data-source.ts': "export const source = new DataSource({ type: 'better-sqlite3', migrations: ['src/migrations/*.ts'] })",
    }
    expect(operations(body, { files })).toMatchObject([{ kind: 'addColumn', column: { type: { name: 'jsonb' } } }])
    const named = body.replace("=== 'postgres'", "!== 'better-sqlite3'")
    expect(operations(named, { on: 'sqlite', files })).toMatchObject([{ kind: 'addColumn', column: { type: { name: 'json' } } }])
  })

  it('is a loop over rows with the table that was read', () => {
    const found = operations(`
      const users = await queryRunner.query('SELECT id FROM users')
      for (const user of users) await queryRunner.query('UPDATE users SET a = 1 WHERE id = $1', [user.id])`)
    expect(found.at(-1)).toMatchObject({
      kind: 'update',
      context: { loops: [{ over: 'rows', bounded: false, tables: [{ name: 'users' }] }] },
    })
  })

  it('is whether the promise was awaited', () => {
    const found = operations(`queryRunner.query('ALTER TABLE t ADD a int')\nawait queryRunner.query('ALTER TABLE t ADD b int')`)
    expect(found.map((one) => one.context?.awaited)).toEqual(['dropped', 'awaited'])
    const all = operations(`await Promise.all([queryRunner.dropColumn('t', 'a'), queryRunner.dropColumn('t', 'b')])`)
    expect(all.map((one) => one.context?.awaited)).toEqual(['collected', 'collected'])
  })
})

describe('rows', () => {
  it.each([
    [
      `queryRunner.manager.createQueryBuilder().update('users').set({ a: 1, b: () => 'lower(b)' }).where('id = :id', { id: 1 }).execute()`,
      'update users',
    ],
    [`queryRunner.manager.createQueryBuilder().delete().from('users').where('a = :a', { a: 1 }).execute()`, 'delete users'],
    [`queryRunner.manager.createQueryBuilder().insert().into('users').values([{ a: 1 }, { a: 2 }]).execute()`, 'insert users'],
    [`queryRunner.manager.createQueryBuilder('users', 'u').where('u.a = 1').getMany()`, 'select'],
    [`queryRunner.manager.getRepository('users').update({ a: 1 }, { a: 2 })`, 'update users'],
    [`queryRunner.manager.update('users', { a: 1 }, { a: 2 })`, 'update users'],
    [`queryRunner.manager.delete('users', { id: 1 })`, 'delete users'],
    [`queryRunner.manager.clear('users')`, 'truncate users'],
    [`queryRunner.manager.insert('users', { a: 1 })`, 'insert users'],
    [`queryRunner.connection.getRepository('users').find({ take: 10 })`, 'select'],
    [`getManager().query('UPDATE users SET a = 1')`, 'update users'],
  ])('%s', (call, expected) => {
    expect(briefly(`await ${call}`)).toEqual([expected])
  })

  it('keep the WHERE of a query builder, and its absence', () => {
    const [bounded] = operations(
      `await queryRunner.manager.createQueryBuilder().update('users').set({ a: 1 }).where('id = :id', { id: 1 }).andWhere('b IS NULL').execute()`,
    )
    expect(bounded).toMatchObject({
      set: [{ column: 'a', value: 'constant' }],
      where: {
        terms: [
          { column: 'id', operator: '=' },
          { column: 'b', operator: 'is null' },
        ],
      },
    })
    const [whole] = operations(`await queryRunner.manager.createQueryBuilder().update('users').set({ a: 1 }).execute()`)
    expect(whole).toMatchObject({ kind: 'update', where: undefined })
  })

  it('are of the table that an entity declares', () => {
    const files = {
      'src/entity/user.ts': `import { Entity, Column } from 'typeorm'\n@Entity('app_users') export class User { @Column() a: number }`,
    }
    const found = operations(`await queryRunner.manager.getRepository(User).update({ a: 1 }, { a: 2 })`, {
      files,
      before: `import { User } from '../entity/user'`,
    })
    expect(found.map(brief)).toEqual(['update app_users'])
  })
})

describe('objects that were created for an entity', () => {
  it('are inserted into its table when they are saved', () => {
    const body = `const role = queryRunner.manager.create(Role, { name: 'x' })
      await queryRunner.manager.save(role)`
    expect(operations(body, { before: `class Role {}` })).toMatchObject([{ kind: 'insert', table: { name: 'role' }, columns: ['name'] }])
  })
})

describe('what the connection is configured with', () => {
  it('is no text from outside', () => {
    const body =
      'const schema = queryRunner.connection.options.schema || \'public\'\nawait queryRunner.query(`ALTER TABLE "${schema}"."t" ADD a int`)'
    expect(operations(body).map((one) => one.kind)).toEqual(['addColumn'])
  })
})

describe('what cannot be read', () => {
  it('is an opaque with its place for a syntax error', () => {
    const migration = read('await queryRunner.query(', {})
    expect(migration.up.statements[0]?.operations[0]).toMatchObject({ kind: 'opaque', because: 'syntax' })
  })

  it('is said when a helper that gets the query runner cannot be followed', () => {
    expect(operations('await seed(queryRunner)', { before: `import { seed } from 'somewhere'` })).toMatchObject([
      { kind: 'opaque', because: 'unknown-method' },
    ])
  })
})

describe('a migration whose up is inherited', () => {
  const load = (files: Readonly<Record<string, string>>) => {
    const options = optionsFor('postgres', files)
    return typeorm.load(options.history.entries[0]!, options.project, options)
  }
  const heir = "import { Step } from '../step'\nexport class A1700000000001 extends Step { table = 'users' }"

  it('is read in the class above, with its own members', () => {
    const step = `import { MigrationInterface, QueryRunner } from 'typeorm'
export abstract class Step implements MigrationInterface {
  abstract table: string
  async up(queryRunner: QueryRunner) { await queryRunner.query('ALTER TABLE ' + this.table + ' ADD COLUMN x int') }
  async down(queryRunner: QueryRunner) { await queryRunner.dropColumn(this.table, 'x') }
}`
    const { up, down } = load({ 'src/migrations/1.ts': heir, 'src/step.ts': step })
    expect(up.statements.flatMap(({ operations }) => operations)).toMatchObject([{ kind: 'addColumn', table: { name: 'users' } }])
    expect(down?.statements).toHaveLength(1)
  })

  it('is said to be unread where that class cannot be found', () => {
    const { up, unreadable, downExpected } = load({ 'src/migrations/1.ts': heir.replace('../step', '@acme/db') })
    expect(unreadable).toBeUndefined()
    expect(downExpected).toBe(false)
    expect(up.statements.flatMap(({ operations }) => operations)).toMatchObject([{ kind: 'opaque', because: 'unsupported' }])
  })
})

describe('entities that are their own repositories', () => {
  const entity = `import { BaseEntity, Column, Entity } from 'typeorm'
@Entity('app_users') export class User extends BaseEntity { @Column({ name: 'full_name' }) name: string }`
  const found = (body: string) =>
    operations(body, { before: "import { User } from '../entity/user'", files: { 'src/entity/user.ts': entity } })

  it('write their table', () => {
    expect(found(`await User.update({}, { name: 'x' })`)).toMatchObject([
      { kind: 'update', table: { name: 'app_users' }, set: [{ column: 'full_name' }], where: undefined },
    ])
    expect(found('await User.createQueryBuilder().delete().execute()')).toMatchObject([{ kind: 'delete', table: { name: 'app_users' } }])
  })

  it('write the rows that were read one by one', () => {
    expect(found(`for (const user of await User.find()) { user.name = 'x'; await user.save() }`)).toMatchObject([
      { kind: 'select' },
      { kind: 'update', table: { name: 'app_users' }, context: { loops: [{ over: 'rows' }] } },
    ])
  })
})

describe('query builders', () => {
  it('are changed by their calls, whether chained or not', () => {
    expect(
      operations(`const builder = queryRunner.manager.createQueryBuilder().update('users').set({ a: 1 })
        builder.where('id = :id', { id: 3 })
        await builder.execute()`),
    ).toMatchObject([{ kind: 'update', table: { name: 'users' }, where: { terms: [{ column: 'id', operator: '=' }] } }])
  })

  it('after a condition that is not known are what the looser side told them', () => {
    const body = (first: string) => `const builder = queryRunner.manager.createQueryBuilder().delete().from('users')
      ${first}
      if (process.env.X) builder.andWhere('a = 1')
      await builder.execute()`
    expect(operations(body("builder.where('id = 3')"))).toMatchObject([{ kind: 'delete', where: { terms: [{ column: 'id' }] } }])
    expect(operations(body(''))).toMatchObject([{ kind: 'delete', where: undefined }])
  })

  it('of relations write a table that is not known', () => {
    expect(operations(`await queryRunner.manager.createQueryBuilder().relation('users', 'posts').of(1).add(2)`)).toMatchObject([
      { kind: 'opaque', because: 'unsupported' },
    ])
  })

  it('give rows whose table is known when they are saved', () => {
    expect(
      operations(`const rows = await queryRunner.manager.createQueryBuilder('users', 'u').getMany(); await queryRunner.manager.save(rows)`),
    ).toMatchObject([{ kind: 'select' }, { kind: 'update', table: { name: 'users' } }])
  })
})

describe('a placeholder whose number is computed', () => {
  it('is a parameter', () => {
    const body = "await queryRunner.query(`UPDATE users SET a = 1 WHERE id IN (${ids.map((_, n) => `$${n + 1}`).join(', ')})`, ids)"
    expect(operations(body)).toMatchObject([
      { kind: 'update', where: { terms: [{ column: 'id', operator: 'in' }] } },
      { kind: 'interpolate' },
    ])
  })
  it('is not a dollar quote', () => {
    expect(operations('await queryRunner.query(`DO $$${body}$$`)').map(({ kind }) => kind)).not.toContain('update')
  })
})
