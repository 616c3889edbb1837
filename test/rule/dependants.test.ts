import { beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { dependantsOf } from '../../src/rule/define.ts'
import type { DependedOn } from '../../src/rule/dependants.ts'
import { momentsOf } from '../lint/walking.ts'

const history = `
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE SEQUENCE numbers;
  CREATE FUNCTION app.score(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
  CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE, mood mood, age integer NOT NULL);
  CREATE TABLE orders (
    id bigint PRIMARY KEY,
    number bigint DEFAULT nextval('numbers'),
    user_id bigint CONSTRAINT orders_user REFERENCES users,
    contact text CONSTRAINT orders_contact REFERENCES users (email),
    total integer CONSTRAINT total_positive CHECK (total > 0),
    tax integer GENERATED ALWAYS AS (total / 5) STORED,
    parent bigint REFERENCES orders (id)
  );
  CREATE INDEX orders_total ON orders (total);
  CREATE INDEX orders_open ON orders (id) WHERE total IS NOT NULL;
  CREATE INDEX orders_score ON orders (app.score(total));
  CREATE VIEW open_orders AS SELECT id, total FROM orders;
  CREATE VIEW report AS SELECT count(*) FROM open_orders;
  CREATE VIEW people AS SELECT id FROM users;
`

const found = (what: DependedOn) =>
  dependantsOf(what, momentsOf(history).at(-1)!.after).map(
    ({ kind, name, table, certain }) => `${kind} ${table ? `${table.name}.` : ''}${name}${certain ? '' : '?'}`,
  )

describe('what stands on (nearest first, each once)', () => {
  beforeAll(() => postgres.ready())

  it.each<[string, DependedOn, readonly string[]]>([
    ['a table', { table: { name: 'orders' } }, ['view open_orders', 'view report']],
    [
      'a table that others refer to',
      { table: { name: 'users' } },
      ['foreignKey orders.orders_user', 'foreignKey orders.orders_contact', 'view people'],
    ],
    [
      'a column',
      { table: { name: 'orders' }, column: 'total' },
      [
        'generated orders.tax',
        'index orders.orders_total',
        'index orders.orders_open',
        'index orders.orders_score',
        'constraint orders.total_positive',
        'view open_orders',
        'view report?',
      ],
    ],
    [
      'a key that a foreign key means without naming it',
      { table: { name: 'users' }, column: 'id' },
      ['constraint users.users_pkey', 'foreignKey orders.orders_user', 'view people'],
    ],
    [
      'a column that a foreign key names',
      { table: { name: 'users' }, column: 'email' },
      ['constraint users.users_email_key', 'foreignKey orders.orders_contact'],
    ],
    ['a function', { function: { schema: 'app', name: 'score' } }, ['index orders.orders_score']],
    ['a sequence', { sequence: { name: 'numbers' } }, ['default orders.number']],
    ['a type', { type: { name: 'mood' } }, ['column users.mood']],
    ['what nothing uses', { table: { schema: 'app', name: 'orders' } }, []],
    ['a column that no view reads', { table: { name: 'users' }, column: 'age' }, []],
  ])('%s', (_, what, expected) => expect(found(what)).toEqual(expected))
})
