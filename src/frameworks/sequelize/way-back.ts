import type { Name } from '../../ir/names.ts'
import { type Calls, literalOf, type Style, writeDown } from '../module-file.ts'
import type { BackStep, Unwritable, Writer, WriterSite } from '../writer.ts'

/** Steps of a way back as calls of queryInterface. */
export const wayBack: NonNullable<Writer['wayBack']> = (at, steps, place) =>
  writeDown(at, place, (handle, style, beside) => callsOf(at, steps, { handle, style, beside }))

interface Asked {
  readonly handle: string
  readonly style: Style
  readonly beside: string | undefined
}

function callsOf(at: WriterSite, steps: readonly BackStep[], { handle, style, beside }: Asked): Calls | Unwritable {
  const alone = steps.some(({ operation }) => 'concurrently' in operation && operation.concurrently)
  const object = beside === undefined ? ownTransaction(at, steps, alone) : transactionIn(beside)
  if (alone && object !== undefined) return { because: 'CONCURRENTLY needs a call outside of the transaction' }
  const passed = object === undefined ? undefined : object === 'transaction' ? 'transaction' : `transaction: ${object}`
  const calls = steps.flatMap((step) => callOf(step, at, handle, style, passed))
  if (beside !== undefined || object === undefined) return { calls }
  return { calls, around: { callee: `${handle}.sequelize.transaction`, parameter: object } }
}

/** The transaction object that a `down` of its own takes: what `up` calls its own, or one where several steps can fail as one. */
function ownTransaction({ migration: { up }, project, load }: WriterSite, steps: readonly BackStep[], alone: boolean): string | undefined {
  const held = up.statements.some(({ segment }) => segment !== undefined)
  if (alone || !(held || (steps.length > 1 && load.dialect.transactionalDdl))) return undefined
  const read = project.read(up.span.file)
  const text = 'text' in read ? read.text.slice(up.span.start, up.span.end) : ''
  const callback = /\.transaction\(\s*(?:async\s*)?(?:function\s*)?\(?\s*([A-Za-z_$][\w$]*)\s*(?:\)|=>)/.exec(text)?.[1]
  return callback ?? /\b(?:const|let)\s+([A-Za-z_$][\w$]*)\s*=\s*await\s+[\w.$]*\.transaction\(/.exec(text)?.[1] ?? 'transaction'
}

/** The transaction object that a call of `down` is given. */
function transactionIn(call: string): string | undefined {
  const written = /\btransaction\s*:\s*([A-Za-z_$][\w$.]*)/.exec(call)?.[1]
  return written ?? (/[{,]\s*transaction\s*[,}]/.test(call) ? 'transaction' : undefined)
}

/** Builder calls for what `up` usually builds; SQL for the rest, and where the builder of this engine rebuilds the whole table. */
function callOf(
  { operation, sql }: BackStep,
  { load: { dialect } }: WriterSite,
  handle: string,
  style: Style,
  passed: string | undefined,
): readonly string[] {
  const text = (value: string) => literalOf(value, style)
  const table = ({ schema, name }: Name) => (schema === undefined ? text(name) : `{ tableName: ${text(name)}, schema: ${text(schema)} }`)
  const options = (...more: readonly string[]) => {
    const all = passed === undefined ? more : [...more, passed]
    return all.length === 0 ? [] : [`{ ${all.join(', ')} }`]
  }
  const call = (method: string, ...values: readonly string[]) => [`${handle}.${method}(${values.join(', ')})`]
  const rebuilds = dialect.name === 'sqlite'
  switch (operation.kind) {
    case 'dropTable':
      return call('dropTable', table(operation.table), ...options())
    case 'renameTable':
      return call('renameTable', table(operation.table), table(operation.to), ...options())
    case 'dropColumn':
      if (!rebuilds) return call('removeColumn', table(operation.table), text(operation.column), ...options())
      break
    case 'renameColumn':
      // MySQL states the column anew, and loses what describeTable does not tell.
      if (dialect.name === 'postgres')
        return call('renameColumn', table(operation.table), text(operation.column), text(operation.to), ...options())
      break
    case 'dropIndex': {
      const concurrently = operation.concurrently ? ['concurrently: true'] : []
      if (operation.table) return call('removeIndex', table(operation.table), text(operation.name.name), ...options(...concurrently))
      break
    }
    case 'dropConstraint':
      if (operation.name !== undefined && !rebuilds)
        return call('removeConstraint', table(operation.table), text(operation.name), ...options())
      break
  }
  return sql.flatMap((statement) => call('sequelize.query', text(statement), ...options()))
}
