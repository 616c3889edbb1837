import { expect, it } from 'vitest'
import rule from '../../rules/transactions/mixed-ddl-dml.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

async function said(sql: string): Promise<readonly string[]> {
  const { outcome } = await check(
    optionsFor({ 'migrations/1_a.sql': sql }, { dialect: 'postgres', runner: { transaction: 'each' } }, { rules: [rule] }),
  )
  return outcome.findings.map(({ message }) => message)
}

const waits = (held: string) => `is held: reads and writes on ${held} wait until the whole transaction is through.`

it('tells the new name of a locked table, and whom its lock makes wait under the old one', async () => {
  expect(await said("ALTER TABLE orders RENAME TO sales;\nUPDATE sales SET state = 'old' WHERE state IS NULL;")).toEqual([
    `Rows of sales are changed while the ACCESS EXCLUSIVE lock on orders (renamed to sales here) ${waits('orders')}`,
  ])
  expect(await said("ALTER TABLE orders ADD COLUMN state text;\nUPDATE orders SET state = 'old' WHERE state IS NULL;")).toEqual([
    `Rows of orders are changed while the ACCESS EXCLUSIVE lock on orders ${waits('orders')}`,
  ])
})
