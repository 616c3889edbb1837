import {
  areDependent,
  defineRule,
  dropsNothing,
  isRefusedAsMixed,
  mayStopAfter,
  moveOfRows,
  stepsOf,
  takesData,
} from '../../src/rule/define.ts'

const moved =
  'Rows are copied from here on and then taken away where they were, and no transaction wraps the two: a stop between them leaves both, and the next run copies them again.'
const notAtomic =
  'No transaction wraps the {steps} steps from here on, and they take something away or build on one another: when one fails, those before it stay.'

const inSql = 'Write BEGIN before the steps and COMMIT after them.'
const helpFor = {
  sequelize: 'Wrap the steps in queryInterface.sequelize.transaction, and pass the transaction to every call.',
  typeorm: 'Let TypeORM open the transaction (no transaction = false in the class), or begin and commit one with the queryRunner.',
  knex: 'Let Knex open the transaction (no config.transaction = false in the file), or wrap the steps in knex.transaction.',
  prisma: inSql,
  drizzle: inSql,
  'raw-sql': inSql,
}

export default defineRule({
  id: 'missing-transaction',
  title: 'Dependent steps that nothing makes atomic',
  severity: 'warning',
  profile: 'safety',
  profileBecause:
    'A migration that stops half-way blocks every later one. What only a habit of running files suggests is the strict profile’s.',
  since: '0.1.0',
  dialects: ['postgres', 'sqlite'],
  inDown: 'full',
  why: 'PostgreSQL and SQLite can roll back DDL, and nothing here asks them to: when a later step fails, the earlier ones stay. The migration is not recorded, and running it again fails on what is there already.',
  instead: 'Wrap the steps in one transaction.',
  unless:
    'The runner or the file wraps them, a statement among them cannot or should not run in a transaction (CONCURRENTLY, VALIDATE CONSTRAINT), or every step can be run again and none destroys anything. Filling existing rows is not a step.',
  sources: ['https://wiki.postgresql.org/wiki/Transactional_DDL_in_PostgreSQL:_A_Competitive_Analysis'],
  covers: [120],
  equivalents: [],
  messages: {
    moved,
    notAtomic,
    runner:
      'The runner opens no transaction around a migration, and {count} of the judged ones take something away or build steps on one another: when one of these fails, those before it stay.',
    // psql -f, or a runner that was not named: only the strict profile argues from a habit.
    movedByHabit: { text: moved, profile: 'strict' },
    byHabit: { text: notAtomic, profile: 'strict' },
  },
  on: {
    script(at) {
      const { moments } = at.walk
      if (moments.some(({ cost }) => !cost.inTransaction) || isRefusedAsMixed(at.walk)) return
      // A constraint is validated outside the transaction that added it, or its lock lasts through the scan.
      if (moments.some(({ operation }) => operation.kind === 'validateConstraint')) return
      const open = moments.filter((moment) => mayStopAfter(moment) && !dropsNothing(moment, at))
      const bare = stepsOf(open)
      const assumed = at.walk.script.ambientAssumed
      if (assumed && !at.says('byHabit')) return
      const guarded = bare.every(({ moments: parts, repeatable }) => repeatable && !parts.some((part) => takesData(part, at)))
      if (guarded || !areDependent(bare, at)) {
        const move = moveOfRows(open, at)
        const source = move?.operation.kind === 'insert' ? move.operation.query?.tables[0] : undefined
        if (move && source && !at.table(source, move).fresh)
          at.report(move.operation, assumed ? 'movedByHabit' : 'moved', {}, { evidence: 'derived', help: helpFor[at.framework] })
        return
      }
      const rebuild =
        at.dialect === 'sqlite' &&
        moments.some(({ operation }) => operation.kind === 'setVariable' && operation.name === 'pragma foreign_keys')
      // The rebuild that Prisma writes for SQLite is its own affair.
      if (rebuild && at.framework === 'prisma') return
      const habit = assumed || rebuild
      // In the transaction that is asked for the lock of each step before it would last through the build.
      const built =
        at.dialect === 'postgres' &&
        bare.some(({ moment: { operation }, moment }) => operation.kind === 'createIndex' && !at.table(operation.table, moment).fresh)
      const help = `${helpFor[at.framework]}${built ? ' Leave out the index on a table that is in use: build it CONCURRENTLY, in a migration of its own.' : ''}`
      // Files that a tool has written: what they do without, its runner does without. The BEGIN that Prisma itself writes around a new enum is no habit of theirs.
      const once = at.framework === 'prisma' ? { oncePerRun: { message: 'runner' as const } } : {}
      at.report(bare[0]!.moment.operation, habit ? 'byHabit' : 'notAtomic', { steps: bare.length }, { evidence: 'derived', help, ...once })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'notAtomic',
      sequelize:
        "await queryInterface.addColumn('shops', 'code', { type: Sequelize.STRING })\nawait queryInterface.removeColumn('shops', 'key')",
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      says: 'byHabit',
      title: 'A plain file, judged strictly',
      profile: 'strict',
      sql: 'CREATE TABLE shops (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN shop_id bigint REFERENCES shops (id);',
    },
    {
      on: 'postgres',
      says: 'notAtomic',
      title: 'A table and what refers to it',
      sequelize:
        "await queryInterface.createTable('shops', { id: { type: Sequelize.UUID, primaryKey: true } })\nawait queryInterface.addColumn('orders', 'shop_id', { type: Sequelize.UUID, references: { model: 'shops', key: 'id' } })",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'One query string, which PostgreSQL runs as one transaction',
      history: ['CREATE TABLE favorites (id bigint PRIMARY KEY);\nCREATE TABLE likes (id bigint);'],
      files: { 'package.json': '{ "dependencies": { "prisma": "6.3.0" } }' },
      prisma: 'INSERT INTO likes SELECT id FROM favorites;\n\nDROP TABLE favorites;',
      also: ['drop-before-contract', 'unbatched-update'],
    },
    {
      on: 'postgres',
      title: 'Wrapped, with the transaction passed on',
      sequelize:
        "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.createTable('shops', { id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true }, code: { type: Sequelize.STRING } }, { transaction })\n  await queryInterface.addIndex('shops', ['code'], { transaction })\n})",
    },
    {
      on: 'postgres',
      title: 'New tables are nobody’s yet',
      sequelize:
        "await queryInterface.createTable('shops', { id: { type: Sequelize.INTEGER, primaryKey: true }, code: { type: Sequelize.STRING } })\nawait queryInterface.addIndex('shops', ['code'])",
    },
    { on: 'postgres', title: 'One step', sequelize: "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })" },
    {
      on: 'postgres',
      title: 'Temporary tables go with their session',
      profile: 'strict',
      sql: 'CREATE TEMP TABLE picked (id bigint);\nCREATE INDEX picked_id ON picked (id);\nDROP INDEX picked_id;\nDROP TABLE picked;',
    },
  ],
})
