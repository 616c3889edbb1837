import type { HandleValue, Value } from '../../javascript/value.ts'
import { handle, stringValue } from '../values.ts'
import { operatorKey } from './conditions.ts'
import { isSqlForm, sqlHandle } from './expressions.ts'
import { calledType, typeHandle } from './types.ts'

/** The `Sequelize` class, which is also the namespace of the data types and the SQL helpers; `DataTypes` is the same to a migration. */
export const namespaceHandle: HandleValue = handle('Sequelize')

const inside: ReadonlyMap<string, HandleValue> = new Map([
  ['Sequelize', namespaceHandle],
  ['DataTypes', namespaceHandle],
  ['default', namespaceHandle],
  ['Op', handle('Op')],
  ['QueryTypes', handle('QueryTypes')],
  ['Deferrable', handle('Deferrable')],
  ['Transaction', handle('Transaction')],
  ['IndexHints', handle('QueryTypes')],
  ['TableHints', handle('QueryTypes')],
  ['Model', handle('Model')],
])

/** What a name means in `import { name } from 'sequelize'` and in `Sequelize.name`; undefined: nothing that is known. */
export function namespaceMember(name: string): Value | undefined {
  if (inside.has(name)) return inside.get(name)
  if (isSqlForm(name)) return handle('sqlFunction', name)
  if (name === 'and' || name === 'or') return handle('logical', name)
  return typeHandle(name)
}

/** `Sequelize.STRING(255)`, `Sequelize.literal('now()')`, `Sequelize.or(…)`; undefined: not one of these. */
export function namespaceCall(name: string, args: readonly Value[]): Value | undefined {
  if (isSqlForm(name)) return sqlHandle(name, args)
  if (name === 'and' || name === 'or') return logical(name, args)
  const type = typeHandle(name)
  return type && calledType(type.data as Parameters<typeof calledType>[0], args)
}

/** `Op.and([…])` in the form of a function. */
export function logical(name: string, args: readonly Value[]): Value {
  return { kind: 'object', members: new Map([[operatorKey(name), { kind: 'array', items: args, complete: true }]]), complete: true }
}

/** Members of the small namespaces: `Op.gt`, `QueryTypes.SELECT`, `Deferrable.INITIALLY_DEFERRED`, `Transaction.ISOLATION_LEVELS`. */
export function constantMember(namespace: string, name: string): Value | undefined {
  switch (namespace) {
    case 'Op':
      return stringValue(operatorKey(name))
    case 'QueryTypes':
      return stringValue(name)
    case 'Deferrable':
      return handle('deferrable', name)
    case 'Transaction':
      return name === 'ISOLATION_LEVELS' || name === 'TYPES' || name === 'LOCK' ? handle('QueryTypes') : undefined
    default:
      return undefined
  }
}
