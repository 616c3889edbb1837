import { expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import { effectOf } from '../../src/rule/effect.ts'
import { runExample, settingsFor } from '../run-example.ts'

it('names everybody who waits', () => {
  expect(effectOf({ blocks: 'nothing' }, { name: 'orders' })).toBe('nothing waits')
  expect(effectOf({ blocks: 'writes' }, { schema: 'shop', name: 'orders' })).toBe('writes of shop.orders wait')
  expect(effectOf({ blocks: 'reads-and-writes' }, { name: 'orders' }, [{ name: 'users' }])).toBe(
    'reads and writes of orders and users wait',
  )
})

it('tells that the other side of a foreign key waits for a change of type', async () => {
  const { findings } = await runExample(
    {
      on: 'postgres',
      history: ['CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));'],
      sql: 'ALTER TABLE users ALTER COLUMN id TYPE bigint;',
    },
    settingsFor(rules, 'safety'),
    rules,
    'safety',
  )
  const told = findings.filter(({ rule }) => rule === 'type-change-rewrite').map(({ message }) => message)
  expect(told).toEqual([expect.stringContaining('reads and writes of users and orders wait meanwhile')])
})
