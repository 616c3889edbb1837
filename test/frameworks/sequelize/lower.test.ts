import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../../src/dialects/dialect.ts'
import { lower } from '../../../src/frameworks/sequelize/lower.ts'
import type { Column } from '../../../src/ir/column.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { emptySchema } from '../../../src/schema/edit.ts'
import { PersistentMap } from '../../../src/schema/persistent-map.ts'
import type { Schema } from '../../../src/schema/schema.ts'
import type { Table } from '../../../src/schema/table.ts'
import { all, loadText, operationsIn, upWith } from './loading.ts'

function column(dialect: Dialect, name: string, type: string, more: Partial<Column> = {}): Column {
  return { name, type: dialect.parseType(type), nullable: true, nullabilityWritten: false, default: undefined, constraints: [], ...more }
}

/** A table `t` (id AUTO_INCREMENT, b, pid → p) with an index on b and a foreign key, and `child` that points at `t`. */
function schemaOf(dialect: Dialect): Schema {
  const states = (columns: Column[]) =>
    PersistentMap.from(columns.map((one) => [one.name, { column: one, born: 0, filled: undefined, filledFrom: [] }]))
  const table = (name: string, columns: Column[], more: Partial<Table> = {}): Table => ({
    name: { name },
    columns: states(columns),
    indexes: [],
    constraints: [],
    born: 0,
    temporary: false,
    partitioned: false,
    partitionOf: undefined,
    options: {},
    complete: true,
    copyOf: [],
    hasRows: false,
    ...more,
  })
  const key = (name: string, own: string, to: string, target: string) => ({
    constraint: {
      kind: 'foreignKey' as const,
      name,
      columns: [own],
      notValid: false,
      references: { table: { name: to }, columns: [target] },
    },
    validated: true,
    born: 0,
  })
  const t = table(
    't',
    [
      column(dialect, 'id', 'int', { nullable: false, autoIncrement: true, comment: 'the key' }),
      column(dialect, 'b', 'varchar(20)', { nullable: false, default: dialect.parseExpression(`'x'`) }),
      column(dialect, 'pid', 'int'),
    ],
    {
      indexes: [
        {
          name: 't_b',
          keys: [{ column: 'b' }],
          unique: false,
          where: undefined,
          method: undefined,
          only: false,
          born: 0,
          constraint: undefined,
        },
      ],
      constraints: [key('t_pid_fk', 'pid', 'p', 'id')],
    },
  )
  const child = table('child', [column(dialect, 'tid', 'int')], { constraints: [key('child_t_fk', 'tid', 't', 'id')] })
  return { ...emptySchema(dialect), tables: PersistentMap.empty<Table>().set('t', t).set('child', child) }
}

function lowered(body: string, name: DialectName): readonly Operation[] {
  const dialect = all[name]
  const options = {
    dialect,
    version: dialect.latest,
    runner: {},
    history: {
      framework: 'sequelize' as const,
      directory: '',
      dialect: name,
      dialectBecause: '',
      detectedBecause: '',
      orderBecause: '',
      entries: [],
      skipped: {},
      settings: {},
    },
  }
  return operationsIn(loadText(upWith(body), dialect).up).flatMap((operation) =>
    operation.kind === 'unresolved' ? lower(operation, schemaOf(dialect), options) : [operation],
  )
}

describe('MySQL', () => {
  it('drops the foreign keys of a column before the column', () => {
    expect(lowered(`await queryInterface.removeColumn('t', 'pid')`, 'mysql')).toMatchObject([
      { kind: 'dropConstraint', name: 't_pid_fk', constraintKind: 'foreignKey', table: { name: 't' } },
      { kind: 'dropColumn', column: 'pid' },
    ])
  })

  it('drops the foreign keys of other tables that point at the column, too', () => {
    expect(lowered(`await queryInterface.removeColumn('t', 'id')`, 'mysql')).toMatchObject([
      { kind: 'dropConstraint', name: 'child_t_fk', table: { name: 'child' } },
      { kind: 'dropColumn', column: 'id' },
    ])
  })

  it('renames by stating the column anew: AUTO_INCREMENT and the comment are lost', () => {
    const [operation] = lowered(`await queryInterface.renameColumn('t', 'id', 'key')`, 'mysql')
    expect(operation).toMatchObject({ kind: 'modifyColumn', column: 'id', to: { name: 'key', nullable: false, type: { name: 'int' } } })
    expect(operation?.kind === 'modifyColumn' && [operation.to.autoIncrement, operation.to.comment]).toEqual([undefined, undefined])
  })

  it('keeps NOT NULL and DEFAULT when it renames', () => {
    expect(lowered(`await queryInterface.renameColumn('t', 'b', 'c')`, 'mysql')).toMatchObject([
      { kind: 'modifyColumn', to: { name: 'c', nullable: false, default: { literals: ['x'] } } },
    ])
  })

  it('renames a column that history does not know without more ado', () => {
    expect(lowered(`await queryInterface.renameColumn('unknown', 'b', 'c')`, 'mysql')).toMatchObject([{ kind: 'renameColumn', to: 'c' }])
  })

  it('removes a constraint as the foreign key or the index that it is', () => {
    expect(lowered(`await queryInterface.removeConstraint('t', 't_pid_fk')`, 'mysql')).toMatchObject([
      { kind: 'dropConstraint', constraintKind: 'foreignKey' },
    ])
    expect(lowered(`await queryInterface.removeConstraint('t', 't_b')`, 'mysql')).toMatchObject([
      { kind: 'dropIndex', name: { name: 't_b' } },
    ])
  })
})

describe('SQLite', () => {
  it('rebuilds the table to remove a column; its indexes fall', () => {
    expect(lowered(`await queryInterface.removeColumn('t', 'pid')`, 'sqlite')).toMatchObject([
      { kind: 'alterTable', action: 'REBUILD', table: { name: 't' } },
      { kind: 'dropIndex', name: { name: 't_b' } },
      { kind: 'dropColumn', column: 'pid' },
    ])
  })

  it('keeps what changeColumn does not say again', () => {
    expect(lowered(`await queryInterface.changeColumn('t', 'b', { type: Sequelize.TEXT })`, 'sqlite').at(-1)).toMatchObject({
      kind: 'modifyColumn',
      to: { type: { name: 'text' }, nullable: false, default: { literals: ['x'] } },
    })
    expect(lowered(`await queryInterface.changeColumn('t', 'b', { allowNull: true })`, 'sqlite').at(-1)).toMatchObject({
      kind: 'modifyColumn',
      to: { type: { name: 'varchar' }, nullable: true },
    })
  })

  it('clears NOT NULL where changeColumn gets a bare type', () => {
    expect(lowered(`await queryInterface.changeColumn('t', 'b', Sequelize.TEXT)`, 'sqlite').at(-1)).toMatchObject({
      kind: 'modifyColumn',
      to: { nullable: true },
    })
  })

  it('rebuilds the table for a constraint', () => {
    expect(lowered(`await queryInterface.removeConstraint('t', 't_pid_fk')`, 'sqlite').map((operation) => operation.kind)).toEqual([
      'alterTable',
      'dropIndex',
      'dropConstraint',
    ])
    expect(
      lowered(`await queryInterface.addConstraint('t', { fields: ['b'], type: 'unique', name: 'u' })`, 'sqlite').map((one) => one.kind),
    ).toEqual(['alterTable', 'dropIndex', 'addConstraint'])
  })
})

describe('PostgreSQL', () => {
  it('drops all tables that history knows, and where it knows none says that all fall', () => {
    expect(lowered(`await queryInterface.dropAllTables({ skip: ['child'] })`, 'postgres')).toMatchObject([
      { kind: 'dropTable', table: { name: 't' }, cascade: true, ifExists: true },
    ])
    expect(lowered(`await queryInterface.dropAllTables({ skip: ['t', 'child'] })`, 'postgres')).toMatchObject([
      { kind: 'dropTable', table: { name: 'every table of the schema public', dynamic: true } },
    ])
  })
  it('drops all schemas but public', () => {
    expect(lowered('await queryInterface.dropAllSchemas()', 'postgres').at(-1)).toMatchObject({
      kind: 'dropTable',
      table: { dynamic: true },
    })
  })
})
