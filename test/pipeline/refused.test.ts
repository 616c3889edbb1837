import { describe, expect, it } from 'vitest'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

const dataSource = (mode: string) =>
  `import { DataSource } from 'typeorm'\nexport default new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts'], migrationsTransactionMode: '${mode}' })\n`
const migration = `import { MigrationInterface, QueryRunner } from 'typeorm'
export class A1700000000001 implements MigrationInterface {
  transaction = false as const
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "t" DROP COLUMN "b"')
  }
  async down(): Promise<void> {
    throw new Error('no way back')
  }
}
`

async function outcomeOf(mode: string) {
  const { outcome } = await check(optionsFor({ 'src/data-source.ts': dataSource(mode), 'src/migrations/1700000000001-a.ts': migration }))
  return outcome
}

describe('a run that TypeORM refuses as a whole', () => {
  it('is an error at the line that causes it, and the migration is judged all the same', async () => {
    const { errors, findings } = await outcomeOf('all')
    expect(errors).toMatchObject([{ file: 'src/migrations/1700000000001-a.ts', line: 3 }])
    expect(errors[0]!.message).toContain('ForbiddenTransactionModeOverrideError')
    expect(findings.map(({ rule }) => rule)).toEqual(['drop-before-contract'])
  })

  it.each(['each', 'none'])('is none in mode %s', async (mode) => {
    const { errors, findings } = await outcomeOf(mode)
    expect(errors).toEqual([])
    expect(findings.map(({ rule }) => rule)).toEqual(['drop-before-contract'])
  })
})
