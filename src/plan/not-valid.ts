import type { Unwritable } from '../frameworks/writer.ts'
import type { Constraint } from '../ir/column.ts'
import type { AddConstraint } from '../ir/operation.ts'
import { edit, isUnwritable, type Plan, type PlannedFinding, planOf, type RecipeSite } from './plan.ts'
import { computed, sqlPattern } from './sql-text.ts'

const altered = sqlPattern('alter table (?:if exists )?(?:only )?(QUALIFIED)')
const named = /\badd\s+constraint\s+("(?:[^"]|"")+"|[\w$]+)/i
const unnamed = /\badd\s+(?=foreign\b)/i

/** A constraint that holds for new rows at once, and is validated by a migration of its own; or one that is validated too soon. */
export function validatedLater(finding: PlannedFinding, site: RecipeSite): Plan | Unwritable | undefined {
  const { moment } = site
  if (!moment) return undefined
  const { operation, statement } = moment
  if (site.walk.direction === 'down') return { because: 'a rollback has no migration behind it' }
  if (finding.messageId === 'validatesHere' && operation.kind === 'validateConstraint')
    return planOf(
      `Validate ${operation.name} in a migration of its own`,
      'meaning',
      site.without(statement),
      site.following({ name: `validate ${operation.name}`, up: [statement.sql ?? ''], down: [], inTransaction: true }),
    )
  if (finding.messageId !== 'validates' || operation.kind !== 'addConstraint') return undefined
  if (statement.sql === undefined) return built(operation, site)
  const clause = site.text(operation.span)
  const table = altered.exec(statement.sql)?.[1]
  const start = unnamed.exec(clause)
  const name = named.exec(clause)?.[1] ?? (start && usualName(operation.table.name, operation.constraint))
  if (table === undefined || table.includes('surefoot_hole_') || name === undefined || name === null) return computed
  const { file, end } = operation.span
  const at = operation.span.start + (start ? start.index + start[0].length : 0)
  return planOf(
    `Add ${name} NOT VALID, and validate it in a migration of its own`,
    'meaning',
    edit({ file, start: end, end }, ' NOT VALID'),
    ...(start ? [edit({ file, start: at, end: at }, `CONSTRAINT ${name} `)] : []),
    site.following({
      name: `validate ${bare(name)}`,
      up: [`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`],
      down: [],
      inTransaction: true,
    }),
  )
}

/** The same for a call of a builder, which has no word for it. */
function built(operation: AddConstraint, site: RecipeSite): Plan | Unwritable {
  const { table, constraint, span } = operation
  const { name } = constraint
  if (name === undefined || table.dynamic) return computed
  const added = site.saying(operation, 'not-valid')
  const options = { version: site.version, bare: () => false }
  const [validate] = site.dialect.write({ kind: 'validateConstraint', table, name, span }, options) ?? []
  if (validate === undefined || isUnwritable(added)) return { because: 'the builder has no NOT VALID; write it in SQL' }
  return planOf(
    `Add ${name} NOT VALID, and validate it in a migration of its own`,
    'meaning',
    added,
    site.following({ name: `validate ${name}`, up: [validate], down: [], inTransaction: true }),
  )
}

/** The name that PostgreSQL itself gives to a foreign key (ChooseForeignKeyConstraintNameAddition), where it needs no quotes and is not cut. */
function usualName(table: string, { columns }: Constraint): string | undefined {
  const name = `${table}_${columns.join('_')}_fkey`
  return /^[a-z_][a-z0-9_]{0,62}$/.test(name) ? name : undefined
}

function bare(name: string): string {
  return name.replaceAll('"', '')
}
