import type { AlterObjectSchemaStmt, RenameStmt } from 'libpg-query'
import type { Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { commandOf } from './commands.ts'
import { objectName, type Reading, relationName, shownText } from './reading.ts'

/** ALTER … RENAME of everything. */
export function rename(reading: Reading, node: RenameStmt): readonly Operation[] {
  const operation = renameOperation(reading, node)
  if (!node.missing_ok || 'ifExists' in operation) return [operation]
  const table = node.relation ? relationName(reading, node.relation) : undefined
  return [{ ...operation, context: { guards: [{ by: 'if-exists', requires: 'exists', ...(table ? { table } : {}) }] } }]
}

function renameOperation(reading: Reading, node: RenameStmt): Operation {
  const { span } = reading
  const relation = relationName(reading, node.relation)
  const to = shownText(reading, node.newname ?? '')
  const old = shownText(reading, node.subname ?? '')
  const object = objectName(reading, node.object) ?? { name: old }
  switch (node.renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return { kind: 'renameTable', span, table: relation, to: beside(relation, to) }
    case 'OBJECT_COLUMN':
      if (node.relationType === 'OBJECT_TABLE' || node.relationType === 'OBJECT_FOREIGN_TABLE' || node.relationType === 'OBJECT_VIEW')
        return { kind: 'renameColumn', span, table: relation, column: old, to }
      if (node.relationType === 'OBJECT_MATVIEW') return { kind: 'renameColumn', span, table: relation, column: old, to }
      return { kind: 'otherStatement', span, command: commandOf('ALTER', node.relationType), name: relation }
    case 'OBJECT_TABCONSTRAINT':
      return { kind: 'renameConstraint', span, table: relation, name: old, to }
    case 'OBJECT_INDEX':
      return { kind: 'renameIndex', span, name: relation, to }
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return { kind: 'renameType', span, name: object, to: beside(object, to) }
    case 'OBJECT_SCHEMA':
      return { kind: 'renameSchema', span, name: old, to }
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      // Readers lose a view's old name as they lose a table's.
      return { kind: 'renameTable', span, table: relation, to: beside(relation, to) }
    case 'OBJECT_DOMCONSTRAINT':
      return { kind: 'alterDomain', span, name: object, action: 'RENAME CONSTRAINT' }
    case 'OBJECT_ATTRIBUTE':
      return { kind: 'otherStatement', span, command: 'ALTER TYPE', name: relation }
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
      return { kind: 'otherStatement', span, command: commandOf('ALTER', node.renameType), name: { name: old }, to, table: relation }
    default: {
      const name = node.relation ? relation : object
      return { kind: 'otherStatement', span, command: commandOf('ALTER', node.renameType), name, to }
    }
  }
}

function beside(name: Name, to: string): Name {
  return name.schema === undefined ? { name: to } : { schema: name.schema, name: to }
}

/** ALTER … SET SCHEMA: a table or type keeps its name and moves. */
export function setSchema(reading: Reading, node: AlterObjectSchemaStmt): readonly Operation[] {
  const { span } = reading
  const schema = shownText(reading, node.newschema ?? '')
  const relation = relationName(reading, node.relation)
  const operation = ((): Operation => {
    switch (node.objectType) {
      case 'OBJECT_TABLE':
      case 'OBJECT_FOREIGN_TABLE':
      case 'OBJECT_VIEW':
      case 'OBJECT_MATVIEW':
        return { kind: 'renameTable', span, table: relation, to: { schema, name: relation.name } }
      case 'OBJECT_TYPE':
      case 'OBJECT_DOMAIN': {
        const name = objectName(reading, node.object) ?? { name: '' }
        return { kind: 'renameType', span, name, to: { schema, name: name.name } }
      }
      default: {
        const name = node.relation ? relation : objectName(reading, node.object)
        return { kind: 'otherStatement', span, command: commandOf('ALTER', node.objectType), name }
      }
    }
  })()
  if (!node.missing_ok) return [operation]
  return [{ ...operation, context: { guards: [{ by: 'if-exists', requires: 'exists', table: relation }] } }]
}
