import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { diff } from '../../src/schema/diff.ts'
import { run } from './running.ts'

beforeAll(() => postgres.ready())

const base = `
  CREATE TABLE shops (id int PRIMARY KEY, code text NOT NULL DEFAULT 'x', city text, tax numeric(5,2) DEFAULT 0);
  CREATE TABLE orders (id int PRIMARY KEY, shop int, note text);
  CREATE TYPE mood AS ENUM ('ok', 'sad');
  CREATE VIEW open_orders AS SELECT id FROM orders;
`

/** A step and its inverse in PostgreSQL. */
const pairs: readonly (readonly [string, string])[] = [
  ['CREATE TABLE new (id int PRIMARY KEY, shop int REFERENCES shops)', 'DROP TABLE new'],
  ['ALTER TABLE orders ADD COLUMN memo text UNIQUE', 'ALTER TABLE orders DROP COLUMN memo'],
  ['ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (shop) REFERENCES shops (id)', 'ALTER TABLE orders DROP CONSTRAINT fk'],
  ['ALTER TABLE orders ADD CONSTRAINT one UNIQUE (note)', 'ALTER TABLE orders DROP CONSTRAINT one'],
  ["ALTER TABLE orders ADD CONSTRAINT tidy CHECK (note <> '')", 'ALTER TABLE orders DROP CONSTRAINT tidy'],
  ['CREATE INDEX by_shop ON orders (shop)', 'DROP INDEX by_shop'],
  ["ALTER TABLE orders ALTER note SET DEFAULT 'x'", 'ALTER TABLE orders ALTER note DROP DEFAULT'],
  ['ALTER TABLE shops ALTER tax DROP DEFAULT', 'ALTER TABLE shops ALTER tax SET DEFAULT 0'],
  ['ALTER TABLE shops ALTER city SET NOT NULL', 'ALTER TABLE shops ALTER city DROP NOT NULL'],
  ['ALTER TABLE shops ALTER code DROP NOT NULL', 'ALTER TABLE shops ALTER code SET NOT NULL'],
  ['ALTER TABLE shops RENAME TO stores', 'ALTER TABLE stores RENAME TO shops'],
  ['ALTER TABLE shops RENAME city TO town', 'ALTER TABLE shops RENAME town TO city'],
  ['ALTER TABLE shops ALTER tax TYPE numeric(9,2)', 'ALTER TABLE shops ALTER tax TYPE numeric(5,2)'],
  ['ALTER TYPE mood RENAME TO humour', 'ALTER TYPE humour RENAME TO mood'],
  ["ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'", "ALTER TYPE mood RENAME VALUE 'fine' TO 'ok'"],
  ['CREATE VIEW v AS SELECT id FROM shops', 'DROP VIEW v'],
  ["CREATE TYPE size AS ENUM ('s', 'm')", 'DROP TYPE size'],
  ['CREATE SEQUENCE numbers', 'DROP SEQUENCE numbers'],
  ['CREATE SCHEMA app', 'DROP SCHEMA app'],
  ['CREATE TRIGGER log AFTER INSERT ON orders EXECUTE FUNCTION f()', 'DROP TRIGGER log ON orders'],
]

it.each([
  ['timestamptz', 'timestamptz(6)', false],
  ['timestamptz', 'timestamptz(3)', true],
  ['time(6)', 'time', false],
  ['numeric(8)', 'numeric(8, 0)', false],
  ['numeric', 'numeric(8)', true],
  ['varchar(6)', 'varchar', true],
])('tells a %s from a %s: %s', (was, is, differs) => {
  const schema = (type: string) => run(`CREATE TABLE visits (at ${type});`)
  expect(diff(schema(was), schema(is)).length > 0).toBe(differs)
})

it('calls a CHECK without a name as its engine does', () => {
  const before = 'CREATE TABLE stock (id int, amount int);'
  const after = 'CREATE TABLE stock (id int, amount int, CHECK (amount > 0));'
  const added = (engine: 'postgres' | 'sqlite') => diff(run(before, { engine }), run(after, { engine }))
  expect(added('postgres')).toMatchObject([{ object: 'constraint', change: 'added', part: 'stock_amount_check' }])
  expect(added('sqlite')).toMatchObject([{ object: 'constraint', change: 'added', part: 'CHECK (amount > 0)' }])
})

describe('a step and its inverse', () => {
  it.each(pairs)('leaves no difference: %s', (up, down) => {
    const before = run(base)
    const between = run(up, { from: before, born: 1 })
    expect(diff(before, run(down, { from: between, born: 1 }))).toEqual([])
  })

  it.each(pairs.filter(([up]) => !up.includes('RENAME VALUE')))('is a difference without the inverse: %s', (up) => {
    const before = run(base)
    expect(diff(before, run(up, { from: before, born: 1 }))).not.toEqual([])
  })

  it.each(pairs.filter(([up]) => !up.includes('RENAME VALUE')))('is a difference the other way round too: %s', (up) => {
    const before = run(base)
    expect(diff(run(up, { from: before, born: 1 }), before)).not.toEqual([])
  })

  it('leaves no difference in any number, undone backwards', () => {
    const some = fc
      .uniqueArray(fc.integer({ min: 0, max: pairs.length - 1 }), { maxLength: 6 })
      .filter((chosen) => !chosen.includes(10) || chosen.at(-1) === 10)
    fc.assert(
      fc.property(some, (chosen) => {
        const before = run(base)
        const ups = chosen.map((at) => pairs[at]![0])
        const downs = [...chosen].reverse().map((at) => pairs[at]![1])
        expect(diff(before, run([...ups, ...downs].join(';'), { from: before, born: 1 }))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})

describe('a difference', () => {
  it('says what a column was and is', () => {
    const before = run(base)
    const after = run('ALTER TABLE shops ALTER tax TYPE int, ALTER code DROP NOT NULL, ALTER code DROP DEFAULT', { from: before })
    expect(diff(before, after).map(({ part, property, before: was, after: is }) => [part, property, was, is])).toEqual([
      ['code', 'nullability', 'NOT NULL', 'NULL'],
      ['code', 'default', "'x'", 'no default'],
      ['tax', 'type', 'numeric(5,2)', 'integer'],
    ])
  })

  it('says that an index of the same name is another one', () => {
    const before = run(`${base} CREATE INDEX by_shop ON orders (shop);`)
    const after = run('DROP INDEX by_shop; CREATE UNIQUE INDEX by_shop ON orders (shop, note);', { from: before })
    expect(diff(before, after)).toMatchObject([
      { change: 'changed', object: 'index', part: 'by_shop', property: 'definition', before: '(shop)', after: 'unique (shop, note)' },
    ])
  })

  it('is not certain where a side is not known whole', () => {
    const before = run(`${base} ALTER TABLE old ADD COLUMN a int;`)
    const after = run('ALTER TABLE old DROP COLUMN a;', { from: before })
    expect(diff(before, after)).toMatchObject([{ change: 'removed', object: 'column', part: 'a', certain: false }])
  })

  it('takes a table that is merely mentioned for an old one', () => {
    const before = run(base)
    expect(diff(before, run('UPDATE users SET a = 1; INSERT INTO users VALUES (1);', { from: before }))).toEqual([])
  })

  it('does not count temporary tables', () => {
    const before = run(base)
    expect(diff(before, run('CREATE TEMP TABLE t (id int);', { from: before }))).toEqual([])
  })
})
