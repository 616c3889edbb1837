import type { Statement } from '../../../ir/migration.ts'
import type { Operation } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import type { Cost, Version } from '../../dialect.ts'
import type { Flavour } from '../types.ts'
import { costFrom } from './settle.ts'

/** What the operation, as part of its statement, costs on this MySQL in this schema. See `costFrom`. */
export function mysqlCost(
  operation: Operation,
  statement: Statement,
  before: Schema,
  version: Version,
  settings?: ReadonlyMap<string, string>,
): Cost {
  return costOf('mysql', operation, statement, before, version, settings)
}

/** What the operation, as part of its statement, costs on this MariaDB in this schema. See `costFrom`. */
export function mariadbCost(
  operation: Operation,
  statement: Statement,
  before: Schema,
  version: Version,
  settings?: ReadonlyMap<string, string>,
): Cost {
  return costOf('mariadb', operation, statement, before, version, settings)
}

const none: ReadonlyMap<string, string> = new Map()

function costOf(
  flavour: Flavour,
  operation: Operation,
  statement: Statement,
  before: Schema,
  version: Version,
  settings: ReadonlyMap<string, string> = none,
): Cost {
  return costFrom(operation, { flavour, version, before, statement, settings })
}
