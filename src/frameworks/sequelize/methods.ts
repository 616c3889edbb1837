import { catalogMethods } from './builder/catalog.ts'
import { columnMethods } from './builder/columns.ts'
import { constraintMethods } from './builder/constraints.ts'
import { indexMethods } from './builder/indexes.ts'
import { objectMethods } from './builder/objects.ts'
import { connectionMethods } from './builder/queries.ts'
import { rowMethods } from './builder/rows.ts'
import { tableMethods } from './builder/tables.ts'
import type { Method, Methods } from './call.ts'

const queryInterfaceMethods: Methods = {
  ...tableMethods,
  ...columnMethods,
  ...indexMethods,
  ...constraintMethods,
  ...rowMethods,
  ...objectMethods,
  ...catalogMethods,
}

function own(methods: Methods, name: string): Method | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}

/** A method of the query interface. What a migration is given may also be the connection itself: its methods are known under the same handle. */
export function queryInterfaceMethod(name: string): Method | undefined {
  return own(queryInterfaceMethods, name) ?? own(connectionMethods, name)
}

/** A method of the connection. */
export function connectionMethod(name: string): Method | undefined {
  return own(connectionMethods, name)
}
