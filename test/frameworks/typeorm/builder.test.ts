import { beforeAll, describe, expect, it } from 'vitest'
import type { Column } from '../../../src/ir/column.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import { briefly, operations, ready } from './reading.ts'

beforeAll(ready)

function added(options: string, on: DialectName): Column {
  const operation = operations(`await queryRunner.addColumn('t', new TableColumn(${options}))`, { on }).find(
    (one) => one.kind === 'addColumn',
  )
  if (operation?.kind !== 'addColumn') throw new Error('no column was added')
  return operation.column
}

describe('objects that are filled after they were made', () => {
  it('have the fields that were assigned', () => {
    const body = `const table = new Table(); table.name = 'late'; table.columns = [new TableColumn({ name: 'id', type: 'int' })]
      await queryRunner.createTable(table)
      const column = new TableColumn({ name: 'x', type: 'int', isNullable: true }); column.isNullable = false
      await queryRunner.addColumn('late', column)`
    expect(operations(body)).toMatchObject([
      { kind: 'createTable', table: { name: 'late' }, columns: [{ name: 'id' }] },
      { kind: 'addColumn', column: { name: 'x', nullable: false } },
    ])
  })
})

describe("columns as TypeORM's query runners emit them", () => {
  it('are NOT NULL unless isNullable is true', () => {
    expect(added(`{ name: 'n', type: 'integer' }`, 'postgres')).toMatchObject({
      nullable: false,
      nullabilityWritten: false,
      default: undefined,
    })
    expect(added(`{ name: 'n', type: 'integer', isNullable: true }`, 'postgres')).toMatchObject({
      nullable: true,
      nullabilityWritten: true,
    })
    expect(added(`{ name: 'n', type: 'int', isNullable: false }`, 'mysql')).toMatchObject({ nullable: false, nullabilityWritten: true })
  })

  it('take default as SQL text', () => {
    expect(added(`{ name: 'n', type: 'integer', default: 5 }`, 'postgres').default).toMatchObject({ sql: '5', constant: true })
    expect(added(`{ name: 'n', type: 'varchar', default: "'x'" }`, 'postgres').default).toMatchObject({ sql: "'x'", literals: ['x'] })
    expect(added(`{ name: 'n', type: 'timestamptz', default: 'now()' }`, 'postgres').default?.functions).toEqual(['now'])
    expect(added(`{ name: 'n', type: 'datetime', default: 'CURRENT_TIMESTAMP' }`, 'mysql').default?.functions).toEqual([
      'current_timestamp',
    ])
    expect(added(`{ name: 'n', type: 'boolean', default: false }`, 'postgres').default?.sql).toBe('false')
    expect(added(`{ name: 'n', type: 'integer', default: null }`, 'postgres').default).toBeUndefined()
  })

  it('say that a default is there whose text is not known', () => {
    expect(added(`{ name: 'n', type: 'integer', default: process.env.START }`, 'postgres').default).toMatchObject({
      constant: false,
      isNull: false,
    })
  })

  it('get uuid_generate_v4() from PostgreSQL and nothing from MySQL for generated uuids', () => {
    const options = `{ name: 'n', type: 'uuid', isGenerated: true, generationStrategy: 'uuid' }`
    expect(added(options, 'postgres').default?.functions).toEqual(['uuid_generate_v4'])
    expect(added(options.replace("'uuid', isG", "'varchar', isG"), 'mysql')).toMatchObject({ default: undefined, clientDefault: 'uuid' })
  })

  it('are serial on PostgreSQL and AUTO_INCREMENT on MySQL when they increment', () => {
    const options = `{ name: 'n', type: 'int', isGenerated: true, generationStrategy: 'increment' }`
    expect(added(options, 'postgres')).toMatchObject({ serial: true, nullable: false })
    expect(added(options, 'mysql')).toMatchObject({ autoIncrement: true })
    expect(added(`{ name: 'n', type: 'integer', isGenerated: true, generationStrategy: 'identity' }`, 'postgres').identity).toBe(
      'by default',
    )
  })

  it('have the type with length, precision, array and unsigned', () => {
    expect(added(`{ name: 'n', type: 'varchar', length: '20' }`, 'postgres').type).toMatchObject({ name: 'varchar', args: ['20'] })
    expect(added(`{ name: 'n', type: 'varchar' }`, 'mysql').type).toMatchObject({ name: 'varchar', args: ['255'] })
    expect(added(`{ name: 'n', type: 'numeric', precision: 10, scale: 2 }`, 'postgres').type).toMatchObject({
      name: 'numeric',
      args: ['10', '2'],
    })
    expect(added(`{ name: 'n', type: 'int', isArray: true }`, 'postgres').type).toMatchObject({ name: 'integer', array: true })
    expect(added(`{ name: 'n', type: 'int', unsigned: true }`, 'mysql').type).toMatchObject({ unsigned: true })
    expect(added(`{ name: 'n', type: 'timestamp with time zone', precision: 3 }`, 'postgres').type?.name).toBe('timestamptz')
  })

  it('state generated expressions, comments and ON UPDATE', () => {
    expect(
      added(`{ name: 'n', type: 'int', asExpression: 'a + 1', generatedType: 'STORED', isNullable: true }`, 'postgres').generated?.stored,
    ).toBe(true)
    expect(added(`{ name: 'n', type: 'int', asExpression: 'a + 1', isNullable: true }`, 'mysql').generated?.stored).toBe(false)
    expect(added(`{ name: 'n', type: 'datetime', onUpdate: 'CURRENT_TIMESTAMP' }`, 'mysql').onUpdate).toBe('CURRENT_TIMESTAMP')
    expect(briefly(`await queryRunner.addColumn('t', new TableColumn({ name: 'n', type: 'int', comment: 'hi' }))`)).toEqual([
      'addColumn t n',
      'comment t n t'.replace(' t n t', ' n t'),
    ])
  })
})

describe('addColumn', () => {
  it('adds a unique constraint of its own, on MySQL a unique index', () => {
    const body = `await queryRunner.addColumn('t', new TableColumn({ name: 'n1', type: 'int', isNullable: true, isUnique: true }))`
    expect(briefly(body)).toEqual(['addColumn t n1', 'addConstraint t unique(n1) UQ_15f2dfee178e42bdb20edd3d144'])
    expect(briefly(body, { on: 'mysql' })).toEqual(['addColumn t n1', 'createIndex t IDX_15f2dfee178e42bdb20edd3d14'])
  })

  it('creates the type of an enum first on PostgreSQL, unless it is there', () => {
    const body = `await queryRunner.addColumn('t', new TableColumn({ name: 'e2', type: 'enum', enum: ['x', 'y'], isNullable: true }))`
    const [type, column] = operations(body)
    expect(type).toMatchObject({
      kind: 'createType',
      name: { name: 't_e2_enum' },
      labels: ['x', 'y'],
      context: { guards: [{ by: 'catalog', requires: 'absent' }] },
    })
    expect(column).toMatchObject({ kind: 'addColumn', column: { type: { name: 't_e2_enum' } } })
    const [inline] = operations(body, { on: 'mysql' })
    expect(inline).toMatchObject({ kind: 'addColumn', column: { type: { name: 'enum', labels: ['x', 'y'] } } })
  })

  it('sends one statement for each column of addColumns', () => {
    const body = `await queryRunner.addColumns('t', [new TableColumn({ name: 'a', type: 'int' }), { name: 'b', type: 'int' }])`
    expect(briefly(body)).toEqual(['addColumn t a', 'addColumn t b'])
  })

  it('takes a schema from the path and from a Table object', () => {
    const [byPath] = operations(`await queryRunner.addColumn('app.t', new TableColumn({ name: 'a', type: 'int' }))`)
    expect(byPath).toMatchObject({ table: { schema: 'app', name: 't' } })
    const [byTable] = operations(
      `await queryRunner.addColumn(new Table({ schema: 'app', name: 't' }), new TableColumn({ name: 'a', type: 'int' }))`,
    )
    expect(byTable).toMatchObject({ table: { schema: 'app', name: 't' } })
  })

  it('is opaque when the column or the table is not known', () => {
    expect(operations(`await queryRunner.addColumn('t', make())`)).toMatchObject([
      { kind: 'opaque', because: 'dynamic-sql', tables: [{ name: 't' }] },
    ])
    expect(operations(`await queryRunner.addColumn(process.env.T, new TableColumn({ name: 'a', type: 'int' }))`)).toMatchObject([
      { kind: 'opaque' },
    ])
  })
})

describe('createTable', () => {
  const table = `new Table({
    name: 'n',
    columns: [
      { name: 'id', type: 'int', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
      { name: 'a', type: 'int' },
      { name: 'b', type: 'varchar', length: '20', isNullable: true, isUnique: true },
    ],
    foreignKeys: [{ columnNames: ['a'], referencedTableName: 'p', referencedColumnNames: ['id'], onDelete: 'CASCADE' }],
    indices: [{ columnNames: ['a'] }],
  })`

  it('states columns, keys and generated names as the database gets them', () => {
    const [create, index] = operations(`await queryRunner.createTable(${table})`)
    expect(create).toMatchObject({
      kind: 'createTable',
      ifNotExists: false,
      columns: [
        { name: 'id', serial: true, nullable: false },
        { name: 'a', nullable: false },
        { name: 'b', nullable: true },
      ],
      constraints: [
        {
          kind: 'foreignKey',
          name: 'FK_71a7965e490763d025c3d51752c',
          references: { table: { name: 'p' }, columns: ['id'], onDelete: 'CASCADE' },
        },
        { kind: 'primaryKey', name: 'PK_c742b33e300ee3b4c80f00d4be5', columns: ['id'] },
        { kind: 'unique', name: 'UQ_15fd0b699bd4fe1b27e9b7d924a', columns: ['b'] },
      ],
    })
    expect(index).toMatchObject({ kind: 'createIndex', name: 'IDX_71a7965e490763d025c3d51752', unique: false })
  })

  it('keeps its indexes inside the statement on MySQL', () => {
    const found = operations(`await queryRunner.createTable(${table})`, { on: 'mysql' })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ indexes: [{ name: 'IDX_71a7965e490763d025c3d51752' }], options: { ENGINE: 'InnoDB' } })
  })

  it('asks first with ifNotExist', () => {
    const [create, index] = operations(`await queryRunner.createTable(${table}, true)`)
    expect(create).toMatchObject({ ifNotExists: true, context: { guards: [{ by: 'describe', requires: 'absent', table: { name: 'n' } }] } })
    expect(index).toMatchObject({ context: { guards: [{ requires: 'absent' }] } })
  })

  it('leaves out foreign keys and indexes when told so', () => {
    const found = operations(`await queryRunner.createTable(${table}, false, false, false)`)
    expect(found.map((one) => one.kind)).toEqual(['createTable'])
    expect(found[0]?.kind === 'createTable' && found[0].constraints.some((one) => one.kind === 'foreignKey')).toBe(false)
  })

  it('says which part of a table it could not read', () => {
    const found = operations(`await queryRunner.createTable(new Table({ name: 'n', columns: [...common(), { name: 'a', type: 'int' }] }))`)
    expect(found.map((one) => one.kind)).toEqual(['createTable', 'opaque'])
  })
})

describe('the rest of the vocabulary', () => {
  it.each([
    [`dropTable('t', true)`, ['dropTable t']],
    [`renameTable('app.t', 'u')`, ['renameTable t u']],
    [`renameColumn('t', 'a', 'b')`, ['renameColumn t a b']],
    [`createIndex('t', new TableIndex({ columnNames: ['b'] }))`, ['createIndex t IDX_02982fe25c4c887d3edbdf0e38']],
    [
      `createIndices('t', [new TableIndex({ name: 'i1', columnNames: ['b'] }), new TableIndex({ name: 'i2', columnNames: ['c'] })])`,
      ['createIndex t i1', 'createIndex t i2'],
    ],
    [`dropIndex('t', 'ix_a')`, ['dropIndex t ix_a']],
    [`dropIndices('t', [new TableIndex({ name: 'ix', columnNames: ['a'] })])`, ['dropIndex t ix']],
    [
      `createForeignKey('t', new TableForeignKey({ columnNames: ['a'], referencedTableName: 'p', referencedColumnNames: ['id'] }))`,
      ['addConstraint t foreignKey(a) FK_970ba064ef54f72b56cbfb29e36'],
    ],
    [`dropForeignKey('t', 'fk1')`, ['dropConstraint t fk1']],
    [`createPrimaryKey('t', ['a'])`, ['addConstraint t primaryKey(a) PK_970ba064ef54f72b56cbfb29e36']],
    [`dropPrimaryKey('t')`, ['dropConstraint t']],
    [
      `updatePrimaryKeys('t', [new TableColumn({ name: 'a', type: 'int' })])`,
      ['dropConstraint t', 'addConstraint t primaryKey(a) PK_970ba064ef54f72b56cbfb29e36'],
    ],
    [`createUniqueConstraint('t', new TableUnique({ name: 'uqa', columnNames: ['a'] }))`, ['addConstraint t unique(a) uqa']],
    [`dropUniqueConstraint('t', 'uqa')`, ['dropConstraint t uqa']],
    [`createCheckConstraint('t', new TableCheck({ name: 'ck', expression: 'a > 0' }))`, ['addConstraint t check(a) ck']],
    [
      `createExclusionConstraint('t', new TableExclusion({ name: 'ex', expression: 'USING gist (r WITH &&)' }))`,
      ['addConstraint t exclude() ex'],
    ],
    [`clearTable('t')`, ['truncate t']],
    [`createView(new View({ name: 'v', expression: 'SELECT a FROM t' }))`, ['createView v']],
    [`dropView('v')`, ['dropView v']],
    [`createSchema('s', true)`, ['createSchema s']],
    [`dropSchema('s', true, true)`, ['dropSchema s']],
    [`createDatabase('d')`, ['createDatabase d']],
    [`changeTableComment('t', 'x')`, ['comment t']],
  ])('%s', (call, expected) => {
    expect(briefly(`await queryRunner.${call}`)).toEqual(expected)
  })

  it('builds concurrently on PostgreSQL only, and never drops so', () => {
    const body = `await queryRunner.createIndex('t', new TableIndex({ name: 'i', columnNames: ['a'], isUnique: true, isConcurrent: true, where: 'a > 0' }))`
    expect(operations(body)).toMatchObject([{ concurrently: true, unique: true, where: { columns: ['a'] } }])
    expect(operations(body, { on: 'mysql' })).toMatchObject([{ concurrently: false, unique: true }])
    expect(operations(`await queryRunner.dropIndex('t', 'i')`)).toMatchObject([{ concurrently: false }])
  })

  it('reads what a view selects from', () => {
    expect(
      operations(`await queryRunner.createView(new View({ name: 'v', materialized: true, expression: 'SELECT a FROM t' }))`),
    ).toMatchObject([{ kind: 'createView', materialized: true, query: { tables: [{ name: 't' }] } }])
  })

  it('says where the engine has no such thing', () => {
    expect(
      operations(`await queryRunner.createUniqueConstraint('t', new TableUnique({ columnNames: ['a'] }))`, { on: 'mysql' }),
    ).toMatchObject([{ kind: 'unsupported' }])
    expect(
      operations(`await queryRunner.createCheckConstraint('t', new TableCheck({ expression: 'a > 0' }))`, { on: 'mariadb' }),
    ).toMatchObject([{ kind: 'unsupported' }])
    expect(operations(`await queryRunner.clearTable('t')`, { on: 'sqlite' })).toMatchObject([{ kind: 'delete', where: undefined }])
  })

  it('is opaque for a method that TypeORM does not have', () => {
    expect(operations(`await queryRunner.dropEverything('t')`)).toMatchObject([{ kind: 'opaque', because: 'unknown-method' }])
  })
})
