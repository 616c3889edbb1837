import type { Name } from '../../ir/names.ts'
import { literalOf, type Style, writeDown } from '../module-file.ts'
import type { BackStep, Writer } from '../writer.ts'

/** How migrations of Knex are changed. */
export const knexWriter: Writer = {
  wayBack: (at, steps, place) =>
    writeDown(at, place, (handle, style) => ({ calls: steps.flatMap((step) => callsOf(step, handle, style)) })),
}

/** Calls of the schema builder for what it says in one word; SQL for the rest. */
function callsOf({ operation, sql }: BackStep, handle: string, style: Style): readonly string[] {
  const text = (value: string) => literalOf(value, style)
  const schema = (name: Name) => `${handle}.schema${name.schema === undefined ? '' : `.withSchema(${text(name.schema)})`}`
  const table = (name: Name, change: string) => [
    `${schema(name)}.alterTable(${text(name.name)}, (table) => {\n${style.unit}table.${change}${style.semicolon}\n})`,
  ]
  switch (operation.kind) {
    case 'dropTable':
      return [`${schema(operation.table)}.dropTable(${text(operation.table.name)})`]
    case 'renameTable':
      return [`${schema(operation.table)}.renameTable(${text(operation.table.name)}, ${text(operation.to.name)})`]
    case 'dropColumn':
      return table(operation.table, `dropColumn(${text(operation.column)})`)
    case 'renameColumn':
      return table(operation.table, `renameColumn(${text(operation.column)}, ${text(operation.to)})`)
    default:
      // A question mark is a binding unless it is escaped: https://knexjs.org/guide/raw.html
      return sql.map((statement) => `${handle}.raw(${text(statement.replaceAll('?', '\\?'))})`)
  }
}
