import { beforeAll, describe, expect, test } from 'vitest'
import { costs } from '../../../src/dialects/postgres/costs/index.ts'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { measured } from '../../../src/dialects/postgres/versions.ts'
import type { Schema } from '../../../src/schema/schema.ts'
import { cases } from './cost-cases/all.ts'
import { base, type Case } from './cost-cases/case.ts'
import { costOfSql, schemaOf } from './cost-cases/world.ts'

let before: Schema

beforeAll(async () => {
  await postgres.ready()
  before = schemaOf(base)
})

const writesWait = ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE']
const keptOut = (lock: string) => (lock === 'ACCESS EXCLUSIVE' ? 'reads-and-writes' : writesWait.includes(lock) ? 'writes' : 'nothing')

function title(each: Case): string {
  return `${each.first ? `${each.first.slice(0, 70)} ` : ''}${each.sql}`
}

describe.each(measured.map((version) => version[0]!))('on PostgreSQL %i', (major) => {
  const here = cases.filter((each) => (each.since ?? 12) <= major && (each.until ?? 99) >= major)
  test.each(here.map((each) => [title(each), each] as const))('%s', (_, each) => {
    const { cost } = costOfSql(each.sql, each.first ? schemaOf(each.first, before) : before, [major])
    expect(cost.lock).toBe(each.lock)
    expect(cost.rewrites, 'rewrites').toBe(each.does === 'rewrite')
    if (each.proof !== 'set-tablespace' && each.proof !== 'attach-partition') {
      expect(cost.buildsIndex, 'buildsIndex').toBe(each.does === 'index' || each.does === 'rewrite')
    }
    // Of a partition that is proved to fit, rows are read for the index that it lacks and for nothing else.
    const reads = each.does !== undefined && each.proof !== 'attach-partition-proved-index'
    if (!/ROW EXCLUSIVE|ROW SHARE|ACCESS SHARE/.test(each.lock) || each.does) expect(cost.scans, 'scans').toBe(reads)
    expect(cost.inTransaction, 'inTransaction').toBe(!each.refused)
    expect(cost.commits).toBe(false)
    const others = cost.others.filter((other) => other.lock !== 'ACCESS SHARE')
    expect(Object.fromEntries(others.map((other) => [other.table.name, other.lock]))).toEqual(each.others ?? {})
    for (const other of cost.others) expect(other.blocks).toBe(keptOut(other.lock))
    // REINDEX keeps readers out by the lock on the index; LOCK TABLE works for as long as it holds.
    if (/^reindex/.test(each.proof) && !each.proof.endsWith('concurrently')) expect(cost.blocks).toBe('reads-and-writes')
    else if (each.proof === 'lock-table') expect(cost.blocks).toBe(keptOut(each.lock))
    else expect(cost.blocks, 'blocks').toBe(each.does ? keptOut(each.lock) : 'nothing')
  })
})

test('every proof that a row names is a case that is run on a server', () => {
  const known = new Set(cases.map((each) => each.proof))
  const named = Object.values(costs).flatMap((rows) => rows.flatMap((row) => (row.proof === undefined ? [] : [row.proof])))
  expect([...new Set(named)].filter((proof) => !known.has(proof))).toEqual([])
})

test('the last row of every operation holds without a condition', () => {
  for (const [kind, rows] of Object.entries(costs)) {
    const last = rows.at(-1)
    expect([kind, last?.since, last?.when]).toEqual([kind, undefined, undefined])
  }
})
