import type { Operation } from '../../ir/operation.ts'
import { apply } from '../../schema/apply.ts'
import { type Difference, diff } from '../../schema/diff.ts'
import { findColumn, type Schema } from '../../schema/schema.ts'
import { isUnwritable, type Recipe, type RecipeSite } from '../plan.ts'
import { planBack, wayBackOf } from '../way-back.ts'

/** Adds the steps that down lacks to take up back. */
export const recipe: Recipe = ({ messageId }, site) => {
  const { up, down } = site
  if (!down || messageId === 'removes' || messageId === 'fails') return undefined
  const inverse = wayBackOf(site)
  if (isUnwritable(inverse)) return inverse
  // Of the steps of a whole way back, those that bring the schema nearer to what it was before up.
  let schema = down.after
  let far = diff(up.before, schema).length
  const missing: Operation[] = []
  const nearer = (operation: Operation): boolean => {
    const step = apply(schema, operation, { born: site.position, transaction: 'down' })
    const left = diff(up.before, step.schema).length
    if (step.conflict !== undefined || left >= far) return false
    missing.push(operation)
    schema = step.schema
    far = left
    return true
  }
  const taken = inverse.operations.map(nearer)
  for (const difference of diff(up.before, schema)) for (const operation of restored(difference, site, schema)) nearer(operation)
  if (far > 0) return { because: 'more than a missing step keeps down from taking up back' }
  if (missing.length === 0) return undefined
  const restores = missing.some(({ kind }) => kind === 'createTable' || kind === 'addColumn')
  // Steps that come before all that down does already in a way back go before it, too, where what down does leaves them as they are.
  const first =
    taken.filter(Boolean).length === missing.length && taken.lastIndexOf(true) < taken.indexOf(false) && bringsBack(missing, site)
  return planBack(site, missing, restores ? inverse.lost : [], first ? 'start' : 'end', 'Add the steps that down lacks')
}

/** What gives a column that down re-creates the properties that it had. */
function restored(
  { change, object, name: table, part, property }: Difference,
  { up, down, dialect }: RecipeSite,
  now: Schema,
): readonly Operation[] {
  const span = down?.moments[0]?.statement.span
  const was = part === undefined ? undefined : findColumn(up.before, table, part)?.column
  if (change !== 'changed' || object !== 'column' || !was?.type || !span || !findColumn(now, table, was.name)) return []
  const column = was.name
  if (dialect.name === 'mysql' || dialect.name === 'mariadb')
    return [{ kind: 'modifyColumn', span, table, column, to: { ...was, constraints: [] } }]
  if (dialect.name !== 'postgres') return []
  switch (property) {
    case 'type':
      return [{ kind: 'alterColumnType', span, table, column, type: was.type }]
    case 'nullability':
      return [{ kind: was.nullable ? 'dropNotNull' : 'setNotNull', span, table, column }]
    case 'default':
      return [
        was.default ? { kind: 'setDefault', span, table, column, default: was.default } : { kind: 'dropDefault', span, table, column },
      ]
    default:
      return []
  }
}

/** Does up, these operations and then down lead to the schema that was there before? */
function bringsBack(operations: readonly Operation[], { up, down, position }: RecipeSite): boolean {
  let schema = up.after
  for (const operation of [...operations, ...(down?.moments.map((moment) => moment.operation) ?? [])]) {
    const step = apply(schema, operation, { born: position, transaction: 'down' })
    if (step.conflict !== undefined) return false
    schema = step.schema
  }
  return diff(up.before, schema).length === 0
}
