import { expect, it } from 'vitest'
import dropIndex from '../../rules/locking/drop-index-not-concurrent.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

async function said(...files: readonly string[]): Promise<readonly string[]> {
  const named = Object.fromEntries(files.map((file, i) => [`migrations/${i + 1}_a.sql`, file]))
  const { outcome } = await check(optionsFor(named, { dialect: 'postgres' }, { rules: [dropIndex] }))
  return outcome.findings.map(({ message }) => message)
}

it('an index that is dropped is said to be that of its table, where a migration made it', async () => {
  const made = 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\nCREATE INDEX orders_user ON orders (user_id);'
  expect(await said(made, 'DROP INDEX orders_user;')).toEqual([expect.stringContaining('takes an exclusive lock on orders:')])
  expect(await said('DROP INDEX orders_user;')).toEqual([expect.stringContaining('takes an exclusive lock on its table:')])
})
