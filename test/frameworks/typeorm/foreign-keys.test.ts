import { beforeAll, describe, expect, it } from 'vitest'
import { read, ready } from './reading.ts'

beforeAll(ready)

describe('foreign keys of SQLite', () => {
  it('are left on where TypeORM switches them off in vain, or not at all', () => {
    const keysOf = (range: string, transaction: 'all' | 'none' = 'all') => {
      const files = { 'package.json': `{ "dependencies": { "typeorm": "${range}" } }` }
      const { up, down } = read('', { on: 'sqlite', down: '', files, runner: { transaction } })
      return [up.foreignKeys, down?.foreignKeys]
    }
    expect(keysOf('^1.0.0')).toEqual([false, true])
    expect(keysOf('^0.3.11')).toEqual([false, true])
    expect(keysOf('0.3.12')).toEqual([undefined, true])
    expect(keysOf('0.3.13')).toEqual([false, true])
    expect(keysOf('^0.2.45')).toEqual([undefined, true])
    expect(keysOf('^1.0.0', 'none')).toEqual([true, false])
  })
})
