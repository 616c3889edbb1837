import { expect, it } from 'vitest'
import irreversibleDown from '../../rules/rollback/irreversible-down.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

/** What is said to fail in a down, where `orders` has been made before; each was tried on MariaDB 10.11. */
async function failures(up: string, down: string): Promise<readonly string[]> {
  const files = {
    'migrations/1_a.up.sql': 'CREATE TABLE orders (id INT PRIMARY KEY, a INT, b INT, KEY (b));',
    'migrations/1_a.down.sql': 'DROP TABLE orders;',
    'migrations/2_b.up.sql': up,
    'migrations/2_b.down.sql': down,
  }
  const { outcome } = await check(optionsFor(files, { dialect: 'mariadb' }, { rules: [irreversibleDown] }))
  expect(outcome.errors).toEqual([])
  expect(outcome.opaque).toEqual([])
  return outcome.findings.map(({ message }) => message).filter((message) => message.startsWith('This step of down fails'))
}

const dropped = 'ALTER TABLE orders DROP COLUMN a;'
const keyless = ['This step of down fails: orders.a is AUTO_INCREMENT, and no key begins with it (error 1075).']

it.each([
  [dropped, 'ALTER TABLE orders ADD COLUMN a INT NOT NULL AUTO_INCREMENT;'],
  [dropped, 'ALTER TABLE orders ADD COLUMN a INT AUTO_INCREMENT, ADD KEY (b, a);'],
  ['ALTER TABLE orders MODIFY a BIGINT;', 'ALTER TABLE orders MODIFY a INT AUTO_INCREMENT;'],
])('a down that numbers a column which no key begins with fails: %s %s', async (up, down) => {
  expect(await failures(up, down)).toEqual(keyless)
})

it('so does one that numbers a second column', async () => {
  expect(await failures('ALTER TABLE orders MODIFY id INT AUTO_INCREMENT;', 'ALTER TABLE orders MODIFY b INT AUTO_INCREMENT;')).toEqual([
    'This step of down fails: orders.b is AUTO_INCREMENT, which id is already (error 1075).',
  ])
})

it.each([
  [dropped, 'ALTER TABLE orders ADD COLUMN a INT NOT NULL AUTO_INCREMENT, ADD KEY (a);'],
  [dropped, 'ALTER TABLE orders ADD COLUMN a INT AUTO_INCREMENT UNIQUE;'],
  [dropped, 'ALTER TABLE orders ADD COLUMN a SERIAL;'],
  [dropped, 'ALTER TABLE orders DROP PRIMARY KEY, ADD COLUMN a INT AUTO_INCREMENT PRIMARY KEY;'],
  ['ALTER TABLE orders MODIFY id BIGINT;', 'ALTER TABLE orders MODIFY id INT AUTO_INCREMENT;'],
  ['ALTER TABLE orders MODIFY b BIGINT;', 'ALTER TABLE orders CHANGE b c INT AUTO_INCREMENT;'],
  ['ALTER TABLE orders MODIFY id INT AUTO_INCREMENT;', 'ALTER TABLE orders MODIFY id INT, MODIFY b INT AUTO_INCREMENT;'],
])('one with a key does not: %s %s', async (up, down) => {
  expect(await failures(up, down)).toEqual([])
})
