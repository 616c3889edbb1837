import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { typeorm } from '../../../src/frameworks/typeorm/index.ts'
import { memoryProject } from '../../../src/project/memory.ts'
import { ready } from './reading.ts'

beforeAll(ready)

const text = `import { MigrationInterface, QueryRunner, Table, TableColumn } from 'typeorm'
const NAMES = ['a', 'b']
export class Change1700000000001 implements MigrationInterface {
  transaction = false
  async up(queryRunner: QueryRunner) {
    if (!(await queryRunner.hasTable('t'))) await queryRunner.createTable(new Table({ name: 't', columns: [{ name: 'id', type: 'int', isPrimary: true }] }), true)
    for (const name of NAMES) await queryRunner.addColumn('t', new TableColumn({ name, type: 'varchar', length: '20', default: "'x'" }))
    const rows = await queryRunner.query(\`SELECT id FROM t WHERE a = '\${process.env.A}'\`)
    for (const row of rows) await queryRunner.manager.createQueryBuilder().update('t').set({ a: 1 }).where('id = :id', { id: row.id }).execute()
    await queryRunner.changeColumn('t', 'a', new TableColumn({ name: 'a', type: 'text' }))
  }
  async down(queryRunner: QueryRunner) {
    const table = await queryRunner.getTable('t')
    await queryRunner.dropForeignKey('t', table.foreignKeys.find((key) => key.columnNames.indexOf('a') !== -1))
  }
}
`

function survives(source: string): void {
  const project = memoryProject({ 'migrations/1.ts': source })
  const histories = typeorm.discover(project, { dialect: 'postgres' })
  const fallback = {
    framework: 'typeorm',
    directory: '',
    dialect: 'postgres',
    dialectBecause: '',
    detectedBecause: '',
    orderBecause: '',
    entries: [],
    skipped: {},
    settings: {},
  } as const
  const history = histories[0] ?? fallback
  for (const entry of [
    ...history.entries,
    { id: 'x', path: 'migrations/1.ts', exportName: 'Change1700000000001' },
    { id: 'y', path: 'gone.ts' },
  ]) {
    const migration = typeorm.load(entry, project, { dialect: postgres, version: postgres.latest, runner: {}, history })
    expect(migration.files.length).toBeGreaterThan(0)
  }
  typeorm.declared(project, history)
}

describe('any text', () => {
  it('is read without a throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (noise) =>
        survives(`class A1700000000001 { async up(queryRunner) { ${noise} } }`),
      ),
      { numRuns: 100 },
    )
  })

  it('made of a real migration by cutting and repeating is read without a throw', () => {
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(60), fc.nat(text.length), fc.nat(60), (at, cut, from, length) =>
        survives(text.slice(0, at) + text.slice(from, from + length) + text.slice(at + cut)),
      ),
      { numRuns: 150 },
    )
  })

  it('with quotes, comments and globs that never end is discovered in time that grows with it', () => {
    const started = performance.now()
    for (const noise of ['/*', "'", '`', '//', 'class ', 'type: "', 'migrations: [', '${', 'name = ']) {
      const file = `new DataSource({ ${noise.repeat(30_000)}`
      typeorm.discover(memoryProject({ 'data-source.ts': file, 'migrations/1.ts': `queryRunner up( ${noise.repeat(30_000)}` }), {})
    }
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})
