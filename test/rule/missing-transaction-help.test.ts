import { expect, it } from 'vitest'
import missingTransaction from '../../rules/transactions/missing-transaction.ts'
import { check } from '../../src/pipeline/check.ts'
import { memoryProject } from '../../src/project/memory.ts'

async function helpFor(second: string) {
  const { outcome } = await check({
    project: memoryProject(
      {
        'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
        'prisma/migrations/1_a/migration.sql': 'CREATE TABLE users (id integer PRIMARY KEY);',
        'prisma/migrations/2_b/migration.sql': second,
      },
      { prisma: '7.8.0' },
    ),
    projects: [{ runner: {}, boundByRunner: false }],
    rules: [{ rule: missingTransaction, severity: undefined, options: {} }],
    allRules: [missingTransaction],
    profile: 'safety',
    down: 'rollback',
    together: false,
    version: 'test',
  })
  expect(outcome.errors).toEqual([])
  return outcome.findings.map(({ help }) => help)
}

it('asks for no transaction around an index that should be built beside the running writes', async () => {
  const [indexed] = await helpFor('ALTER TABLE users ADD COLUMN born date;\nCREATE INDEX users_born ON users (born);')
  expect(indexed).toContain('Leave out the index on a table that is in use')
  const [made] = await helpFor(
    'CREATE TABLE pets (id integer PRIMARY KEY);\nALTER TABLE users ADD COLUMN pet integer REFERENCES pets (id);',
  )
  expect(made).toBe('Write BEGIN before the steps and COMMIT after them.')
})
