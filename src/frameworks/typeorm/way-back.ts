import { literalOf, type Style, writeDown } from '../module-file.ts'
import type { BackStep, Writer } from '../writer.ts'

/** Steps of a way back as calls of queryRunner. */
export const wayBack: NonNullable<Writer['wayBack']> = (at, steps, place) => {
  // dropColumn takes the enum type of its column along.
  const dropsTypes = steps.some(({ operation }) => operation.kind === 'dropType')
  return writeDown(at, place, (handle, style) => ({ calls: steps.flatMap((step) => callsOf(step, handle, style, dropsTypes)) }))
}

/** What was built is dropped by the builder; all else is SQL, as the generator of TypeORM writes it. */
function callsOf({ operation, sql, built }: BackStep, handle: string, style: Style, dropsTypes: boolean): readonly string[] {
  const text = (value: string) => literalOf(value, style)
  const call = (method: string, ...values: readonly string[]) => [`${handle}.${method}(${values.join(', ')})`]
  if (built && 'table' in operation && operation.table && operation.table.schema === undefined) {
    const table = text(operation.table.name)
    if (operation.kind === 'dropTable') return call('dropTable', table)
    if (operation.kind === 'dropColumn' && !dropsTypes) return call('dropColumn', table, text(operation.column))
    if (operation.kind === 'dropIndex' && !operation.concurrently) return call('dropIndex', table, text(operation.name.name))
  }
  return sql.flatMap((statement) => call('query', literalOf(statement, style, '`')))
}
