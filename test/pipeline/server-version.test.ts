import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/dialects/dialect.ts'
import type { DialectName } from '../../src/ir/names.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

const one = { 'migrations/001_a.sql': 'CREATE TABLE a (id INTEGER);\n' }

async function assumed(
  dialect: DialectName | undefined,
  serverVersion: Version | undefined,
  files: Readonly<Record<string, string>> = one,
): Promise<readonly string[]> {
  const { outcome } = await check(
    optionsFor(files, { ...(dialect ? { dialect } : {}), ...(serverVersion ? { serverVersion } : {}), runner: { transaction: 'each' } }),
  )
  return outcome.summary.assumptions
}

describe('the summary says which version was judged when the facts do not reach the declared one', () => {
  it.each([
    ['postgres', undefined, 'postgres 18 (the latest known; set serverVersion to judge another)'],
    ['postgres', [9, 6], 'postgres 9.6 locks and copies as 12 does, the oldest version known'],
    ['postgres', [19], 'postgres 19 locks and copies as 18 does, the latest version known'],
    ['mysql', [5, 6], 'mysql 5.6 locks and copies as 5.7 does, the oldest version known'],
    ['mariadb', [10, 2], 'mariadb 10.2 locks and copies as 10.3 does, the oldest version known'],
    ['mariadb', [12], 'mariadb 12 locks and copies as 11.8 does, the latest version known'],
    ['sqlite', [3, 8], 'sqlite 3.8 locks and copies as 3.25 does, the oldest version known'],
  ] as const)('%s %s', async (dialect, version, sentence) => expect(await assumed(dialect, version)).toEqual([sentence]))

  it.each([
    ['postgres', [12]],
    ['postgres', [18, 4]],
    ['mysql', [5, 7, 44]],
    ['mysql', [8, 0, 36]],
    ['mariadb', [10, 11, 6]],
    ['sqlite', [3, 40]],
  ] as const)('%s %s is known', async (dialect, version) => expect(await assumed(dialect, version)).toEqual([]))
})

it('says what speaks for MariaDB where MySQL is as likely, unless the engine is given', async () => {
  const files = {
    'migrations/1.sql': 'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, b INT, c INT);',
    'migrations/2.sql': 'CREATE INDEX IF NOT EXISTS b ON a (b);',
    'migrations/3.sql': 'CREATE INDEX IF NOT EXISTS c ON a (c);',
  }
  expect(await assumed(undefined, [10, 11], files)).toEqual([
    'mariadb, since IF [NOT] EXISTS stands in 2 of 3 files where MySQL has none (--dialect says otherwise)',
  ])
  expect(await assumed('mysql', [8, 4], files)).toEqual([])
})
