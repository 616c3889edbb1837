import { beforeAll, describe, expect, it } from 'vitest'
import { typeorm } from '../../../src/frameworks/typeorm/index.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { apply } from '../../../src/schema/apply.ts'
import { emptySchema } from '../../../src/schema/edit.ts'
import { brief, optionsFor, read, ready } from './reading.ts'

beforeAll(ready)

const table = `await queryRunner.createTable(new Table({
  name: 't',
  columns: [
    { name: 'id', type: 'integer', isPrimary: true },
    { name: 'a', type: 'integer', default: 3 },
    { name: 'b', type: 'varchar', length: '20', isNullable: true, isUnique: true },
    { name: 'pid', type: 'integer', isNullable: true },
    { name: 'st', type: 'enum', enum: ['a', 'b'], default: "'a'" },
    { name: 'd', type: 'numeric', precision: 10, scale: 2, isNullable: true },
  ],
  foreignKeys: [{ name: 'fk1', columnNames: ['pid'], referencedTableName: 'p', referencedColumnNames: ['id'] }],
  indices: [{ name: 'ix_a', columnNames: ['a'] }],
}))`

/** What a call becomes on the table above; `known: false`: with no history. */
function lowered(body: string, on: DialectName = 'postgres', known = true): readonly Operation[] {
  const migration = read(
    `${known ? (on === 'postgres' ? table : table.replaceAll("'integer'", "'int'").replace("'numeric'", "'decimal'")) : ''}\n${body}`,
    { on },
  )
  const options = optionsFor(on, { 'migrations/1.ts': `export class A1700000000001 { async up(queryRunner) {} }` })
  let schema = emptySchema({ defaultSchema: options.dialect.defaultSchema, fold: (name, kind) => options.dialect.fold(name, kind) })
  const after: Operation[] = []
  for (const statement of migration.up.statements) {
    for (const operation of statement.operations) {
      const operations = operation.kind === 'unresolved' ? typeorm.lower(operation, schema, options) : [operation]
      after.push(...operations)
      for (const one of operations) schema = apply(schema, one, { born: 0, transaction: 'x' }).schema
    }
  }
  const own = after.findIndex((one) => one.kind === 'createIndex' && one.name === 'ix_a')
  const inline = after.findIndex((one) => one.kind === 'createTable')
  return known ? after.slice((own === -1 ? inline : own) + 1) : after
}
const briefs = (body: string, on?: DialectName, known?: boolean) => lowered(body, on, known).map(brief)
const change = (column: string, options: string) => `await queryRunner.changeColumn('t', '${column}', new TableColumn(${options}))`

describe('changeColumn on PostgreSQL', () => {
  it('drops and adds the column when the length differs', () => {
    expect(briefs(change('b', `{ name: 'b', type: 'character varying', length: '50', isNullable: true, isUnique: true }`))).toEqual([
      'dropColumn t b',
      'addColumn t b',
      'addConstraint t unique(b) UQ_02982fe25c4c887d3edbdf0e38d',
    ])
  })

  it('drops and adds the column when the type differs', () => {
    expect(briefs(change('a', `{ name: 'a', type: 'bigint', default: 3 }`))).toEqual(['dropColumn t a', 'addColumn t a'])
  })

  it('drops and adds the column for an alias of the very same type', () => {
    expect(briefs(change('b', `{ name: 'b', type: 'varchar', length: '20', isNullable: true, comment: 'hi' }`)).slice(0, 2)).toEqual([
      'dropColumn t b',
      'addColumn t b',
    ])
    expect(briefs(change('a', `{ name: 'a', type: 'int', default: 9 }`))).toEqual(['dropColumn t a', 'addColumn t a'])
  })

  it('drops and adds the column for an alias even when history tells nothing', () => {
    expect(briefs(change('b', `{ name: 'b', type: 'varchar', length: '50' }`), 'postgres', false)).toEqual([
      'dropColumn t b',
      'addColumn t b',
    ])
  })

  it('gives the column its type when nobody knows the one it has', () => {
    expect(briefs(change('b', `{ name: 'b', type: 'text', isNullable: true }`), 'postgres', false)).toEqual(['alterColumnType t b'])
    expect(briefs(change('b', `{ name: 'c', type: 'text', isNullable: false, default: "'x'" }`), 'postgres', false)).toEqual([
      'renameColumn t b c',
      'alterColumnType t c',
      'setNotNull t c',
      'setDefault t c',
    ])
    expect(briefs(change('b', `{ name: 'b', type: 'text' }`), 'mysql', false)).toEqual(['modifyColumn t b b'])
  })

  it('alters in place what it can', () => {
    expect(briefs(change('b', `{ name: 'b', type: 'character varying', length: '20', isUnique: true }`))).toEqual(['setNotNull t b'])
    expect(briefs(change('a', `{ name: 'a', type: 'integer', default: 9 }`))).toEqual(['setDefault t a'])
    expect(briefs(change('a', `{ name: 'a', type: 'integer' }`))).toEqual(['dropDefault t a'])
    expect(briefs(change('a', `{ name: 'a', type: 'integer', default: 3, isNullable: true }`))).toEqual(['dropNotNull t a'])
    expect(briefs(change('d', `{ name: 'd', type: 'numeric', precision: 12, scale: 2, isNullable: true }`))).toEqual([
      'alterColumnType t d',
    ])
    expect(briefs(change('a', `{ name: 'a2', type: 'integer', default: 3 }`))).toEqual(['renameColumn t a a2'])
    expect(briefs(change('b', `{ name: 'b', type: 'character varying', length: '20', isNullable: true }`))).toEqual([
      'dropConstraint t UQ_02982fe25c4c887d3edbdf0e38d',
    ])
  })

  it('adds enum labels at the end, and swaps the type for any other change', () => {
    expect(lowered(change('st', `{ name: 'st', type: 'enum', enum: ['a', 'b', 'c'], default: "'a'" }`))).toMatchObject([
      { kind: 'addEnumValue', type: { name: 't_st_enum' }, value: 'c' },
    ])
    expect(lowered(change('st', `{ name: 'st', type: 'enum', enum: ['a'], default: "'a'" }`)).map((one) => one.kind)).toEqual([
      'renameType',
      'createType',
      'dropDefault',
      'alterColumnType',
      'setDefault',
      'dropType',
    ])
  })

  it('compares with the column object that it is given', () => {
    const body = `await queryRunner.changeColumn('t', new TableColumn({ name: 'a', type: 'int', isNullable: true }), new TableColumn({ name: 'a', type: 'int' }))`
    expect(briefs(body, 'postgres', false)).toEqual(['setNotNull t a'])
  })
})

describe('changeColumn elsewhere', () => {
  it('drops and adds on MySQL when type or length differ, else states the column anew', () => {
    expect(briefs(change('b', `{ name: 'b', type: 'varchar', length: '50', isNullable: true, isUnique: true }`), 'mysql')).toEqual([
      'dropColumn t b',
      'addColumn t b',
      'createIndex t IDX_02982fe25c4c887d3edbdf0e38',
    ])
    expect(briefs(change('a', `{ name: 'a', type: 'bigint', default: 3 }`), 'mariadb')).toEqual(['dropColumn t a', 'addColumn t a'])
    expect(briefs(change('a', `{ name: 'a', type: 'int', default: 9 }`), 'mysql')).toEqual(['modifyColumn t a a'])
  })

  it('keeps the rows on SQLite', () => {
    expect(briefs(change('b', `{ name: 'b', type: 'varchar', length: '50', isUnique: true }`), 'sqlite')).toEqual([
      'alterColumnType t b',
      'setNotNull t b',
    ])
  })
})

describe('calls that look into the schema', () => {
  it('drop the type with the last enum column on PostgreSQL', () => {
    expect(briefs(`await queryRunner.dropColumn('t', 'st')`)).toEqual(['dropColumn t st', 'dropType t_st_enum'])
    expect(briefs(`await queryRunner.dropColumns('t', ['a', 'b'])`)).toEqual(['dropColumn t a', 'dropColumn t b'])
    expect(briefs(`await queryRunner.dropColumn('t', 'st')`, 'mysql')).toEqual(['dropColumn t st'])
  })

  it.each([
    "key.columnNames.indexOf('pid') !== -1",
    "key.columnNames.includes('pid')",
    "key.columnNames[0] === 'pid'",
    "key.referencedTableName === 'p'",
    "key.name === 'fk1'",
  ])('find a foreign key by %s', (predicate) => {
    const body = `const table = await queryRunner.getTable('t')
      const found = table!.foreignKeys.find((key) => ${predicate})
      if (found) await queryRunner.dropForeignKey('t', found)`
    expect(lowered(body)).toMatchObject([
      { kind: 'dropConstraint', name: 'fk1', context: { guards: [{ by: 'describe', requires: 'exists' }] } },
    ])
  })

  it('drop every foreign key that the schema has, in a loop or a list', () => {
    const each = `const table = await queryRunner.getTable('t')
      for (const key of table.foreignKeys) await queryRunner.dropForeignKey('t', key)`
    expect(lowered(each)).toMatchObject([{ kind: 'dropConstraint', name: 'fk1' }])
    const list = `const table = await queryRunner.getTable('t')
      await queryRunner.dropForeignKeys('t', table.foreignKeys.filter((key) => key.columnNames.includes('pid')))`
    expect(lowered(list)).toMatchObject([{ kind: 'dropConstraint', name: 'fk1' }])
    expect(lowered(each, 'postgres', false)).toMatchObject([{ kind: 'opaque' }])
  })

  it('change what was set on a clone of the column', () => {
    const body = `const table = await queryRunner.getTable('t')
      const old = table.findColumnByName('a')
      const changed = old.clone()
      changed.isNullable = true
      await queryRunner.changeColumn('t', old, changed)`
    expect(briefs(body)).toEqual(['dropNotNull t a'])
    expect(briefs(body.replace('isNullable = true', "type = 'bigint'"))).toEqual(['dropColumn t a', 'addColumn t a'])
    expect(briefs(body, 'postgres', false)).toEqual(['dropNotNull t a'])
    expect(lowered(body.replace('isNullable = true', "length = '9'"), 'postgres', false)).toMatchObject([
      { kind: 'opaque', tables: [{ name: 't' }] },
    ])
  })

  it('change what was set on a clone of a column that the migration added', () => {
    const body = `const fresh = new TableColumn({ name: 'n', type: 'text', isNullable: true })
      await queryRunner.addColumn('t', fresh)
      const changed = fresh.clone()
      changed.isNullable = false
      await queryRunner.changeColumn('t', fresh, changed)`
    expect(briefs(body)).toEqual(['addColumn t n', 'setNotNull t n'])
  })

  it('find an index by its column', () => {
    const body = `const table = await queryRunner.getTable('t')
      await queryRunner.dropIndex('t', table.indices.find((index) => index.columnNames.includes('a')))`
    expect(lowered(body)).toMatchObject([{ kind: 'dropIndex', name: { name: 'ix_a' } }])
  })

  it('do not find the index that MySQL has made for a foreign key', () => {
    const body = `await queryRunner.query('CREATE TABLE u (id int PRIMARY KEY, p int, CONSTRAINT fk_p FOREIGN KEY (p) REFERENCES t (id))')
      const table = await queryRunner.getTable('u')
      await queryRunner.dropIndices('u', table.indices)`
    expect(lowered(body, 'mysql').map(({ kind }) => kind)).toEqual(['createTable'])
    const later = body.replace('const table', "await queryRunner.query('ALTER TABLE u DROP FOREIGN KEY fk_p')\n      const table")
    expect(lowered(later, 'mysql').at(-1)).toMatchObject({ kind: 'dropIndex', name: { name: 'fk_p' } })
  })

  it('make the primary key anew when a column joins it', () => {
    expect(briefs(`await queryRunner.addColumn('t', new TableColumn({ name: 'k', type: 'int', isPrimary: true }))`)).toEqual([
      'addColumn t k',
      expect.stringMatching(/^dropConstraint t PK_/),
      expect.stringMatching(/^addConstraint t primaryKey\(id,k\) PK_/),
    ])
  })

  it('clear a database table by table', () => {
    expect(briefs('await queryRunner.clearDatabase()')).toEqual(['dropTable t'])
    expect(briefs('await queryRunner.clearDatabase()', 'postgres', false)).toEqual(['dropTable every table of the database'])
  })
})
