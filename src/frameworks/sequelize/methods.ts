import { isAbsent } from '../values.ts'
import { catalogMethods } from './builder/catalog.ts'
import { columnMethods } from './builder/columns.ts'
import { constraintMethods } from './builder/constraints.ts'
import { indexMethods } from './builder/indexes.ts'
import { objectMethods } from './builder/objects.ts'
import { connectionMethods } from './builder/queries.ts'
import { rowMethods } from './builder/rows.ts'
import { tableMethods } from './builder/tables.ts'
import { type Method, type Methods, opaque } from './call.ts'

const queryInterfaceMethods: Methods = {
  ...tableMethods,
  ...columnMethods,
  ...indexMethods,
  ...constraintMethods,
  ...rowMethods,
  ...objectMethods,
  ...catalogMethods,
}

/** How many of a method's first arguments are names that it cannot do without. */
const names: Readonly<Record<string, number>> = {
  createTable: 1,
  dropTable: 1,
  renameTable: 2,
  addColumn: 2,
  removeColumn: 2,
  changeColumn: 2,
  renameColumn: 3,
  addIndex: 1,
  removeIndex: 2,
  addConstraint: 1,
  removeConstraint: 2,
}

function own(methods: Methods, name: string): Method | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}

/** A method of the query interface. What a migration is given may also be the connection itself: its methods are known under the same handle. */
export function queryInterfaceMethod(name: string): Method | undefined {
  const method = own(queryInterfaceMethods, name) ?? own(connectionMethods, name)
  const needed = names[name]
  if (!method || needed === undefined) return method
  return (call) => {
    for (let at = 0; at < needed; at++)
      if (isAbsent(call.args[at])) return opaque(call, `${name} is called without its ${at === 0 ? 'table' : 'names'}`)
    return method(call)
  }
}

/** Methods of the connection that only call those of its query interface. */
const handedOn: ReadonlySet<string> = new Set(['createSchema', 'showAllSchemas', 'dropSchema', 'dropAllSchemas'])

/** A method of the connection. */
export function connectionMethod(name: string): Method | undefined {
  return own(connectionMethods, name) ?? (handedOn.has(name) ? own(queryInterfaceMethods, name) : undefined)
}

/** The methods that a handle of this kind has, as far as they are known. */
export function methodNames(of: 'queryInterface' | 'sequelize'): readonly string[] {
  const inherited = of === 'sequelize' ? handedOn : Object.keys(queryInterfaceMethods)
  return [...inherited, ...Object.keys(connectionMethods)]
}
