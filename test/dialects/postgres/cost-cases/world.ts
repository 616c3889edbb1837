import type { Cost, Version } from '../../../../src/dialects/dialect.ts'
import { postgres } from '../../../../src/dialects/postgres/index.ts'
import type { Statement } from '../../../../src/ir/migration.ts'
import type { Operation } from '../../../../src/ir/operation.ts'
import { apply } from '../../../../src/schema/apply.ts'
import { emptySchema } from '../../../../src/schema/edit.ts'
import type { Schema } from '../../../../src/schema/schema.ts'
import { tracedText } from '../../../../src/source/traced.ts'

/** The schema after some SQL, beginning with a database that is wholly known. */
export function schemaOf(sql: string, from?: Schema): Schema {
  let schema = from ?? emptySchema({ defaultSchema: postgres.defaultSchema, fold: postgres.fold })
  for (const { operations } of postgres.parse(tracedText(sql, 'before.sql'), { version: postgres.latest })) {
    for (const operation of operations) schema = apply(schema, operation, { born: -1, transaction: 'before' }).schema
  }
  return schema
}

/** The statements of a text as the costs take them. */
function statementsOf(sql: string, version: Version): readonly Statement[] {
  return postgres
    .parse(tracedText(sql, 'case.sql'), { version })
    .map((statement) => ({ ...statement, segment: undefined, batch: undefined }))
}

/** The operation that the one statement of a text is about, and its cost. */
export function costOfSql(sql: string, before: Schema, version: Version): { readonly operation: Operation; readonly cost: Cost } {
  const statement = statementsOf(sql, version)[0]
  const operation = statement?.operations.find((each) => each.kind !== 'unsupported')
  if (statement === undefined || operation === undefined) throw new Error(`nothing was read: ${sql}`)
  return { operation, cost: postgres.cost(operation, statement, before, version) }
}

/** What each operation of a text costs, in the schema that the ones before it left. */
export function costsOfSql(
  sql: string,
  before: Schema,
  version: Version,
  settings: ReadonlyMap<string, string> = new Map(),
): readonly Cost[] {
  const costs: Cost[] = []
  let schema = before
  for (const statement of statementsOf(sql, version)) {
    for (const operation of statement.operations) {
      if (operation.kind === 'unsupported') continue
      costs.push(postgres.cost(operation, statement, schema, version, settings))
      schema = apply(schema, operation, { born: 0, transaction: 'case' }).schema
    }
  }
  return costs
}
