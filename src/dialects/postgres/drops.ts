import type { DropStmt, Node } from 'libpg-query'
import type { Operation } from '../../ir/operation.ts'
import { commandOf } from './commands.ts'
import { argumentTypes } from './functions.ts'
import { as, isTemporary, objectName, objectParts, qualifiedName, type Reading, shownText } from './reading.ts'

/** DROP of anything: one operation an object. */
export function drop(reading: Reading, node: DropStmt): readonly Operation[] {
  return (node.objects ?? []).map((object) => dropOne(reading, node, object))
}

const droppedPolicy = { about: 'policy', action: 'drop', permissive: true, command: 'ALL', using: undefined, check: undefined } as const

function dropOne(reading: Reading, node: DropStmt, object: Node): Operation {
  const { span } = reading
  const name = objectName(reading, object) ?? { name: '' }
  const ifExists = node.missing_ok === true
  const cascade = node.behavior === 'DROP_CASCADE'
  switch (node.removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return { kind: 'dropTable', span, table: name, ifExists, cascade, ...(isTemporary(name) ? { temporary: true } : {}) }
    case 'OBJECT_INDEX':
      return { kind: 'dropIndex', span, name, concurrently: node.concurrent === true, ifExists, cascade }
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      return { kind: 'dropView', span, name, materialized: node.removeType === 'OBJECT_MATVIEW', ifExists, cascade }
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return { kind: 'dropType', span, name, ifExists, cascade }
    case 'OBJECT_SCHEMA':
      return { kind: 'dropSchema', span, name: name.name, ifExists, cascade }
    case 'OBJECT_SEQUENCE':
      return { kind: 'dropSequence', span, name, ifExists }
    case 'OBJECT_EXTENSION':
      return { kind: 'dropExtension', span, name: name.name, ifExists }
    case 'OBJECT_FUNCTION':
    case 'OBJECT_AGGREGATE':
    case 'OBJECT_ROUTINE':
    case 'OBJECT_PROCEDURE': {
      const called = as(object, 'ObjectWithArgs')
      const parameters = called && !called.args_unspecified ? { parameters: argumentTypes(reading, called.objargs) } : {}
      return { kind: 'dropFunction', span, name, procedure: node.removeType === 'OBJECT_PROCEDURE', ...parameters, ifExists, cascade }
    }
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE': {
      const parts = objectParts(object)
      const own = shownText(reading, parts.pop() ?? '')
      const table = qualifiedName(reading, parts)
      if (node.removeType === 'OBJECT_TRIGGER') return { kind: 'dropTrigger', span, name: own, table, ifExists }
      const made = {
        kind: 'otherStatement',
        span,
        command: commandOf('DROP', node.removeType),
        name: { name: own },
        table,
        ifExists,
      } as const
      return node.removeType === 'OBJECT_POLICY' ? { ...made, details: droppedPolicy } : made
    }
    default:
      return { kind: 'otherStatement', span, command: commandOf('DROP', node.removeType), name, ifExists }
  }
}
