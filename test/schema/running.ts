import type { Dialect } from '../../src/dialects/dialect.ts'
import { mysql } from '../../src/dialects/mysql/index.ts'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { sqlite } from '../../src/dialects/sqlite/index.ts'
import type { Context } from '../../src/ir/context.ts'
import type { Operation } from '../../src/ir/operation.ts'
import { apply } from '../../src/schema/apply.ts'
import { emptySchema } from '../../src/schema/edit.ts'
import type { Schema } from '../../src/schema/schema.ts'
import type { Step } from '../../src/schema/step.ts'
import { tracedText } from '../../src/source/traced.ts'

const dialects = { postgres, mysql, sqlite } as const

/** The operations of a SQL text as an engine's reader gives them. */
function operationsOf(sql: string, engine: keyof typeof dialects = 'postgres'): readonly Operation[] {
  const dialect: Dialect = dialects[engine]
  return dialect.parse(tracedText(sql, 'm.sql'), { version: dialect.latest }).flatMap(({ operations }) => operations)
}

export interface World {
  readonly engine?: keyof typeof dialects
  readonly from?: Schema
  readonly born?: number
  /** What surrounds every operation. */
  readonly context?: Context
}

/** The steps of a SQL text, one an operation. */
export function stepsOf(sql: string, { engine = 'postgres', from, born = 0, context }: World = {}): readonly Step[] {
  const steps: Step[] = []
  let schema = from ?? emptySchema(dialects[engine])
  for (const operation of operationsOf(sql, engine)) {
    const step = apply(schema, context ? { ...operation, context } : operation, { born, transaction: `t${born}` })
    steps.push(step)
    schema = step.schema
  }
  return steps
}

/** The schema after a SQL text. */
export function run(sql: string, world: World = {}): Schema {
  return stepsOf(sql, world).at(-1)?.schema ?? world.from ?? emptySchema(dialects[world.engine ?? 'postgres'])
}
