import { defineRule, type Moment, type Name, type OperationKind, type ScriptSite, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'unmerged-alter',
  title: 'Several passes over one table that could be one',
  severity: 'warning',
  profile: 'style',
  profileBecause: 'Each pass is told by its own rule; that there need not be so many is a matter of style.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'Each ALTER TABLE that reads or copies the rows goes through the whole table, with its lock taken anew. The clauses of one ALTER TABLE share a single pass.',
  instead: 'Write the changes as clauses of one ALTER TABLE, separated by commas.',
  unless: 'A statement between them needs the first one done, the table is new, or an ORM’s methods write the statements.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html', 'https://dev.mysql.com/doc/refman/8.4/en/alter-table.html'],
  covers: [73],
  equivalents: ['eugene:W12', 'bytebase:statement.merge-alter-table'],
  messages: {
    again: 'This goes through {table} once more: the {count} statements that do could be one ALTER TABLE.',
  },
  on: {
    script(at) {
      const passes = new Map<string, Moment[]>()
      for (const moment of at.walk.moments) {
        const table = passOver(moment, at)
        if (table) {
          const list = passes.get(showName(table)) ?? []
          if (list.at(-1)?.index !== moment.index) passes.set(showName(table), [...list, moment])
        } else if (interrupts(moment)) {
          // Rows are written, or a transaction ends: what comes after may need it.
          for (const [name, list] of passes) if (list.length < 2) passes.delete(name)
        }
      }
      for (const [table, [first, second, ...more]] of passes) {
        if (!first || !second) continue
        const related = [{ message: 'the first of them', span: first.operation.span }]
        at.report(second.operation, 'again', { table, count: 2 + more.length }, { evidence: 'derived', related })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'again',
      sql: 'ALTER TABLE orders ALTER COLUMN total SET NOT NULL;\nALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
    },
    {
      on: 'mysql',
      says: 'again',
      sql: 'ALTER TABLE orders ADD INDEX orders_state (state);\nALTER TABLE orders ADD INDEX orders_user (user_id);',
    },
  ],
  good: [
    {
      on: 'postgres',
      sql: 'ALTER TABLE orders ALTER COLUMN total SET NOT NULL, ALTER COLUMN state SET NOT NULL;',
      also: ['set-not-null-scan'],
    },
    {
      on: 'mysql',
      title: 'Both at once, whatever they are',
      sql: 'ALTER TABLE orders ADD INDEX orders_state (state), ADD INDEX orders_user (user_id);',
    },
    {
      on: 'postgres',
      title: 'Only the catalog',
      sql: 'ALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN memo text;',
    },
  ],
})

const clauses: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'addColumn',
  'dropColumn',
  'alterColumnType',
  'modifyColumn',
  'setNotNull',
  'addConstraint',
  'alterTable',
])

/** The existing table whose rows a clause of ALTER TABLE reads or writes. */
function passOver(moment: Moment, at: Pick<ScriptSite, 'table' | 'dialect'>): Name | undefined {
  const { operation, statement, cost } = moment
  // CREATE INDEX is a clause in MySQL only.
  const isClause = clauses.has(operation.kind) || (at.dialect !== 'postgres' && operation.kind === 'createIndex')
  if (!isClause || statement.sql === undefined || operation.context?.block !== undefined) return undefined
  if (cost.rewrites !== true && cost.scans !== true && cost.buildsIndex !== true) return undefined
  const name = 'table' in operation ? (operation.table as Name | undefined) : undefined
  return name && !at.table(name, moment).fresh ? name : undefined
}

function interrupts({ operation }: Moment): boolean {
  return ['insert', 'update', 'delete', 'writeRows', 'transaction', 'opaque', 'call'].includes(operation.kind)
}
