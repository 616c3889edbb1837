import { changesNothing, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'enum-drop-type',
  title: 'Enum type left behind by down',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'A rollback that leaves it makes the next deployment fail.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'speaks',
  why: 'Dropping a table or a column leaves its enum type in place. The next up then fails on CREATE TYPE, or, where an ORM creates the type only if it is absent, silently goes on with the labels of long ago.',
  instead: 'DROP TYPE at the end of down, after the column or table that uses it.',
  unless: 'The type is dropped, another column still uses it, or TypeORM’s dropColumn drops it.',
  sources: ['https://github.com/sequelize/sequelize/issues/2577'],
  covers: [12],
  equivalents: [],
  messages: {
    left: 'down leaves the type {type} behind: the next up fails to create it, or re-uses its old labels.',
    written: 'down leaves the type {type} behind: the next up fails to create it.',
  },
  on: {
    migration(at) {
      const { down, up } = at
      if (
        !down ||
        down.moments.every(changesNothing) ||
        down.moments.some(({ operation }) => operation.kind === 'refuse' || operation.kind === 'opaque')
      )
        return
      for (const { object, change, name } of at.leftover) {
        if (object !== 'type' || change !== 'added') continue
        const used = [...down.after.tables.values()].some((table) =>
          [...table.columns.values()].some(({ column }) => column.type?.name.toLowerCase() === name.name.toLowerCase()),
        )
        if (used) continue
        const creator = up.moments.find(({ operation }) => operation.kind === 'createType' && at.sameName(operation.name, name))
        // SQL that asks first finds the type again, with the labels that it would give it; a builder's labels may have changed meanwhile.
        if (!creator || (creator.statement.sql !== undefined && creator.operation.context?.guards)) continue
        // A type that up takes the name from was there before: what bears the name after down stands for it.
        const stood = up.moments.some(
          ({ operation, index }) =>
            index < creator.index &&
            (operation.kind === 'renameType' || operation.kind === 'dropType') &&
            at.sameName(operation.name, name),
        )
        if (stood) continue
        at.report(
          down.moments[0]!.statement.span,
          creator.statement.sql === undefined ? 'left' : 'written',
          { type: showName(name) },
          { evidence: 'replayed', related: [{ message: 'created here', span: creator.operation.span }] },
        )
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'left',
      sequelize: "await queryInterface.addColumn('people', 'mood', { type: Sequelize.ENUM('sad', 'ok') })",
      down: "await queryInterface.removeColumn('people', 'mood')",
    },
    {
      on: 'postgres',
      says: 'written',
      title: 'A type that SQL creates, whatever it is made of',
      sequelize:
        "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.sequelize.query('CREATE TYPE place AS (shelf integer, box integer)', { transaction })\n  await queryInterface.sequelize.query('ALTER TABLE parcels ADD COLUMN place place', { transaction })\n})",
      down: "await queryInterface.removeColumn('parcels', 'place')",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Created only when it is not there',
      sequelize:
        "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.sequelize.query(`DO $$ BEGIN\n    IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('sad', 'ok'); END IF;\n  END $$`, { transaction })\n  await queryInterface.sequelize.query('ALTER TABLE people ADD COLUMN mood mood', { transaction })\n})",
      down: "await queryInterface.removeColumn('people', 'mood')",
    },
    {
      on: 'postgres',
      sequelize: "await queryInterface.addColumn('people', 'mood', { type: Sequelize.ENUM('sad', 'ok') })",
      down: "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.removeColumn('people', 'mood', { transaction })\n  await queryInterface.sequelize.query('DROP TYPE \"enum_people_mood\"', { transaction })\n})",
    },
  ],
})
