import { describe, expect, it } from 'vitest'
import type { ReportedLock, ReportedMigration } from '../../src/lint/described.ts'
import { heldFor, waitsOf, waitText } from '../../src/report/waits.ts'
import { migration, operation, rehearsal } from './outcomes.ts'

const [first, second] = migration.statements
const lock = first!.locks[0]!

function withLocks(...locks: readonly (readonly ReportedLock[])[]): ReportedMigration {
  return { ...migration, statements: [first!, second!].map((statement, at) => ({ ...statement, locks: locks[at] ?? [] })) }
}

const said = (what: ReportedMigration) => waitsOf(what).map((wait) => waitText(wait, (table) => table))

describe('what others wait for', () => {
  it.each([
    [{ blocks: 'reads-and-writes', until: 0 }, 'reads and writes of orders wait while the statement works'],
    [{ blocks: 'writes', until: 1 }, 'writes of orders wait while the statement works and until the transaction ends'],
    [{ blocks: 'nothing', until: 1 }, 'reads and writes of orders wait until the transaction ends'],
    [{ blocks: 'nothing', until: 0 }, 'reads and writes of orders wait for an instant, and behind it while it waits for its lock'],
    [{ blocks: 'unknown', until: 0 }, 'perhaps reads and writes of orders wait while the statement works'],
  ] as const)('with %j: %s', (more, text) => expect(said(withLocks([{ ...lock, ...more }]))).toEqual([text]))

  it('is the worst for each table, the worst first', () => {
    const shops = { ...lock, table: 'shops', until: 0 }
    const worse = { ...lock, blocks: 'reads-and-writes' as const }
    expect(said(withLocks([shops, lock], [worse]))).toEqual([
      'reads and writes of orders wait while the statement works',
      'reads and writes of shops wait for an instant, and behind it while it waits for its lock',
    ])
  })
})

describe('how long a lock was held', () => {
  const held = (what: ReportedMigration, ...rehearsals: (typeof rehearsal)[]) => heldFor(waitsOf(what)[0]!, what, rehearsals)
  const measured = 'in a rehearsal with 20000 rows a table on PostgreSQL 15.20 (binary)'

  it('is the time of the statements that it is held over', () => {
    expect(held(migration, rehearsal)).toBe(`held for 42 ms ${measured}`)
    expect(held(withLocks([{ ...lock, until: 0 }]), rehearsal)).toBe(`held for 2 ms ${measured}`)
    const quick = { ...rehearsal, steps: [{ ...rehearsal.steps[0]!, milliseconds: 0.2 }] }
    expect(held(withLocks([{ ...lock, until: 0 }]), quick)).toBe(`held for less than 1 ms ${measured}`)
  })

  it('is not known without a rehearsal of this migration that ran it through', () => {
    const unknown = 'how long was not measured'
    expect(held(migration)).toBe(unknown)
    expect(held(migration, { ...rehearsal, migration: '3' })).toBe(unknown)
    expect(held(migration, { ...rehearsal, notRun: 'no engine' })).toBe(unknown)
    expect(held(migration, { ...rehearsal, steps: rehearsal.steps.map((step) => ({ ...step, failure: 'no' })) })).toBe(unknown)
    const works: ReportedMigration = { ...migration, statements: [first!, { ...second!, operations: [operation] }] }
    expect(held(works, { ...rehearsal, steps: rehearsal.steps.slice(0, 1) })).toBe(unknown)
  })
})
