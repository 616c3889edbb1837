import { defineRule, isStructural, type Moment } from '../../src/rule/define.ts'

const inBlock = 'Name the failures that are expected (WHEN duplicate_table), and let the others stop the migration.'

export default defineRule({
  id: 'swallowed-error',
  title: 'Failure of a step caught and forgotten',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'The runner records the migration as done although the step did not happen, and nobody is told.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A catch that only logs, or only rolls back, makes every failure look like success: a lock timeout, a full disk, a typing error. The migration is recorded, never runs again, and the next release meets a schema that lacks the change. On PostgreSQL a failure aborts the transaction besides: whatever follows in it fails as well.',
  instead:
    'Throw the error again; where one failure is expected, ask before the step (hasColumn, IF NOT EXISTS) or test the error’s code and throw the others.',
  unless:
    'The handler tests which error it was, throws, or does something of its own instead; or what failed was to drop or rename what may be gone already.',
  sources: ['https://github.com/sequelize/umzug#executing-migrations', 'https://www.postgresql.org/docs/current/errcodes-appendix.html'],
  covers: [191],
  equivalents: [],
  messages: {
    swallowed: 'When this step fails, the error is caught and forgotten: the migration is recorded as done without it.',
    rolledBack:
      'When a step here fails, all of them are rolled back and the error is forgotten: the migration is recorded as done and has done nothing.',
  },
  on: {
    script(at) {
      if (at.direction === 'down') return
      const steps = at.walk.moments.filter(({ operation }) => isStructural(operation) && !takesAway(operation) && isSwallowed(operation))
      const [first] = steps
      if (!first) return
      const undone = at.walk.script.statements.some(({ operations }) =>
        operations.some((one) => one.kind === 'transaction' && one.action === 'rollback' && one.context?.block === 'catch'),
      )
      at.report(first.operation, undone ? 'rolledBack' : 'swallowed', {}, first.operation.context?.block === 'do' ? { help: inBlock } : {})
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'swallowed',
      sequelize:
        "try {\n  await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)\n} catch (error) {\n  console.log('note is there already')\n}",
      also: ['non-idempotent-ddl'],
    },
    {
      on: 'mysql',
      says: 'swallowed',
      title: 'catch of a promise',
      sequelize: "await queryInterface.addColumn('orders', 'note', Sequelize.TEXT).catch(() => {})",
    },
    {
      on: 'postgres',
      says: 'rolledBack',
      title: 'Rolled back, and nobody told',
      sequelize:
        "const transaction = await queryInterface.sequelize.transaction()\ntry {\n  await queryInterface.addColumn('orders', 'note', Sequelize.TEXT, { transaction })\n  await transaction.commit()\n} catch (error) {\n  await transaction.rollback()\n  console.error(error)\n}",
    },
    {
      on: 'mysql',
      says: 'swallowed',
      title: 'Awaited in the try, and handed back',
      sequelize: "try {\n  return await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)\n} catch (error) {\n  return true\n}",
    },
    {
      on: 'postgres',
      says: 'swallowed',
      title: 'A handler of a DO block for whatever fails',
      sql: "DO $$ BEGIN\n  CREATE TABLE notes (id bigint PRIMARY KEY, body text);\nEXCEPTION WHEN OTHERS THEN\n  RAISE NOTICE 'no notes here';\nEND $$;",
    },
    {
      on: 'mysql',
      says: 'swallowed',
      title: 'Promise.allSettled, whose answers nobody reads',
      sequelize: "await Promise.allSettled(['note', 'memo'].map((column) => queryInterface.addColumn('orders', column, Sequelize.TEXT)))",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Thrown again',
      sequelize:
        "const transaction = await queryInterface.sequelize.transaction()\ntry {\n  await queryInterface.addColumn('orders', 'note', Sequelize.TEXT, { transaction })\n  await transaction.commit()\n} catch (error) {\n  await transaction.rollback()\n  throw error\n}",
    },
    {
      on: 'mysql',
      title: 'One failure is expected',
      sequelize:
        "try {\n  await queryInterface.addColumn('orders', 'note', Sequelize.TEXT)\n} catch (error) {\n  if (error.original.errno !== 1060) throw error\n}",
    },
    {
      on: 'mysql',
      title: 'Kept for later',
      sequelize:
        "let failure\nfor (const size of [100, 200]) {\n  try {\n    await queryInterface.addColumn('orders', `note_${size}`, Sequelize.STRING(size))\n    return\n  } catch (error) {\n    failure = error\n  }\n}\nthrow failure",
    },
    {
      on: 'mysql',
      title: 'What may be gone already',
      sequelize: "try {\n  await queryInterface.removeIndex('orders', 'orders_note')\n} catch (error) {\n  console.log('no index')\n}",
    },
    {
      on: 'mysql',
      title: 'Handed back from the try, which it leaves before it fails',
      sequelize: "try {\n  return queryInterface.addColumn('orders', 'note', Sequelize.TEXT)\n} catch (error) {\n  return true\n}",
    },
    {
      on: 'postgres',
      title: 'A handler of a DO block for what is expected',
      sql: "DO $$ BEGIN\n  CREATE TABLE notes (id bigint PRIMARY KEY, body text);\nEXCEPTION\n  WHEN duplicate_table THEN RAISE NOTICE 'notes are there already';\n  WHEN insufficient_privilege THEN RAISE NOTICE 'somebody else makes them';\nEND $$;",
    },
    {
      on: 'postgres',
      title: 'A handler of a DO block that throws again',
      sql: "DO $$ BEGIN\n  CREATE TABLE notes (id bigint PRIMARY KEY, body text);\nEXCEPTION WHEN OTHERS THEN\n  RAISE NOTICE 'no notes here';\n  RAISE;\nEND $$;",
    },
    {
      on: 'mysql',
      title: 'Promise.allSettled, whose answers are read',
      sequelize:
        "const settled = await Promise.allSettled([queryInterface.addColumn('orders', 'note', Sequelize.TEXT)])\nconst failed = settled.find(({ status }) => status === 'rejected')\nif (failed) throw failed.reason",
    },
  ],
})

function takesAway({ kind }: Moment['operation']): boolean {
  return kind.startsWith('drop') || kind.startsWith('rename')
}

/** Does code of the program, or a DO block, catch its failure and go on as if nothing had happened? */
function isSwallowed({ context }: Moment['operation']): boolean {
  // One that nobody waits for is missing-await's.
  if (context?.block === 'catch' || context?.block === 'finally' || context?.block === 'procedure' || context?.awaited === 'dropped')
    return false
  return context?.guards?.some(({ by, requires, selective }) => by === 'exception' && requires === 'unknown' && !selective) === true
}
