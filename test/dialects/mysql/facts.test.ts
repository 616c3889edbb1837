import { describe, expect, test } from 'vitest'
import { covers, type Fact, type FactFile, type Outcome, type Property, readFacts } from '../../../scripts/experiments/fact.ts'
import type { Cost, Dialect, Version } from '../../../src/dialects/dialect.ts'
import { mysql } from '../../../src/dialects/mysql/index.ts'
import { mariadb } from '../../../src/dialects/mysql/mariadb.ts'
import { apply } from '../../../src/schema/apply.ts'
import { emptySchema } from '../../../src/schema/edit.ts'
import type { Schema } from '../../../src/schema/schema.ts'
import { tracedText } from '../../../src/source/traced.ts'

/** Both sides of every boundary. */
const versions: Readonly<Record<'mysql' | 'mariadb', readonly Version[]>> = {
  mysql: [
    [5, 7, 44],
    [8, 0, 11],
    [8, 0, 12],
    [8, 0, 27],
    [8, 0, 28],
    [8, 0, 29],
    [8, 4, 0],
    [9, 7, 4],
  ],
  mariadb: [
    [10, 11, 19],
    [11, 8, 6],
  ],
}

function schemaOf(dialect: Dialect, sql: string, from?: Schema): Schema {
  let schema = from ?? emptySchema({ defaultSchema: dialect.defaultSchema, fold: dialect.fold })
  for (const { operations } of dialect.parse(tracedText(sql, 'before.sql'), { version: dialect.latest }))
    for (const operation of operations) schema = apply(schema, operation, { born: -1, transaction: 'before' }).schema
  return schema
}

function costsOf(dialect: Dialect, fact: Fact, before: Schema, version: Version): readonly Cost[] {
  const settings = new Map([...(fact.session ?? '').matchAll(/SET (\w+) = (\w+)/g)].map((match) => [match[1]!, match[2]!]))
  return dialect.parse(tracedText(fact.statement, 'fact.sql'), { version }).flatMap((parsed) => {
    const statement = { ...parsed, segment: undefined, batch: undefined }
    const operations = parsed.operations.filter(({ kind }) => kind !== 'unsupported')
    return operations.map((operation) => dialect.cost(operation, statement, before, version, settings))
  })
}

const ranks = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY']

function told(costs: readonly Cost[], outcome: Outcome): Readonly<Partial<Record<Property, unknown>>> {
  const algorithms = costs.map(({ algorithm }) => algorithm ?? 'none')
  const worst = algorithms.sort((a, b) => ranks.indexOf(b) - ranks.indexOf(a))[0]!
  return {
    algorithm: outcome.algorithm === 'slower than INSTANT' && worst !== 'INSTANT' ? 'slower than INSTANT' : worst,
    rewrites: costs.some(({ rewrites }) => rewrites === true)
      ? true
      : costs.some(({ rewrites }) => rewrites === 'unknown')
        ? 'unknown'
        : false,
    lock: costs.some(({ blocks }) => blocks === 'writes' || blocks === 'reads-and-writes') ? 'SHARED' : 'NONE',
  }
}

const properties: readonly Property[] = ['algorithm', 'rewrites', 'lock']

function differences(dialect: Dialect, file: FactFile, fact: Fact): Map<Property, string[]> {
  const found = new Map<Property, string[]>()
  const before = schemaOf(dialect, [...file.base, fact.first ?? ''].join(';\n'))
  for (const version of versions[dialect.name as 'mysql' | 'mariadb']) {
    for (const outcome of fact.on.filter((each) => covers(each.versions, version) && each.refused === undefined)) {
      const ours = told(costsOf(dialect, fact, before, version), outcome)
      for (const property of properties) {
        const theirs = outcome[property]
        if (theirs === undefined || theirs === ours[property]) continue
        const words = `${version.join('.')}: fact ${JSON.stringify(theirs)}, cost ${JSON.stringify(ours[property])}`
        found.set(property, [...(found.get(property) ?? []), words])
      }
    }
  }
  return found
}

describe.each([mysql, mariadb].map((dialect) => [dialect.name, dialect, readFacts(dialect.name)] as const))('on %s', (_, dialect, file) => {
  test.each(file.facts.map((fact) => [fact.id, fact] as const))('the costs say what was measured: %s', (_, fact) => {
    const found = differences(dialect, file, fact)
    const explained = Object.keys(fact.differs ?? {})
    expect(Object.fromEntries([...found].filter(([property]) => !explained.includes(property))), fact.statement).toEqual({})
    expect(
      explained.filter((property) => !found.has(property as Property)),
      'explained, and no longer so',
    ).toEqual([])
    for (const reason of Object.values(fact.differs ?? {})) expect(file.explanations[reason], reason).toBeTypeOf('string')
  })
})
