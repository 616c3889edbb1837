import { beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { diff } from '../../src/schema/diff.ts'
import { findColumn, findTable, type Schema } from '../../src/schema/schema.ts'
import { run, stepsOf } from './running.ts'

beforeAll(() => postgres.ready())

const shops = "CREATE TABLE shops (id int PRIMARY KEY, code text NOT NULL DEFAULT 'x', city text);"
const orders =
  'CREATE TABLE orders (id int PRIMARY KEY, shop int CONSTRAINT orders_shop REFERENCES shops (id)); CREATE INDEX orders_by_shop ON orders (shop);'
const unknown = { branches: [{ on: 'unknown', condition: 'x', id: 1, side: 'then' }] } as const
const guarded = { guards: [{ by: 'describe', requires: 'absent' }] } as const

const foreignKeys = (schema: Schema, table: string) =>
  findTable(schema, { name: table })?.constraints.flatMap(({ constraint }) => (constraint.references ? [constraint.references] : []))

describe('guards', () => {
  it.each([
    ['a table', shops],
    ['a column', 'ALTER TABLE shops ADD COLUMN tax int DEFAULT 1;'],
    ['an index', 'CREATE INDEX by_city ON shops (city);'],
    ['a constraint', 'ALTER TABLE shops ADD CONSTRAINT tidy CHECK (id > 0);'],
  ])('running it twice behind a question changes nothing the second time: %s', (_, sql) => {
    const once = run(sql, { from: run(shops), context: guarded })
    const [twice] = stepsOf(sql, { from: once, context: guarded, born: 1 })
    expect(diff(once, twice!.schema)).toEqual([])
    expect(twice!.conflict).toBeUndefined()
    expect(findTable(twice!.schema, { name: 'shops' })).toBe(findTable(once, { name: 'shops' }))
  })

  it('what is there already conflicts without a question', () => {
    const steps = stepsOf(`${shops} CREATE TABLE shops (id int); ALTER TABLE shops ADD COLUMN id int; ALTER TABLE shops DROP COLUMN nope;`)
    expect(steps.map(({ conflict }) => conflict)).toEqual([
      undefined,
      'table shops already exists',
      'column id of shops already exists',
      'column nope of shops does not exist',
    ])
  })

  it('a primary key keeps its columns NOT NULL', () => {
    const [refused, free] = stepsOf('ALTER TABLE shops ALTER id DROP NOT NULL; ALTER TABLE shops ALTER code DROP NOT NULL;', {
      from: run(shops),
    })
    expect(refused!.conflict).toBe('column id of shops is in its primary key and stays NOT NULL')
    expect(findColumn(refused!.schema, { name: 'shops' }, 'id')?.column.nullable).toBe(false)
    expect(free!.conflict).toBeUndefined()
    expect(stepsOf('ALTER TABLE old ALTER id DROP NOT NULL;')[0]!.conflict).toBeUndefined()
  })

  it('what is not known cannot conflict', () => {
    for (const { conflict } of stepsOf('ALTER TABLE old DROP COLUMN x; ALTER TABLE old ADD COLUMN y int; ALTER TABLE old RENAME z TO w;'))
      expect(conflict).toBeUndefined()
  })
})

describe('DROP CONSTRAINT … CASCADE', () => {
  const parent = 'CREATE TABLE files (a int CONSTRAINT files_a UNIQUE, b int, CONSTRAINT files_ab UNIQUE (a, b));'
  const child = 'CREATE TABLE notes (x int REFERENCES files (a), y int, FOREIGN KEY (y, x) REFERENCES files (b, a));'

  it('takes the foreign keys along that stand on it', () => {
    expect(foreignKeys(run(`${parent} ${child} ALTER TABLE files DROP CONSTRAINT files_a CASCADE;`), 'notes')).toMatchObject([
      { columns: ['b', 'a'] },
    ])
    expect(foreignKeys(run(`${parent} ${child} ALTER TABLE files DROP CONSTRAINT files_ab CASCADE;`), 'notes')).toMatchObject([
      { columns: ['a'] },
    ])
    expect(foreignKeys(run(`${shops} ${orders} ALTER TABLE shops DROP CONSTRAINT shops_pkey CASCADE;`), 'orders')).toEqual([])
  })

  it('leaves those that stand on an index that is older', () => {
    const older = 'CREATE TABLE files (a int); CREATE UNIQUE INDEX by_a ON files (a); ALTER TABLE files ADD CONSTRAINT files_a UNIQUE (a);'
    const text = `${older} CREATE TABLE notes (x int REFERENCES files (a)); ALTER TABLE files DROP CONSTRAINT files_a CASCADE;`
    expect(foreignKeys(run(text), 'notes')).toHaveLength(1)
  })

  it('or of a dropped index', () => {
    const text =
      'CREATE TABLE files (id int PRIMARY KEY, a int); CREATE UNIQUE INDEX files_a ON files (a); CREATE UNIQUE INDEX files_a2 ON files (a);'
    const child = 'CREATE TABLE notes (x int REFERENCES files (a), y int REFERENCES files);'
    const left = (index: string) => foreignKeys(run(`${text} ${child} DROP INDEX ${index};`), 'notes')?.length
    expect([left('files_a CASCADE'), left('files_a2 CASCADE'), left('files_a')]).toEqual([1, 2, 2])
  })
})

describe('values of another table', () => {
  const copiesOf = (sql: string) => {
    const schema = run(`${shops} ${orders} ALTER TABLE orders ADD COLUMN city text; ${sql}`)
    return findColumn(schema, { name: 'orders' }, 'city')?.copies
  }

  it('are noted where a column takes those of the same name', () => {
    expect(copiesOf('UPDATE orders SET city = shops.city FROM shops WHERE shops.id = orders.shop;')).toMatchObject([
      { from: { name: 'shops' }, by: 'update' },
    ])
    expect(copiesOf('INSERT INTO orders (shop, city) SELECT id, city FROM shops;')).toMatchObject([
      { from: { name: 'shops' }, by: 'insert' },
    ])
    expect(copiesOf('UPDATE orders SET city = shops.code FROM shops WHERE shops.id = orders.shop;')).toBeUndefined()
    expect(copiesOf('UPDATE orders SET city = lower(city);')).toBeUndefined()
  })
})

describe('what is not certain', () => {
  it('runs nothing of a catch', () => {
    const before = run(shops)
    expect(run('DROP TABLE shops; CREATE TABLE t (id int);', { from: before, context: { block: 'catch' } })).toBe(before)
  })

  it('leaves a table that a branch may have changed incomplete', () => {
    const after = run('ALTER TABLE shops ADD COLUMN tax int;', { from: run(shops), context: unknown })
    expect(findColumn(after, { name: 'shops' }, 'tax')).toBeDefined()
    expect(findTable(after, { name: 'shops' })?.complete).toBe(false)
  })

  it('leaves a table that a branch may have renamed incomplete under its new name', () => {
    const after = run('ALTER TABLE shops RENAME TO stores;', { from: run(shops), context: unknown })
    expect(findTable(after, { name: 'stores' })?.complete).toBe(false)
  })

  it('leaves a table that both sides of a branch create incomplete', () => {
    const other = { branches: [{ ...unknown.branches[0], side: 'else' }] } as const
    const first = run('CREATE TABLE t (id int, a int);', { context: unknown })
    const both = run('CREATE TABLE t (id int, b int);', { from: first, context: other })
    expect(findTable(first, { name: 't' })?.complete).toBe(true)
    expect(findTable(both, { name: 't' })?.complete).toBe(false)
  })

  it('trusts a branch on the engine', () => {
    const context = { branches: [{ on: 'dialect', dialects: ['postgres'], condition: 'x', id: 1, side: 'then' }] } as const
    expect(findTable(run('ALTER TABLE shops ADD COLUMN tax int;', { from: run(shops), context }), { name: 'shops' })?.complete).toBe(true)
  })

  it('leaves a table that holds names which may be others incomplete, and knows of no conflict', () => {
    const context = { unsureNames: true } as const
    expect(findTable(run('CREATE TABLE t (id int, "isClosed" bool);', { context }), { name: 't' })?.complete).toBe(false)
    const [added] = stepsOf('ALTER TABLE shops ADD COLUMN "city" text;', { from: run(shops), context })
    expect(added!.conflict).toBeUndefined()
  })

  it('blurs everything, or the tables that are named, by something opaque', () => {
    expect(run('SELEC 1;').complete).toBe(false)
  })
})

describe('what goes with a table', () => {
  it('drops its indexes, its triggers, and the foreign keys that point at it', () => {
    const before = run(
      `${shops} ${orders} CREATE TRIGGER log AFTER INSERT ON shops EXECUTE FUNCTION f(); CREATE INDEX by_city ON shops (city);`,
    )
    const after = run('DROP TABLE shops CASCADE;', { from: before })
    expect(findTable(after, { name: 'shops' })).toBeUndefined()
    expect(after.indexOwners.has('by_city')).toBe(false)
    expect(after.indexOwners.get('orders_by_shop')).toBe('orders')
    expect(after.triggers.size).toBe(0)
    expect(foreignKeys(after, 'orders')).toEqual([])
  })

  it('drops its partitions', () => {
    const before = run(
      'CREATE TABLE log (at date) PARTITION BY RANGE (at); CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (2); CREATE TABLE other (id int);',
    )
    expect([...run('DROP TABLE log;', { from: before }).tables].map(([key]) => key)).toEqual(['other'])
  })

  it('takes foreign keys, its own one to itself, triggers and partitions along when it is renamed', () => {
    const before = run(
      `${shops} ${orders} ALTER TABLE shops ADD COLUMN parent int REFERENCES shops; CREATE TRIGGER log AFTER INSERT ON shops EXECUTE FUNCTION f();`,
    )
    const after = run('ALTER TABLE shops RENAME TO stores;', { from: before })
    expect(foreignKeys(after, 'orders')?.map(({ table }) => table.name)).toEqual(['stores'])
    expect(foreignKeys(after, 'stores')?.map(({ table }) => table.name)).toEqual(['stores'])
    expect([...after.triggers.values()]).toMatchObject([{ name: 'log', table: { name: 'stores' } }])
    expect(after.indexOwners.get('shops_pkey')).toBe('stores')
    expect(diff(before, run('ALTER TABLE stores RENAME TO shops;', { from: after }))).toEqual([])
  })

  it('renames the columns that foreign keys point at', () => {
    const after = run('ALTER TABLE shops RENAME id TO shop_id;', { from: run(`${shops} ${orders}`) })
    expect(foreignKeys(after, 'orders')?.map(({ columns }) => columns)).toEqual([['shop_id']])
    expect(diff(run(`${shops} ${orders}`), run('ALTER TABLE shops RENAME shop_id TO id;', { from: after }))).toEqual([])
  })

  it('drops the foreign keys that point at a dropped column', () => {
    expect(foreignKeys(run('ALTER TABLE shops DROP COLUMN id CASCADE;', { from: run(`${shops} ${orders}`) }), 'orders')).toEqual([])
  })

  it('gives a partition the indexes and constraints of its parent', () => {
    const after = run('CREATE TABLE log (at date PRIMARY KEY) PARTITION BY RANGE (at); CREATE TABLE log_1 PARTITION OF log DEFAULT;')
    const part = findTable(after, { name: 'log_1' })
    expect(part?.complete).toBe(true)
    expect(part?.indexes.map(({ keys, unique }) => [keys[0]?.column, unique])).toEqual([['at', true]])
  })

  it("knows the columns and not the indexes of PostgreSQL's LIKE, and both of MySQL's", () => {
    const like = run(`${shops} CREATE TABLE copy (LIKE shops INCLUDING ALL);`)
    expect(findColumn(like, { name: 'copy' }, 'city')).toBeDefined()
    expect(findTable(like, { name: 'copy' })?.complete).toBe(false)
    const mysql = run('CREATE TABLE shops (id int PRIMARY KEY, city text, KEY by_city (city(9))); CREATE TABLE copy LIKE shops;', {
      engine: 'mysql',
    })
    expect(findTable(mysql, { name: 'copy' })?.indexes.map(({ keys }) => keys[0]?.column)).toEqual(['id', 'city'])
    expect(findTable(mysql, { name: 'copy' })?.complete).toBe(true)
  })
})

describe('indexes', () => {
  it('belong to their table in MySQL: one name may stand on two', () => {
    const both = run('CREATE TABLE a (x int, KEY k (x)); CREATE TABLE b (x int, KEY k (x));', { engine: 'mysql' })
    const after = run('DROP INDEX k ON a;', { engine: 'mysql', from: both })
    expect(findTable(after, { name: 'a' })?.indexes).toEqual([])
    expect(findTable(after, { name: 'b' })?.indexes.length).toBe(1)
    expect(after.indexOwners.get('k')).toBe('b')
  })

  it('of a materialised view are dropped by their name', () => {
    const before = run(`${shops} CREATE MATERIALIZED VIEW v AS SELECT id FROM shops; CREATE INDEX v_id ON v (id);`)
    expect(before.indexOwners.get('v_id')).toBe('v')
    const after = run('DROP INDEX v_id;', { from: before })
    expect(after.views.get('v')?.indexes).toEqual([])
    expect(after.indexOwners.has('v_id')).toBe(false)
  })

  it('share a name with the constraint that they carry', () => {
    const before = run('CREATE TABLE t (id int, CONSTRAINT "One" UNIQUE (id));')
    for (const sql of [
      'ALTER TABLE t RENAME CONSTRAINT "One" TO two; ALTER TABLE t DROP CONSTRAINT two;',
      'ALTER INDEX "One" RENAME TO two; ALTER TABLE t DROP CONSTRAINT two;',
    ]) {
      const after = findTable(run(sql, { from: before }), { name: 't' })
      expect(after?.constraints).toEqual([])
      expect(after?.indexes).toEqual([])
    }
  })
})

describe('a database schema', () => {
  const before = `CREATE SCHEMA app; CREATE TABLE app.shops (id int PRIMARY KEY); CREATE TABLE orders (shop int REFERENCES app.shops (id));
    CREATE TYPE app.mood AS ENUM ('ok'); CREATE SEQUENCE app.numbers; CREATE INDEX by_id ON app.shops (id);`

  it('is dropped with all that is in it, and what points at that', () => {
    const after = run('DROP SCHEMA app CASCADE;', { from: run(before) })
    expect([...after.tables].map(([key]) => key)).toEqual(['orders'])
    expect(foreignKeys(after, 'orders')).toEqual([])
    expect([after.types.size, after.sequences.size, after.schemas.size]).toEqual([0, 0, 0])
    expect(after.indexOwners.has('by_id')).toBe(false)
  })

  it('is renamed with all that is in it, and what points at that', () => {
    const after = run('ALTER SCHEMA app RENAME TO core;', { from: run(before) })
    expect(findTable(after, { schema: 'core', name: 'shops' })?.name).toEqual({ schema: 'core', name: 'shops' })
    expect(foreignKeys(after, 'orders')?.map(({ table }) => table)).toEqual([{ schema: 'core', name: 'shops' }])
    expect(after.types.has('core.mood') && after.sequences.has('core.numbers') && after.schemas.has('core')).toBe(true)
    expect(diff(run(before), run('ALTER SCHEMA core RENAME TO app;', { from: after }))).toEqual([])
  })
})
