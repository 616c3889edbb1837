import { describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/ir/operation.ts'
import { all, loadText, operations, operationsIn, up, upWith } from './loading.ts'

const kinds = (list: readonly Operation[]) => list.map((operation) => operation.kind)

describe('raw queries', () => {
  it('are parsed, statement by statement, in one batch', () => {
    const { statements } = up(`await sequelize.query('ALTER TABLE a ADD COLUMN b int; UPDATE a SET b = 1')`)
    expect(statements.map((statement) => statement.operations[0]?.kind)).toEqual(['addColumn', 'update'])
    expect(statements[0]?.batch).toBeDefined()
    expect(statements[0]?.batch).toBe(statements[1]?.batch)
  })

  it('point at the SQL inside the string', () => {
    const text = upWith('await sequelize.query(`\n  DROP TABLE orders\n`)')
    const [operation] = operationsIn(loadText(text, all.postgres).up)
    expect(text.slice(operation!.span.start, operation!.span.end)).toContain('DROP TABLE orders')
  })

  it('take names and positions as placeholders where replacements or binds are given', () => {
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id = :id', { replacements: { id: 1 } })`))).toEqual(['delete'])
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id IN (?)', { replacements: [[1, 2]] })`))).toEqual(['delete'])
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id = $1', { bind: [1] })`))).toEqual(['delete'])
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id = $id', { bind: { id: 1 } })`))).toEqual(['delete'])
    expect(kinds(operations(`await sequelize.query('DELETE FROM a WHERE id = $1', { bind: [1] })`, 'mysql'))).toEqual(['delete'])
  })

  it('keep casts apart from placeholders', () => {
    expect(kinds(operations(`await sequelize.query("UPDATE a SET b = c::text")`))).toEqual(['update'])
  })

  it('may be an object with values', () => {
    expect(kinds(operations(`await sequelize.query({ query: 'DELETE FROM a WHERE id = ?', values: [1] })`))).toEqual(['delete'])
  })

  it('whose text is not known are opaque', () => {
    expect(operations(`await sequelize.query(await fetchSql())`)).toMatchObject([{ kind: 'opaque', because: 'dynamic-sql' }])
  })

  it('show what is interpolated from outside, and not what was escaped', () => {
    const unsafe = operations('await sequelize.query(`DELETE FROM a WHERE b = ${process.env.B}`)')
    expect(kinds(unsafe)).toEqual(['delete', 'interpolate'])
    expect(unsafe[1]).toMatchObject({ reason: 'environment' })
    expect(kinds(operations('await sequelize.query(`DELETE FROM a WHERE b = ${sequelize.escape(process.env.B)}`)'))).toEqual(['delete'])
  })

  it('give rows to loops', () => {
    const found = operations(`const [rows] = await sequelize.query('SELECT id FROM users')
      for (const row of rows) await sequelize.query('UPDATE users SET a = 1 WHERE id = :id', { replacements: { id: row.id } })`)
    expect(kinds(found)).toEqual(['select', 'update'])
    expect(found[1]?.context?.loops).toMatchObject([{ over: 'rows', bounded: false, tables: [{ name: 'users' }] }])
  })

  it('with a LIMIT bound their loops', () => {
    const found = operations(`const rows = await sequelize.query('SELECT id FROM users LIMIT 100', { type: sequelize.QueryTypes.SELECT })
      await Promise.all(rows.map((row) => queryInterface.bulkUpdate('users', { a: 1 }, { id: row.id })))`)
    expect(found[1]?.context?.loops).toMatchObject([{ over: 'rows', bounded: true }])
    expect(found[1]).toMatchObject({ kind: 'update', context: { awaited: 'collected' } })
  })
})
