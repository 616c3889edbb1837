import {
  changesNothing,
  defineRule,
  findFunction,
  findTable,
  isStructural,
  type MigrationSite,
  type Moment,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-down',
  title: 'Migration that cannot be rolled back',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'A rollback is run when everything else has failed already, and must be there.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'speaks',
  why: 'When a release goes wrong the way back is the down migration. One that is missing does nothing (and with Knex no pending migration runs at all); one that is empty or only logs is worse: the runner records the migration as undone while the schema stays as it is, and the next up fails.',
  instead: 'Write the inverse of up, or throw an error that says why this migration is forward only.',
  unless:
    'down throws on purpose with a message, or up leaves nothing to undo (VALIDATE, ANALYZE, COMMENT, ADD VALUE, an extension made with IF NOT EXISTS, which others may use by then). Prisma and SQL conventions without down files have none to miss.',
  sources: [
    'https://sequelize.org/docs/v6/other-topics/migrations/',
    'https://typeorm.io/docs/migrations/why/',
    'https://knexjs.org/guide/migrations.html',
  ],
  covers: [1, 2],
  equivalents: [],
  messages: {
    required: {
      text: 'This migration has no down, and so none of those that are pending with it runs: “{words}”.',
      severity: 'error',
    },
    none: 'This migration has no down: a rollback of the release leaves its changes in place.',
    empty: 'The down of this migration is empty: the runner records it as undone while its changes stay.',
    idle: 'The down of this migration only reads: the runner records it as undone while its changes stay.',
    logs: 'The down of this migration only logs or returns: the runner records it as undone while its changes stay.',
  },
  on: {
    migration(at) {
      if (!at.migration.downExpected) return
      const { down, downRequired } = at.migration
      if (down === undefined && downRequired !== undefined) {
        const help = 'Export a down as well: the inverse of up, or one that throws an error which says why this migration is forward only.'
        return at.report(firstLine(at.migration.up.span), 'required', { words: downRequired }, { help })
      }
      const moments = at.up.moments.filter((moment) => !isPassing(moment, at))
      if (
        moments.some(({ operation }) => operation.kind === 'refuse' && !operation.context?.branches?.length) &&
        !moments.some(leavesStructure)
      )
        return
      if (down === undefined) {
        if (moments.some((moment) => leavesStructure(moment) || leavesRows(moment))) at.report(firstLine(at.migration.up.span), 'none', {})
        return
      }
      if (!moments.some(leavesStructure)) return
      if (down.statements.length === 0) at.report(firstLine(down.span), down.logsOnly ? 'logs' : 'empty', {})
      else if (at.down?.moments.length && at.down.moments.every(changesNothing)) at.report(at.down.moments[0]!.statement.span, 'idle', {})
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'none',
      framework: 'sequelize',
      file: "module.exports = {\n  async up(queryInterface, Sequelize) {\n    await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })\n  },\n}\n",
    },
    {
      on: 'postgres',
      says: 'required',
      title: 'Knex runs nothing then',
      framework: 'knex',
      file: "exports.up = (knex) => knex.raw('ANALYZE orders')\n",
    },
    {
      on: 'postgres',
      says: 'empty',
      title: 'An empty one',
      sequelize: "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })",
      down: '',
    },
    {
      on: 'postgres',
      says: 'logs',
      title: 'One that only logs',
      sequelize: "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })",
      down: "console.log('nothing to undo')",
    },
    {
      on: 'postgres',
      says: 'empty',
      title: 'An extension that up asks for again',
      sequelize: "await queryInterface.sequelize.query('CREATE EXTENSION citext')",
      down: '',
    },
    {
      on: 'postgres',
      says: 'idle',
      title: 'One that only reads',
      sequelize: "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })",
      down: "await queryInterface.sequelize.query('SELECT 1')",
    },
    {
      on: 'postgres',
      says: 'empty',
      title: 'A function of before that up drops',
      history: [
        "await queryInterface.sequelize.query('CREATE FUNCTION day_of(value text) RETURNS text AS $$ SELECT value $$ LANGUAGE sql')",
      ],
      sequelize: "await queryInterface.sequelize.query('DROP FUNCTION day_of(text)')",
      down: '',
    },
  ],
  good: [
    {
      on: 'postgres',
      sequelize: "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })",
      down: "await queryInterface.removeColumn('orders', 'note')",
    },
    {
      on: 'postgres',
      title: 'Forward only, and it says so',
      sequelize: "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })",
      down: "throw new Error('forward only: notes are not kept elsewhere')",
    },
    {
      on: 'postgres',
      title: 'A table that was only needed meanwhile',
      sequelize:
        "await queryInterface.createTable('picked', { id: { type: Sequelize.INTEGER, primaryKey: true } })\nawait queryInterface.dropTable('picked')",
      down: '',
    },
    {
      on: 'postgres',
      title: 'Knex asks for a function and nothing more',
      framework: 'knex',
      file: "exports.up = (knex) => knex.raw('ANALYZE orders')\n\nexports.down = async () => {}\n",
    },
    {
      on: 'postgres',
      title: 'An extension where there is none yet',
      sequelize: 'await queryInterface.sequelize.query(\'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"\')',
      down: '',
    },
    { on: 'postgres', title: 'Nothing to undo', sequelize: "await queryInterface.sequelize.query('ANALYZE orders')", down: '' },
    {
      on: 'postgres',
      title: 'A function that up makes, uses and drops',
      history: [
        "await queryInterface.createTable('visits', { id: { type: Sequelize.INTEGER, primaryKey: true }, day: { type: Sequelize.TEXT } })",
      ],
      sequelize:
        "await queryInterface.sequelize.query(\"CREATE OR REPLACE FUNCTION day_of(value text) RETURNS text AS $$ SELECT lower(value) $$ LANGUAGE sql IMMUTABLE\")\nawait queryInterface.sequelize.query('UPDATE visits SET day = day_of(day) WHERE id = 1')\nawait queryInterface.sequelize.query('DROP FUNCTION day_of(text)')",
      down: '',
      also: ['missing-transaction'],
    },
    {
      on: 'mysql',
      title: 'Rows that are seeded anew, and their counter',
      history: ["await queryInterface.createTable('tags', { id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true } })"],
      sequelize:
        "await queryInterface.sequelize.query('DELETE FROM tags WHERE id < 4')\nawait queryInterface.sequelize.query('ALTER TABLE tags AUTO_INCREMENT = 1')\nawait queryInterface.sequelize.query('INSERT INTO tags (id) VALUES (1), (2), (3)')",
      down: '',
      also: ['non-idempotent-insert', 'unbatched-update'],
    },
  ],
})

/** Is it about a table or a function that this migration makes and drops again? */
function isPassing({ operation, before }: Moment, at: MigrationSite): boolean {
  if (operation.kind === 'createFunction' || operation.kind === 'dropFunction') {
    const { name, kind } = operation
    const [made, gone] = (['createFunction', 'dropFunction'] as const).map((one) =>
      at.up.moments.findIndex(({ operation: other }) => other.kind === one && at.sameName(other.name, name)),
    )
    return made! >= 0 && made! < gone! && (kind === 'dropFunction' || findFunction(before, name) === undefined)
  }
  if (!('table' in operation) || operation.table === undefined || findTable(at.up.after, operation.table)) return false
  const { table } = operation
  return at.up.moments.some(({ operation: made }) => made.kind === 'createTable' && at.sameName(made.table, table))
}

function leavesStructure({ operation }: Moment): boolean {
  if (operation.kind === 'createTable' && operation.temporary) return false
  // A counter that goes with the rows, a remark, and what the planner counts.
  if (operation.kind === 'alterTable' && /^(?:AUTO_INCREMENT|COMMENT|STATS_\w{1,20})\b/i.test(operation.action)) return false
  // One that is there already may be another's: no down can know whether to drop it, and up can run again.
  return isStructural(operation) || (operation.kind === 'createExtension' && !operation.ifNotExists)
}

function leavesRows({ operation }: Moment): boolean {
  return operation.kind === 'insert' || operation.kind === 'update' || operation.kind === 'delete' || operation.kind === 'truncate'
}

/** A whole function is too much to underline: its start is enough. */
function firstLine<S extends { readonly start: number; readonly end: number }>(span: S): S {
  return { ...span, end: Math.min(span.end, span.start + 24) }
}
