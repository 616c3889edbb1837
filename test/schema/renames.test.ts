import { beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { apply } from '../../src/schema/apply.ts'
import { diff } from '../../src/schema/diff.ts'
import { emptySchema } from '../../src/schema/edit.ts'
import { findColumn, findTable, findView, type Schema } from '../../src/schema/schema.ts'
import { operations } from '../dialects/postgres/reading.ts'

beforeAll(() => postgres.ready())

function run(sql: string, from: Schema = emptySchema(postgres)): Schema {
  return operations(sql).reduce((schema, operation) => apply(schema, operation, { born: 0, transaction: 't' }).schema, from)
}

const base = `CREATE TYPE mood AS ENUM ('ok', 'sad');
  CREATE TABLE shops (id int CONSTRAINT shops_id_nn NOT NULL, code text UNIQUE, mood mood DEFAULT 'ok');`

describe('what a rename takes along', () => {
  it('shows a new name of a type wherever it is used', () => {
    expect(findColumn(run(`${base} ALTER TYPE mood RENAME TO humour;`), { name: 'shops' }, 'mood')?.column.type?.name).toBe('humour')
  })

  it('is undone when an enum is swapped by way of a new type', () => {
    const before = run(base)
    const swap = `CREATE TYPE mood_new AS ENUM ('ok', 'sad');
      ALTER TABLE shops ALTER COLUMN mood DROP DEFAULT, ALTER COLUMN mood TYPE mood_new USING mood::text::mood_new, ALTER COLUMN mood SET DEFAULT 'ok';
      DROP TYPE mood; ALTER TYPE mood_new RENAME TO mood;`
    expect(diff(before, run(swap, before))).toEqual([])
  })

  it('changes a default with the label that it names', () => {
    const after = run(`${base} ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';`)
    expect(findColumn(after, { name: 'shops' }, 'mood')?.column.default).toMatchObject({ sql: "'fine'", literals: ['fine'] })
  })

  it('renames a constraint with its index, so that it can be dropped by the new name', () => {
    const after = run(`${base} ALTER INDEX shops_code_key RENAME TO code_once; ALTER TABLE shops DROP CONSTRAINT code_once;`)
    const table = findTable(after, { name: 'shops' })!
    expect(table.constraints.map(({ constraint }) => constraint.kind)).toEqual(['notNull'])
    expect(table.indexes).toEqual([])
  })

  it('renames an index with its constraint, so that it goes with it', () => {
    const after = run(`${base} ALTER TABLE shops RENAME CONSTRAINT shops_code_key TO once; ALTER TABLE shops DROP CONSTRAINT once;`)
    expect(findTable(after, { name: 'shops' })!.indexes).toEqual([])
  })
})

describe('a view', () => {
  const orders = 'CREATE TABLE orders (id int, total int); CREATE VIEW totals AS SELECT total FROM orders;'
  const view = (sql: string) => findView(run(`${orders} ${sql}`), { name: 'totals' })

  it('reads its table and column under their new names', () => {
    const after = view('ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases RENAME COLUMN total TO amount;')
    expect(after).toMatchObject({ uses: [{ name: 'purchases' }], columns: ['amount'] })
  })

  it('has another name when it is renamed, and what reads it goes on reading it', () => {
    const after = run(
      `${orders} CREATE VIEW most AS SELECT total FROM totals; ALTER VIEW totals RENAME TO sums; ALTER VIEW sums SET SCHEMA archive;`,
    )
    expect(findView(after, { name: 'totals' })).toBeUndefined()
    expect(findView(after, { schema: 'archive', name: 'sums' })).toMatchObject({ uses: [{ name: 'orders' }] })
    expect(findView(after, { name: 'most' })).toMatchObject({ uses: [{ schema: 'archive', name: 'sums' }] })
    expect(findTable(after, { schema: 'archive', name: 'sums' })).toBeUndefined()
  })

  it('takes its indexes along when it is a materialized one', () => {
    const made = `${orders} CREATE MATERIALIZED VIEW sums AS SELECT total FROM orders; CREATE INDEX sums_total ON sums (total);`
    const after = run(`${made} ALTER MATERIALIZED VIEW sums RENAME TO old_sums; DROP INDEX sums_total;`)
    expect(findView(after, { name: 'old_sums' })).toMatchObject({ indexes: [] })
  })

  it('falls with a column that is dropped with CASCADE, where it reads it', () => {
    expect(view('ALTER TABLE orders DROP COLUMN total CASCADE;')).toBeUndefined()
    expect(view('ALTER TABLE orders DROP COLUMN id CASCADE;')).toBeDefined()
  })
})

describe('a difference', () => {
  it('is not the name under which a column is NOT NULL', () => {
    const before = run('CREATE TABLE shops (id int CONSTRAINT a NOT NULL);')
    expect(diff(before, run('CREATE TABLE shops (id int CONSTRAINT b NOT NULL);'))).toEqual([])
  })
})

describe('what falls with something else', () => {
  it('is an index whose expression or predicate names the dropped column', () => {
    const after = run(`CREATE TABLE a (x int, y int, z int); CREATE INDEX i ON a (lower(x::text)); CREATE INDEX j ON a (y) WHERE x > 0;
      CREATE INDEX k ON a (y); ALTER TABLE a DROP COLUMN x;`)
    expect(findTable(after, { name: 'a' })!.indexes.map(({ name }) => name)).toEqual(['k'])
  })

  it('is a view of a view that is dropped with CASCADE', () => {
    const views =
      'CREATE TABLE a (x int); CREATE VIEW b AS SELECT x FROM a; CREATE VIEW c AS SELECT x FROM b; CREATE VIEW d AS SELECT 1 AS one;'
    expect([...run(`${views} DROP VIEW b CASCADE;`).views].map(([key]) => key)).toEqual(['d'])
    expect([...run(`${views} DROP TABLE a CASCADE;`).views].map(([key]) => key)).toEqual(['d'])
  })
})

describe('a default', () => {
  it.each([
    ["'x'", "'x'::public.mood"],
    ["'{}'", 'ARRAY[]::mood[]'],
  ])('%s is the same as %s', (one, other) => {
    expect(diff(run(`CREATE TABLE a (m text DEFAULT ${one});`), run(`CREATE TABLE a (m text DEFAULT ${other});`))).toEqual([])
  })
})

describe('the column of an expression', () => {
  it('is followed when it is renamed', () => {
    const after =
      run(`CREATE TABLE a (x int); CREATE INDEX i ON a (abs(x)); ALTER TABLE a RENAME COLUMN x TO y; ALTER TABLE a ADD COLUMN x int;
      ALTER TABLE a DROP COLUMN x;`)
    expect(findTable(after, { name: 'a' })!.indexes.map(({ name }) => name)).toEqual(['i'])
  })
})

describe('a CHECK without a name', () => {
  it('is found under the name that the server gives it', () => {
    const after = run(
      'CREATE TABLE a (x int, y int, CHECK (x < y), CHECK (x > 0)); ALTER TABLE a DROP CONSTRAINT a_check, DROP CONSTRAINT a_x_check;',
    )
    expect(findTable(after, { name: 'a' })!.constraints).toEqual([])
  })
})
