import { expect, it } from 'vitest'
import rule from '../../rules/framework/migration-name.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

async function said(...files: readonly string[]): Promise<readonly string[]> {
  const { outcome } = await check(
    optionsFor(
      Object.fromEntries(files.map((file, i) => [file, `CREATE TABLE t${i} (id bigint PRIMARY KEY);`])),
      { dialect: 'postgres', boundByRunner: false },
      { rules: [rule], profile: 'strict' },
    ),
  )
  return outcome.findings.map(({ file }) => file)
}

it('takes versions of Flyway for the same, however they are written', async () => {
  expect(await said('db/migration/V1__a.sql', 'db/migration/V2__b.sql', 'db/migration/V2__c.sql')).toEqual(['db/migration/V2__c.sql'])
  expect(await said('db/migration/V01_2__a.sql', 'db/migration/V1.2__b.sql')).toHaveLength(1)
  expect(await said('db/migration/V1__a.sql', 'db/migration/V1.1__b.sql', 'db/migration/V1_2__c.sql', 'db/migration/R__v.sql')).toEqual([])
})

it('reads a number of one digit where golang-migrate does', async () => {
  expect(await said('migrations/1_a.up.sql', 'migrations/2_b.up.sql', 'migrations/2_c.up.sql')).toEqual(['migrations/2_c.up.sql'])
  expect(await said('migrations/1_a.up.sql', 'migrations/1_a.down.sql', 'migrations/2_b.up.sql')).toEqual([])
})
