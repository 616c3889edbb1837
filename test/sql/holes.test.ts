import { describe, expect, test } from 'vitest'
import { mysql } from '../../src/dialects/mysql/index.ts'
import { sqlite } from '../../src/dialects/sqlite/index.ts'
import { joinPieces, type Traced } from '../../src/source/traced.ts'

/** A template string as the interpreter traces it: `${x}` is a value of the program. */
function template(text: string): Traced {
  let at = 0
  const pieces = text.split(/(\$\{[^}]*\})/).map((piece, i) => {
    const span = { file: 'a.ts', start: at, end: at + piece.length }
    at += piece.length
    if (i % 2 === 0) return { text: piece, span, verbatim: true }
    return { text: '', span, verbatim: false, hole: { reason: 'parameter', expression: piece.slice(2, -1), escaped: false } as const }
  })
  return joinPieces(pieces)
}

describe.each([mysql, sqlite])('$name: values of the program inside SQL', (dialect) => {
  const read = (text: string) => dialect.parse(template(text), { version: dialect.latest }).flatMap((statement) => statement.operations)

  test('a name is dynamic and shown as the user wrote it', () => {
    expect(read('ALTER TABLE `${prefix}users` ADD COLUMN ${column} INT')).toMatchObject([
      { kind: 'addColumn', table: { name: '${prefix}users', dynamic: true }, column: { name: '${column}' } },
    ])
  })

  test('an operand is a parameter, in quotes too', () => {
    expect(read("UPDATE t SET a = ${v} WHERE id = ${id} AND k = '${x}' AND z IN (${list})")).toMatchObject([
      {
        set: [{ column: 'a', value: 'parameter' }],
        where: {
          columns: ['id', 'k', 'z'],
          terms: [
            { column: 'id', operand: 'parameter' },
            { column: 'k', operand: 'parameter' },
            { column: 'z', operand: 'parameter' },
          ],
        },
      },
    ])
    expect(read('DELETE FROM t WHERE z IN (${list})')[0]).not.toHaveProperty('where.terms.0.count')
  })

  test('a value in the place of WHERE is a condition of which nothing is known, and no alias', () => {
    expect(read('DELETE FROM t ${where}')).toMatchObject([
      { kind: 'delete', table: { name: 't' }, where: { terms: [{ operator: 'other' }] } },
    ])
  })

  test('rows that the program writes are not counted', () => {
    expect(read('INSERT INTO t (a) VALUES ${rows}')).toMatchObject([{ kind: 'insert', rows: undefined }])
  })

  test('a value in the place of syntax makes the statement opaque, with its table', () => {
    expect(read('ALTER TABLE t ${clause}')).toMatchObject([{ kind: 'opaque', because: 'dynamic-sql', tables: [{ name: 't' }] }])
    expect(read('${sql}')).toMatchObject([{ kind: 'opaque', because: 'dynamic-sql' }])
  })

  test('a type that is not known is no type', () => {
    expect(read('ALTER TABLE t ADD COLUMN a ${type} NOT NULL')).toMatchObject([{ column: { type: undefined, nullable: false } }])
  })
})
