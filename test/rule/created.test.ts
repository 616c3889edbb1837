import { beforeAll, expect, it } from 'vitest'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { createdColumns } from '../../src/rule/define.ts'
import { momentsOf } from '../lint/walking.ts'

beforeAll(() => postgres.ready())

it.each([
  ['CREATE TABLE a (id int, note text);', ['a.id', 'a.note']],
  ['ALTER TABLE app.a ADD COLUMN note text;', ['a.note']],
  ['CREATE TEMP TABLE a (id int);', []],
  ['CREATE TABLE a PARTITION OF b DEFAULT;', []],
  ['CREATE TABLE a AS SELECT * FROM b;', []],
  ['CREATE TABLE a (LIKE b);', []],
  ['ALTER TABLE a ALTER COLUMN note TYPE text;', []],
])('%s makes %j', (sql, expected) => {
  const made = momentsOf(sql).flatMap(({ operation }) => createdColumns(operation))
  expect(made.map(({ table, column }) => `${table.name}.${column.name}`)).toEqual(expected)
})
