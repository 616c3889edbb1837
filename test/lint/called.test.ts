import { beforeAll, describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import { check, loadEverything } from '../../src/pipeline/check.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { settingsFor } from '../run-example.ts'

beforeAll(loadEverything)

/** The findings about one TypeORM migration whose `up` sends these texts one by one: rule, line, and where the body stands. */
async function found(...texts: readonly string[]): Promise<readonly string[]> {
  const lines = texts.map((text) => `    await queryRunner.query(\`${text}\`)\n`).join('')
  const file = `import { MigrationInterface, QueryRunner } from 'typeorm'
export class A1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner) {
${lines}  }
  async down() { throw new Error('forward only') }
}
`
  const { outcome } = await check({
    project: memoryProject({ 'migrations/1700000000001-A.ts': file }),
    projects: [{ dialect: 'postgres', framework: 'typeorm', runner: {}, boundByRunner: true }],
    rules: settingsFor(rules, 'safety'),
    allRules: rules,
    profile: 'safety',
    down: 'rollback',
    together: false,
    version: 'test',
  })
  return outcome.findings.map(({ rule, line, related }) =>
    [rule, line, ...(related ?? []).map((one) => `${one.message}:${one.line}`)].join(' '),
  )
}

const made = (body: string) => `CREATE FUNCTION fill() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${body} END $$`

describe('a routine that another query of the migration has created', () => {
  it('is followed where it is called', async () => {
    expect(await found(made("UPDATE users SET city = 'x';"), 'SELECT fill()', 'DROP FUNCTION fill()')).toEqual([
      'unbatched-update 5 in the body of fill, which is called here:4',
    ])
  })

  it('is not where it is only made, is gone, or has several forms', async () => {
    const fill = made("UPDATE users SET city = 'x';")
    expect(await found(fill)).toEqual([])
    expect(await found(fill, 'DROP FUNCTION fill()', 'SELECT fill()')).toEqual([])
    expect(await found(fill, fill.replace('fill()', 'fill(a int)'), 'SELECT fill()')).toEqual([])
  })

  it('leaves what is not known of its body unsaid', async () => {
    expect(await found(made('EXECUTE (SELECT text FROM todo);'), 'SELECT fill()')).toEqual([])
  })
})
