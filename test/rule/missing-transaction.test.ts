import { describe, expect, it } from 'vitest'
import missingTransaction from '../../rules/transactions/missing-transaction.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

/** What is said of the migrations of a Prisma project that come after the first. */
async function found(prisma: string, ...sql: readonly string[]) {
  const files = {
    'package.json': JSON.stringify({ dependencies: { prisma } }),
    'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
    'prisma/migrations/1_a/migration.sql': 'CREATE TABLE users (id integer PRIMARY KEY, name text);',
    ...Object.fromEntries(sql.map((text, i) => [`prisma/migrations/${i + 2}_b/migration.sql`, text])),
  }
  const { outcome } = await check(optionsFor(files, {}, { rules: [missingTransaction] }))
  expect(outcome.errors).toEqual([])
  return outcome.findings
}

it('asks for no transaction around an index that should be built beside the running writes', async () => {
  const [indexed] = await found('7.8.0', 'ALTER TABLE users ADD COLUMN born date;\nCREATE INDEX users_born ON users (born);')
  expect(indexed!.help).toContain('Leave out the index on a table that is in use')
  const [made] = await found(
    '7.8.0',
    'CREATE TABLE pets (id integer PRIMARY KEY);\nALTER TABLE users ADD COLUMN pet integer REFERENCES pets (id);',
  )
  expect(made!.help).toBe('Write BEGIN before the steps and COMMIT after them.')
})

describe('where the runner of files that a tool writes opens no transaction', () => {
  const retyped = (column: string) =>
    `ALTER TABLE users ADD COLUMN ${column} integer;\nUPDATE users SET ${column} = 1 WHERE id = 1;\nALTER TABLE users DROP COLUMN name;`
  const another = 'CREATE TABLE pets (id integer PRIMARY KEY);\nALTER TABLE users ADD COLUMN pet integer REFERENCES pets (id);'

  it('it is said once, with the number of those that stop half-way', async () => {
    const all = await found('7.8.0', retyped('age'), another, `${retyped('height')}\nALTER TABLE users DROP COLUMN age;`)
    expect(all.map(({ message }) => message)).toEqual([
      'The runner opens no transaction around a migration, and 3 of the judged ones take something away or build steps on one another: when one of these fails, those before it stay.',
    ])
    expect(all[0]).toMatchObject({ file: 'prisma/migrations/2_b/migration.sql', line: 1 })
  })

  it('of one alone it is said what it does', async () => {
    expect(await found('7.8.0', another)).toMatchObject([{ message: expect.stringMatching(/^No transaction wraps the 2 steps/) }])
  })

  it('what opens its own is not counted', async () => {
    const wrapped = `BEGIN;\n${retyped('height')}\nCOMMIT;`
    expect(await found('7.8.0', retyped('age'), another, wrapped)).toMatchObject([
      { message: expect.stringContaining('and 2 of the judged') },
    ])
    expect(await found('7.8.0', wrapped)).toEqual([])
  })

  it('nothing is where the runner sends the file as one', async () => {
    expect(await found('7.3.0', retyped('age'), another)).toEqual([])
  })
})
