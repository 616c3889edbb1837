import {
  defineRule,
  type MigrationSite,
  type Moment,
  type Name,
  type OperationOf,
  replacementsOf,
  showName,
  sourcesOf,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'lossy-down',
  title: 'Rollback that brings the schema back without its data',
  severity: 'warning',
  profile: 'style',
  profileBecause: 'That up destroys the values without a copy is unverified-backup’s to tell; that down hides it is a matter of care.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A down that adds the dropped column or table again looks like an inverse, and brings back an empty one. One that leaves alone what up wrote over brings back nothing. The rollback succeeds, the old release starts, and works on values that are gone.',
  instead:
    'Copy the rows to a table of their own before up destroys them and restore them in down, or have down refuse with a sentence that says so.',
  unless: 'down reads the values back, or refuses on purpose.',
  sources: ['https://www.prisma.io/dataguide/types/relational/expand-and-contract-pattern'],
  covers: [7, 15],
  equivalents: ['django-migration-linter:RUNSQL_REVERSIBLE'],
  messages: {
    empty: 'A rollback brings {what} back empty: up drops it, and nothing keeps the values.',
    overwritten: 'A rollback leaves {what} as up wrote it: the values before are kept nowhere.',
  },
  on: {
    migration(at) {
      const { up, down } = at
      if (!down || [...up.moments, ...down.moments].some(({ operation }) => operation.kind === 'opaque' || operation.kind === 'refuse'))
        return
      const restored = (table: Name) => down.moments.some((moment) => writes(moment, table, at))
      for (const moment of up.moments) {
        const { operation } = moment
        if (operation.kind === 'dropColumn' || operation.kind === 'dropTable') {
          if (isNobodys(moment, operation.table, at) || !isMadeAgain(operation, down.moments, at) || restored(operation.table)) continue
          if (isCopied(operation, at) || isReplaced(moment, at)) continue
          const name = showName(operation.table)
          at.report(
            operation,
            'empty',
            { what: operation.kind === 'dropColumn' ? `${name}.${operation.column}` : `the table ${name}` },
            { evidence: 'replayed' },
          )
        }
      }
      const written = up.moments.find((moment) => isOverwritten(moment, at))
      if (written?.operation.kind !== 'update' || down.moments.length === 0 || restored(written.operation.table)) return
      const { table, set } = written.operation
      at.report(written.operation, 'overwritten', { what: `${showName(table)}.${set[0]!.column}` }, { evidence: 'replayed' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'empty',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, fax text);'],
      sql: 'ALTER TABLE users DROP COLUMN fax;',
      down: 'ALTER TABLE users ADD COLUMN fax text;',
    },
    {
      on: 'postgres',
      says: 'overwritten',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, state text);'],
      sql: "ALTER TABLE users ADD COLUMN seen boolean;\nUPDATE users SET state = 'active' WHERE id BETWEEN 1 AND 5000;",
      down: 'ALTER TABLE users DROP COLUMN seen;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Kept and restored',
      history: ['CREATE TABLE users (id bigint PRIMARY KEY, fax text);'],
      sql: 'BEGIN;\nCREATE TABLE faxes AS SELECT id, fax FROM users;\nALTER TABLE users DROP COLUMN fax;\nCOMMIT;',
      down: 'BEGIN;\nALTER TABLE users ADD COLUMN fax text;\nUPDATE users SET fax = faxes.fax FROM faxes WHERE faxes.id = users.id AND users.id BETWEEN 1 AND 5000;\nDROP TABLE faxes;\nCOMMIT;',
      also: ['drop-before-contract', 'mixed-ddl-dml'],
    },
  ],
})

/** Made by this migration, or temporary: it had nothing to lose. */
function isNobodys(moment: Moment, table: Name, at: MigrationSite): boolean {
  const { operation } = moment
  if (operation.context?.branches?.length || operation.context?.block === 'catch' || at.table(table, moment).fresh) return true
  if (operation.kind !== 'dropColumn') return false
  const state = [...(at.table(table, moment).state?.columns.values() ?? [])].find((one) => at.sameColumn(one.column.name, operation.column))
  return state !== undefined && (at.age(state.born) !== 'existing' || state.column.generated !== undefined)
}

function isMadeAgain(dropped: OperationOf<'dropColumn' | 'dropTable'>, down: readonly Moment[], at: MigrationSite): boolean {
  return down.some(({ operation }) => {
    if (dropped.kind === 'dropTable') return operation.kind === 'createTable' && at.sameName(operation.table, dropped.table)
    return (
      operation.kind === 'addColumn' && at.sameName(operation.table, dropped.table) && at.sameColumn(operation.column.name, dropped.column)
    )
  })
}

/** Do the values live on in another table or column: what down makes of them is then its own affair. */
function isCopied(dropped: OperationOf<'dropColumn' | 'dropTable'>, at: MigrationSite): boolean {
  return at.up.moments.some(({ operation }) => {
    if (operation.kind === 'renameTable') return at.sameName(operation.to, dropped.table)
    if (operation.kind === 'createTable' && at.sameName(operation.table, dropped.table)) return true
    const query = operation.kind === 'createTable' ? operation.as : operation.kind === 'insert' ? operation.query : undefined
    if (query?.tables.some((name) => at.sameName(name, dropped.table))) return true
    if (operation.kind !== 'update' || dropped.kind !== 'dropColumn') return false
    return operation.set.some((assignment) => sourcesOf(assignment, operation).some((column) => at.sameColumn(column, dropped.column)))
  })
}

/** Was another column of the table filled from the dropped one, here or by an earlier migration? */
function isReplaced(moment: Moment, at: MigrationSite): boolean {
  const { operation } = moment
  if (operation.kind !== 'dropColumn') return false
  return replacementsOf(at.table(operation.table, moment).state, operation.column, at).length > 0
}

function writes({ operation }: Moment, table: Name, at: MigrationSite): boolean {
  if (operation.kind === 'createTable' && operation.as) return at.sameName(operation.table, table)
  return (operation.kind === 'insert' || operation.kind === 'update' || operation.kind === 'delete') && at.sameName(operation.table, table)
}

/** An UPDATE that puts a constant in the place of values that were there. */
function isOverwritten(moment: Moment, at: MigrationSite): boolean {
  const { operation } = moment
  if (operation.kind !== 'update' || isNobodys(moment, operation.table, at) || operation.set.length === 0) return false
  const { column, value } = operation.set[0]!
  // Where there was NULL nothing is lost.
  const wasNull = operation.where?.terms.some(
    (term) => term.operator === 'is null' && term.column !== undefined && at.sameColumn(term.column, column),
  )
  if (wasNull || (value !== 'constant' && value !== 'null')) return false
  const state = [...(at.table(operation.table, moment).state?.columns.values() ?? [])].find((one) => at.sameColumn(one.column.name, column))
  return state !== undefined && at.age(state.born) === 'existing'
}
