import { type Name, showName } from '../../ir/names.ts'
import type { Operation, OperationOf } from '../../ir/operation.ts'
import type { Moment } from '../../rule/site.ts'
import { findFunction, findTable, findType, keyOf, triggerKey } from '../../schema/schema.ts'
import { type Course, goneKey, isOwn, nothing, type Undo } from './undo.ts'

const back = (...operations: Operation[]): Undo => ({ operations })

export function undoType(
  operation: OperationOf<'createType' | 'createDomain' | 'dropType' | 'renameType' | 'addEnumValue' | 'renameEnumValue'>,
  moment: Moment,
  course: Course,
): Undo {
  const { before, statement } = moment
  const { span } = operation
  switch (operation.kind) {
    case 'createType':
    case 'createDomain': {
      if (course.gone.delete(goneKey(moment, 'type', operation.name))) return nothing
      const asks = (operation.context?.guards?.length ?? 0) > 0
      const existing = findType(before, operation.name)
      // A builder that asks first for the type behind a column leaves one of the history alone.
      if (existing && asks) return existing.born === -1 ? `${showName(operation.name)} may be there before` : nothing
      if (asks && statement.sql !== undefined) return `${showName(operation.name)} may be there before`
      // Sequelize's dropTable takes the type along where a model of the table is loaded.
      return back({ kind: 'dropType', span, name: operation.name, ifExists: asks, cascade: false })
    }
    case 'dropType': {
      const type = findType(before, operation.name)
      if (type?.born === course.position) {
        course.gone.add(goneKey(moment, 'type', operation.name))
        return nothing
      }
      if (!type || type.born === -1 || type.form !== 'enum' || type.labels.length === 0 || operation.cascade)
        return `what the type ${showName(operation.name)} was is not known`
      return back({ kind: 'createType', span, name: type.name, form: 'enum', labels: type.labels.map(({ value }) => value) })
    }
    case 'renameType':
      return back({ kind: 'renameType', span, name: inSchemaOf(operation.name, operation.to.name), to: { name: operation.name.name } })
    case 'renameEnumValue':
      return back({ kind: 'renameEnumValue', span, type: operation.type, value: operation.to, to: operation.value })
    case 'addEnumValue':
      if (findType(before, operation.type)?.born === course.position || operation.ifNotExists) return nothing
      return 'PostgreSQL cannot take a value out of an enum type'
  }
}

export function undoView(operation: OperationOf<'createView' | 'dropView'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { name, materialized, span } = operation
  const existing = before.views.get(keyOf(before.naming, name))
  if (operation.kind === 'dropView') {
    if (existing?.born !== course.position) return `the query of the view ${showName(name)} is not kept`
    course.gone.add(goneKey(moment, 'view', name))
    return nothing
  }
  if (course.gone.delete(goneKey(moment, 'view', name))) return nothing
  if (existing?.born === course.position) return nothing
  if (existing) return `the query that the view ${showName(name)} had is not kept`
  if ((operation.orReplace || operation.ifNotExists) && !before.complete) return `the view ${showName(name)} may be there before`
  return back({ kind: 'dropView', span, name, materialized, ifExists: false, cascade: false })
}

export function undoFunction(operation: OperationOf<'createFunction' | 'dropFunction'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { name, procedure, span } = operation
  const existing = findFunction(before, name)
  if (operation.kind === 'dropFunction') {
    if (existing?.born !== course.position || existing.overloads.length > 1) return `the body of the function ${showName(name)} is not kept`
    course.gone.add(goneKey(moment, 'function', name))
    return nothing
  }
  if (course.gone.delete(goneKey(moment, 'function', name))) return nothing
  if (existing) return `another function is called ${showName(name)} already`
  if (operation.orReplace && !before.complete) return `the function ${showName(name)} may be there before`
  const parameters = operation.parameters?.filter(({ mode }) => mode !== 'out' && mode !== 'table').map(({ type }) => type)
  return back({ kind: 'dropFunction', span, name, procedure, ...(parameters ? { parameters } : {}), ifExists: false, cascade: false })
}

export function undoTrigger(operation: OperationOf<'createTrigger' | 'dropTrigger'>, moment: Moment, course: Course): Undo {
  const { before } = moment
  const { name, table, span } = operation
  if (operation.kind === 'dropTrigger') {
    const mine = table ? before.triggers.get(triggerKey(before.naming, { table, name })) : undefined
    if (mine?.born !== course.position) return `the text of the trigger ${name} is not kept`
    course.gone.add(goneKey(moment, 'trigger', mine.table, name))
    return nothing
  }
  if (course.gone.delete(goneKey(moment, 'trigger', operation.table, name))) return nothing
  if (before.triggers.has(triggerKey(before.naming, operation))) return `the text that the trigger ${name} had is not kept`
  if (operation.orReplace && !findTable(before, operation.table)?.complete) return `the trigger ${name} may be there before`
  return back({ kind: 'dropTrigger', span, name, table: operation.table, ifExists: false })
}

export function undoNamespace(
  operation: OperationOf<
    'createSchema' | 'dropSchema' | 'renameSchema' | 'createSequence' | 'dropSequence' | 'createExtension' | 'dropExtension'
  >,
  moment: Moment,
): Undo {
  const { before, after } = moment
  const { name, span } = operation
  switch (operation.kind) {
    case 'createSchema':
      if (operation.ifNotExists && (!before.complete || before.schemas.has(before.naming.fold(operation.name, 'other')))) return nothing
      return back({ kind: 'dropSchema', span, name: operation.name, ifExists: false, cascade: false })
    case 'dropSchema':
      if (before.tables.size !== after.tables.size || operation.cascade) return `what the schema ${operation.name} held fell with it`
      return back({ kind: 'createSchema', span, name: operation.name, ifNotExists: false })
    case 'renameSchema':
      return back({ kind: 'renameSchema', span, name: operation.to, to: operation.name })
    case 'createSequence':
      if (operation.ifNotExists && !before.complete) return `the sequence ${showName(operation.name)} may be there before`
      return back({ kind: 'dropSequence', span, name: operation.name, ifExists: false })
    // Others may need an extension that was there already; it does no harm to stay.
    case 'createExtension':
      return operation.ifNotExists ? nothing : back({ kind: 'dropExtension', span, name: operation.name, ifExists: false })
    case 'dropSequence':
    case 'dropExtension':
      return `what ${typeof name === 'string' ? name : showName(name)} was set to is not kept`
  }
}

export function undoOther(operation: OperationOf<'otherStatement' | 'comment'>, moment: Moment, course: Course): Undo {
  if (operation.kind === 'comment') {
    if (operation.name === undefined) return 'the comment that was there is not kept'
    const column = operation.column === undefined ? undefined : findTable(moment.before, operation.name)
    const isNew = column?.columns.get(moment.before.naming.fold(operation.column!, 'column'))?.born === course.position
    if (isNew || isOwn(moment, operation.name, course)) return nothing
    return `the comment that ${showName(operation.name)} had is not kept`
  }
  const { details, table, name, command } = operation
  if (table && isOwn(moment, table, course)) return nothing
  if (details?.about === 'grant' && details.on === 'table' && details.objects.every((object) => isOwn(moment, object, course)))
    return nothing
  return `what takes ${command}${name ? ` of ${showName(name)}` : ''} back is not known`
}

function inSchemaOf({ schema }: Name, name: string): Name {
  return schema === undefined ? { name } : { schema, name }
}
