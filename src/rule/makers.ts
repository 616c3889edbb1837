import type { Name } from '../ir/names.ts'
import type { OperationOf } from '../ir/operation.ts'
import type { Difference } from '../schema/diff.ts'
import type { Moment, Walk } from './site.ts'

type SameName = (a: Name, b: Name) => boolean
type SameColumn = (a: string, b: string) => boolean

/** The moment of a walk that made the object; undefined when something else did. */
export function createdBy(walk: Walk, { object, name, part }: Difference, sameName: SameName, sameColumn: SameColumn): Moment | undefined {
  return walk.moments.find(({ operation }) => {
    switch (operation.kind) {
      case 'createTable':
        return object === 'table' && sameName(operation.table, name)
      case 'renameTable':
        return object === 'table' && sameName(operation.to, name)
      case 'addColumn':
        return object === 'column' && sameName(operation.table, name) && sameColumn(operation.column.name, part ?? '')
      case 'renameColumn':
        return object === 'column' && sameName(operation.table, name) && sameColumn(operation.to, part ?? '')
      case 'modifyColumn':
        return (
          object === 'column' &&
          sameName(operation.table, name) &&
          sameColumn(operation.to.name, part ?? '') &&
          !sameColumn(operation.column, operation.to.name)
        )
      case 'createIndex':
        return object === 'index' && sameName(operation.table, name) && (operation.name === undefined || isCalled(operation.name, part))
      case 'addConstraint':
        return (
          object === 'constraint' &&
          sameName(operation.table, name) &&
          (operation.constraint.name === undefined || operation.constraint.name === part)
        )
      case 'createView':
        return object === 'view' && sameName(operation.name, name)
      case 'createFunction':
        return object === 'function' && sameName(operation.name, name)
      case 'createTrigger':
        return object === 'trigger' && sameName(operation.table, name) && isCalled(operation.name, part)
      case 'createSequence':
        return object === 'sequence' && sameName(operation.name, name)
      default:
        return false
    }
  })
}

/** Does the walk drop the object, or rename it away? */
export function droppedBy(walk: Walk, { object, name, part }: Difference, sameName: SameName, sameColumn: SameColumn): boolean {
  return walk.moments.some(({ operation }) => {
    switch (operation.kind) {
      // A table that is renamed away takes its parts with it: one that is made under its name has only what it is made with.
      case 'dropTable':
      case 'renameTable':
        return (
          (object === 'table' || object === 'column' || object === 'index' || object === 'constraint') && sameName(operation.table, name)
        )
      case 'dropColumn':
        return (
          (object === 'index' || object === 'constraint' || (object === 'column' && sameColumn(operation.column, part ?? ''))) &&
          sameName(operation.table, name)
        )
      case 'renameColumn':
        return object === 'column' && sameName(operation.table, name) && sameColumn(operation.column, part ?? '')
      case 'modifyColumn':
        return (
          object === 'column' &&
          sameName(operation.table, name) &&
          sameColumn(operation.column, part ?? '') &&
          !sameColumn(operation.column, operation.to.name)
        )
      case 'dropIndex':
        return (
          object === 'index' && isOn(operation, name, sameName) && (isCalled(operation.name.name, part) || operation.columns !== undefined)
        )
      case 'dropConstraint':
        return object === 'constraint' && sameName(operation.table, name)
      case 'dropView':
        return object === 'view' && sameName(operation.name, name)
      case 'dropFunction':
        return object === 'function' && sameName(operation.name, name)
      case 'dropTrigger':
        return object === 'trigger' && (!operation.table || sameName(operation.table, name)) && isCalled(operation.name, part)
      default:
        return false
    }
  })
}

function isCalled(name: string, part: string | undefined): boolean {
  return name.toLowerCase() === part?.toLowerCase()
}

/** May the index be one of this table: it is said to be, or its schema is not another one? */
function isOn({ name: index, table }: OperationOf<'dropIndex'>, name: Name, sameName: SameName): boolean {
  if (table) return sameName(table, name)
  return index.schema === undefined || sameName({ schema: index.schema, name: name.name }, name)
}
