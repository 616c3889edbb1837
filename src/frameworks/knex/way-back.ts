import type { Name } from '../../ir/names.ts'
import { literalOf, type Style, writeDown } from '../module-file.ts'
import type { BackStep, Writer } from '../writer.ts'
import { rawCall } from './chains.ts'
import { mappingOf, type NameMapping, unmappedName } from './name-mapping.ts'

/** Steps of a way back as calls. */
export const wayBack: NonNullable<Writer['wayBack']> = (at, steps, place) => {
  const mapping = mappingOf(at.load.history)
  return writeDown(at, place, (handle, style) => ({ calls: steps.flatMap((step) => callsOf(step, handle, style, mapping)) }))
}

/** Calls of the schema builder for what it says in one word; SQL for the rest, and for names that no code can write. */
function callsOf(step: BackStep, handle: string, style: Style, mapping: NameMapping | undefined): readonly string[] {
  const built = builderCall(step.operation, handle, style, (name) => unmappedName(mapping, name))
  return built === undefined ? step.sql.map((statement) => `${handle}.${rawCall(statement, style)}`) : [built]
}

/** `written`: what code writes for a name of the database. */
function builderCall(
  operation: BackStep['operation'],
  handle: string,
  style: Style,
  written: (name: string) => string | undefined,
): string | undefined {
  const call = (before: string, ...names: readonly string[]) => {
    const own = names.map(written)
    return own.includes(undefined) ? undefined : `${before}(${own.map((name) => literalOf(name!, style)).join(', ')})`
  }
  const schema = (name: Name) => (name.schema === undefined ? `${handle}.schema` : call(`${handle}.schema.withSchema`, name.schema))
  const on = (name: Name, method: string, ...names: readonly string[]) => {
    const before = schema(name)
    return before && call(`${before}.${method}`, name.name, ...names)
  }
  const table = (name: Name, change: string | undefined) => {
    const opened = on(name, 'alterTable')
    return opened && change && `${opened.slice(0, -1)}, (table) => {\n${style.unit}${change}${style.semicolon}\n})`
  }
  switch (operation.kind) {
    case 'dropTable':
      return on(operation.table, 'dropTable')
    case 'renameTable':
      return on(operation.table, 'renameTable', operation.to.name)
    case 'dropColumn':
      return table(operation.table, call('table.dropColumn', operation.column))
    case 'renameColumn':
      return table(operation.table, call('table.renameColumn', operation.column, operation.to))
    default:
      return undefined
  }
}
