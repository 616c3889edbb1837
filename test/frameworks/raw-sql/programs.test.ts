import { expect, it } from 'vitest'
import historyConflict from '../../../rules/data-dependent/history-conflict.ts'
import { check } from '../../../src/pipeline/check.ts'
import { optionsFor } from '../../options.ts'

const up = (sql: string) => `-- +goose Up\n${sql}\n-- +goose Down\nSELECT 1;\n`

async function judged(files: Readonly<Record<string, string>>) {
  const { outcome } = await check(optionsFor(files, {}, { rules: [historyConflict] }))
  expect(outcome.errors).toEqual([])
  return outcome
}

function besideGoose(files: Readonly<Record<string, string>>) {
  return judged({
    'db/1_a.sql': up('CREATE TABLE songs (id INTEGER PRIMARY KEY AUTOINCREMENT);'),
    'db/10_c.sql': up('UPDATE songs SET stars = 0 WHERE id = 7;'),
    ...files,
  })
}

it('a migration in Go among those of goose may have done anything, in its turn', async () => {
  const outcome = await besideGoose({ 'db/2_b.go': 'package db', 'db/2_b_test.go': 'package db', 'db/helpers.go': 'package db' })
  expect(outcome.findings).toEqual([])
  expect(outcome.opaque).toMatchObject([{ file: 'db/2_b.go', because: 'unsupported', detail: 'a migration in Go is not read' }])
  expect(outcome.summary.migrations).toBe(3)
  expect(outcome.summary.assumptions.join()).not.toContain('read')
})

it('one that runs later changes nothing of what is found before it', async () => {
  const { findings } = await besideGoose({ 'db/11_d.go': 'package db' })
  expect(findings).toMatchObject([{ rule: 'history-conflict', file: 'db/10_c.sql' }])
})

it('files of Go beside SQL that goose does not run are none', async () => {
  const outcome = await judged({
    'db/1_a.sql': 'CREATE TABLE songs (id INTEGER PRIMARY KEY AUTOINCREMENT);',
    'db/10_c.sql': 'SELECT 1;',
    'db/2_b.go': 'package db',
  })
  expect(outcome.opaque).toEqual([])
})

it('a class among the files of Flyway as well, by its version', async () => {
  const outcome = await judged({
    'src/main/resources/db/migration/V1__a.sql': 'CREATE TABLE songs (id bigint PRIMARY KEY, tags jsonb);',
    'src/main/resources/db/migration/V1_10__c.sql': 'UPDATE songs SET stars = 0 WHERE id = 7;',
    'src/main/kotlin/db/migration/V1_2__B.kt': 'class V1_2__B : BaseJavaMigration()',
  })
  expect(outcome.findings).toEqual([])
  expect(outcome.opaque).toMatchObject([{ file: 'src/main/kotlin/db/migration/V1_2__B.kt', detail: 'a migration in Kotlin is not read' }])
})
