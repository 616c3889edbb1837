import { describe, expect, it } from 'vitest'
import type { Version } from '../../../src/dialects/dialect.ts'
import { cost } from '../../../src/dialects/sqlite/costs/index.ts'
import { typeChange } from '../../../src/dialects/sqlite/type-change.ts'
import { parseType } from '../../../src/dialects/sqlite/types.ts'
import { volatility } from '../../../src/dialects/sqlite/volatility.ts'
import type { Column } from '../../../src/ir/column.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { emptySchema } from '../../../src/schema/edit.ts'

const before = emptySchema({ defaultSchema: 'main', fold: (name) => name.toLowerCase() })
const span = { file: 'x.sql', start: 0, end: 1 }
const table = { name: 't' }
const plain: Column = { name: 'n', type: parseType('int'), nullable: true, nullabilityWritten: false, default: undefined, constraints: [] }

type Distribute<O> = O extends Operation ? Omit<O, 'span'> : never
function costOf(operation: Distribute<Operation>, version: Version = [3, 53]) {
  const whole = { ...operation, span } as Operation
  return cost(whole, { sql: undefined, span, segment: undefined, batch: undefined, operations: [whole] }, before, version)
}

describe('SQLite costs', () => {
  it('ADD COLUMN and renames change the schema only', () => {
    for (const each of [
      costOf({ kind: 'addColumn', table, column: plain, ifNotExists: false }),
      costOf({ kind: 'renameColumn', table, column: 'a', to: 'b' }),
      costOf({ kind: 'renameTable', table, to: { name: 'u' } }),
    ])
      expect(each).toMatchObject({ blocks: 'nothing', rewrites: false, scans: false, commits: false, inTransaction: true })
  })

  it('DROP COLUMN writes every row again', () => {
    expect(costOf({ kind: 'dropColumn', table, column: 'a', ifExists: false, cascade: false })).toMatchObject({
      blocks: 'writes',
      rewrites: true,
    })
  })

  it('CREATE INDEX reads every row under the write lock; readers go on', () => {
    expect(
      costOf({ kind: 'createIndex', table, name: 'i', keys: [], unique: false, concurrently: false, ifNotExists: false, only: false }),
    ).toMatchObject({ blocks: 'writes', scans: true, buildsIndex: true })
  })

  it('SET NOT NULL reads the rows since 3.53 and needs a rebuild before', () => {
    expect(costOf({ kind: 'setNotNull', table, column: 'a' })).toMatchObject({ rewrites: false, scans: true })
    expect(costOf({ kind: 'setNotNull', table, column: 'a' }, [3, 40])).toMatchObject({ rewrites: true })
  })

  it('VACUUM is refused in a transaction, ATTACH is not', () => {
    expect(costOf({ kind: 'maintain', command: 'VACUUM', tables: [], full: false }).inTransaction).toBe(false)
    expect(costOf({ kind: 'otherStatement', command: 'VACUUM', name: undefined }).inTransaction).toBe(false)
    expect(costOf({ kind: 'otherStatement', command: 'ATTACH', name: undefined }).inTransaction).toBe(true)
  })

  it('PRAGMA foreign_keys says that a transaction makes it a no-op', () => {
    expect(costOf({ kind: 'setVariable', name: 'pragma foreign_keys', value: 'off', scope: 'session' }).because).toContain(
      'while a transaction is open',
    )
  })

  it('what has no row is unknown', () => {
    expect(costOf({ kind: 'opaque', because: 'syntax', detail: '' })).toMatchObject({ blocks: 'unknown', rewrites: 'unknown' })
  })
})

describe('SQLite types change by a rebuild', () => {
  const change = (from: string, to: string) => typeChange(parseType(from), parseType(to), before, [3, 53])
  it('also between types of one affinity', () => {
    expect(change('varchar(10)', 'text')).toMatchObject({ effect: 'rewrite', narrows: false })
    expect(change('integer', 'text')).toMatchObject({ effect: 'rewrite', narrows: false })
    expect(change('text', 'integer')).toMatchObject({ effect: 'rewrite', narrows: 'unknown' })
    expect(change('TEXT', 'text').effect).toBe('free')
  })

  it('random() differs from row to row, the clock does not', () => {
    expect(volatility('random')).toBe('volatile')
    expect(volatility('CURRENT_TIMESTAMP')).toBe('stable')
    expect(volatility('lower')).toBe('immutable')
    expect(volatility('uuid')).toBeUndefined()
  })
})
