import type { Method } from './call.ts'
import { columnMethods } from './columns.ts'
import { constraintMethods } from './constraints.ts'
import { indexMethods } from './indexes.ts'
import { objectMethods } from './objects.ts'
import { tableMethods } from './tables.ts'

const methods = new Map<string, Method>(
  [tableMethods, columnMethods, constraintMethods, indexMethods, objectMethods].flatMap((table) => Object.entries(table)),
)

/** What a method of the query runner does to the schema; undefined when it is no such method. */
export function methodOf(name: string): Method | undefined {
  return methods.get(name)
}

/** The methods of the query runner that change the schema. */
export const schemaMethodNames: readonly string[] = [...methods.keys()]
