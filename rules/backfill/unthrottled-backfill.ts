import { defineRule, isCatalog, type Loop, type Moment, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'unthrottled-backfill',
  title: 'Batches without a pause',
  severity: 'info',
  profile: 'style',
  profileBecause: 'Batches are what was asked for; only replicas and a busy server notice that they have no pause.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'Batches that commit one after the other without a pause write as fast as the server can: replicas fall behind, and what reads from them sees old rows. Vacuum and purge do not catch up either.',
  instead: 'Pause between batches (pg_sleep, SLEEP), longer while replicas lag.',
  unless: 'The loop pauses or asks another service, or something in it is not understood.',
  sources: [
    'https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-DELAY',
    'https://dev.mysql.com/doc/refman/8.4/en/miscellaneous-functions.html#function_sleep',
  ],
  covers: [203],
  equivalents: [],
  messages: {
    hurried: 'The batches on {table} follow each other without a pause: replicas fall behind.',
  },
  on: {
    script(at) {
      const said = new Set<number>()
      for (const moment of at.walk.moments) {
        const { operation } = moment
        if (operation.kind !== 'update' && operation.kind !== 'delete') continue
        const own = moment.transaction.open === 'no' && operation.context?.block !== 'do'
        const loop = operation.context?.loops?.find(
          ({ over, commits, id }) => over === 'batches' && (commits === true || own) && !said.has(id),
        )
        if (!loop) continue
        if (at.table(operation.table, moment).fresh || isCatalog(operation.table) || at.walk.moments.some((other) => pausesIn(other, loop)))
          continue
        said.add(loop.id)
        at.report(operation, 'hurried', { table: showName(operation.table) })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'hurried',
      sequelize:
        'let changed\ndo {\n  const [, result] = await queryInterface.sequelize.query("UPDATE orders SET status = \'old\' WHERE id IN (SELECT id FROM orders WHERE status IS NULL LIMIT 1000)")\n  changed = result.rowCount\n} while (changed > 0)',
    },
    {
      on: 'postgres',
      says: 'hurried',
      sql: 'DO $$\nBEGIN\n  LOOP\n    DELETE FROM events WHERE id IN (SELECT id FROM events WHERE old LIMIT 1000);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A pause of the program',
      sequelize:
        'let changed\ndo {\n  const [, result] = await queryInterface.sequelize.query("UPDATE orders SET status = \'old\' WHERE id IN (SELECT id FROM orders WHERE status IS NULL LIMIT 1000)")\n  changed = result.rowCount\n  await new Promise((resolve) => setTimeout(resolve, 100))\n} while (changed > 0)',
    },
    {
      on: 'postgres',
      sql: 'DO $$\nBEGIN\n  LOOP\n    DELETE FROM events WHERE id IN (SELECT id FROM events WHERE old LIMIT 1000);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND $$;',
    },
  ],
})

/** Does the step pause, inside the loop, as far as it is understood? */
function pausesIn({ operation }: Moment, loop: Loop): boolean {
  if (!operation.context?.loops?.some(({ id }) => id === loop.id)) return false
  if (operation.kind === 'opaque' || (operation.kind === 'external' && operation.waits)) return true
  const called = operation.kind === 'select' ? operation.query.functions : operation.kind === 'call' ? [operation.function.name] : []
  return called.some((name) => /(?:^|\.)(?:pg_sleep(?:_for|_until)?|sleep)$/i.test(name))
}
