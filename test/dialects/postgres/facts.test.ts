import { beforeAll, describe, expect, test } from 'vitest'
import { covers, type Fact, type Property, readFacts } from '../../../scripts/experiments/fact.ts'
import type { Cost } from '../../../src/dialects/dialect.ts'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { lockModes } from '../../../src/dialects/postgres/locks.ts'
import { measured } from '../../../src/dialects/postgres/versions.ts'
import type { Schema } from '../../../src/schema/schema.ts'
import { costsOfSql, schemaOf } from './cost-cases/world.ts'

const file = readFacts('postgres')
let base: Schema

beforeAll(async () => {
  await postgres.ready()
  base = schemaOf(file.base.join(';\n'))
})

/** What the costs of a statement's operations say together, in the words of a fact. */
function told(costs: readonly Cost[], target: string): Readonly<Partial<Record<Property, unknown>>> {
  const rank = (lock: string) => lockModes.indexOf(lock as (typeof lockModes)[number])
  const any = (of: (cost: Cost) => boolean | 'unknown') =>
    costs.some((cost) => of(cost) === true) ? true : costs.some((cost) => of(cost) === 'unknown') ? 'unknown' : false
  const others = costs.flatMap((cost) => cost.others).filter(({ lock, table }) => lock !== 'ACCESS SHARE' && table.name !== target)
  return {
    lock: costs.map(({ lock }) => lock).sort((a, b) => rank(b) - rank(a))[0] ?? 'NONE',
    rewrites: any(({ rewrites }) => rewrites),
    scans: any(({ scans }) => scans),
    buildsIndex: any(({ buildsIndex }) => buildsIndex),
    others: Object.fromEntries(others.map(({ table, lock }) => [table.name, lock]).sort()),
    inTransaction: costs.every(({ inTransaction }) => inTransaction),
  }
}

const properties: readonly Property[] = ['lock', 'rewrites', 'scans', 'buildsIndex', 'others', 'inTransaction']

/** By property: in which versions the costs say something else than the fact, and what. */
function differences(fact: Fact): Map<Property, string[]> {
  const found = new Map<Property, string[]>()
  const before = schemaOf(fact.first ?? '', base)
  const settings = new Map(
    [...(fact.session ?? '').matchAll(/set (\w+)\s*=\s*'([^']+)'/gi)].map((match) => [match[1]!.toLowerCase(), match[2]!]),
  )
  for (const version of measured) {
    const outcome = fact.on.find(({ versions }) => covers(versions, version))
    if (outcome === undefined || outcome.refused !== undefined) continue
    const costs = costsOfSql(fact.statement, before, version, settings)
    const ours = told(costs, fact.target)
    const sorted = outcome.others && Object.fromEntries(Object.entries(outcome.others).sort())
    for (const property of properties) {
      const theirs = property === 'others' ? sorted : outcome[property]
      if (theirs === undefined || JSON.stringify(theirs) === JSON.stringify(ours[property])) continue
      const words = `${version[0]}: fact ${JSON.stringify(theirs)}, cost ${JSON.stringify(ours[property])}`
      found.set(property, [...(found.get(property) ?? []), words])
    }
  }
  return found
}

describe('the costs say what was measured', () => {
  test.each(file.facts.map((fact) => [fact.id, fact] as const))('%s', (_, fact) => {
    const found = differences(fact)
    const explained = Object.keys(fact.differs ?? {})
    expect(Object.fromEntries([...found].filter(([property]) => !explained.includes(property))), fact.statement).toEqual({})
    expect(
      explained.filter((property) => !found.has(property as Property)),
      'explained, and no longer so',
    ).toEqual([])
    for (const reason of Object.values(fact.differs ?? {})) expect(file.explanations[reason], reason).toBeTypeOf('string')
  })
})
