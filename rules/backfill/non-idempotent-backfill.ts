import { boundOf, defineRule, isStructural, type Moment, type OperationOf, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'non-idempotent-backfill',
  title: 'Backfill that changes rows twice when it is run again',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'It takes a stop half-way to do harm; then nobody can tell which rows were done.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'An UPDATE that computes a column from its own value (price = price * 100) changes a row again each time it runs. Where no transaction holds the migration together, batches that were committed before a stop are done twice by the next run, and no row says which ones.',
  instead: 'Write the result to a new column, or mark the rows that are done and leave them out: WHERE new_price IS NULL.',
  unless: 'One transaction holds the whole migration, it is the last step, or WHERE leaves out what is done.',
  sources: ['https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html'],
  covers: [201],
  equivalents: [],
  messages: {
    twice: '{table}.{column} is computed from its own value: run again after a stop, this changes rows that were done once more.',
  },
  on: {
    update(update, at) {
      const column = update.set.find(({ accumulates }) => accumulates)?.column
      if (column === undefined || at.table(update.table).fresh || isMarked(update, at) || !mayRunAgain(update, at)) return
      const type = at.column(update.table, column)?.column.type?.name
      if (type !== undefined && /json|hstore/.test(type)) return
      at.report(update, 'twice', { table: showName(update.table), column })
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'twice',
      sql: 'UPDATE products SET price = price * 100 WHERE id BETWEEN 1 AND 5000;\nALTER TABLE products ADD COLUMN currency TEXT;',
    },
    {
      on: 'postgres',
      says: 'twice',
      title: 'Batches that commit',
      sequelize:
        "for (let from = 0; from < 1000000; from += 5000) {\n  await queryInterface.sequelize.query('UPDATE products SET price = price * 100 WHERE id BETWEEN :from AND :to', { replacements: { from, to: from + 4999 } })\n}",
    },
  ],
  good: [
    {
      on: 'mysql',
      title: 'A mark',
      sql: 'UPDATE products SET price = price * 100, in_cents = TRUE WHERE in_cents = FALSE AND id BETWEEN 1 AND 5000;\nALTER TABLE products ADD COLUMN currency TEXT;',
    },
    {
      on: 'postgres',
      title: 'All or nothing',
      sql: 'BEGIN;\nUPDATE products SET price = price * 100 WHERE id BETWEEN 1 AND 5000;\nALTER TABLE products ADD COLUMN currency text;\nCOMMIT;',
    },
    { on: 'mysql', title: 'The only step', sql: 'UPDATE products SET price = price * 100 WHERE id BETWEEN 1 AND 5000;' },
  ],
})

type Asks = Pick<Site, 'table' | 'sameColumn' | 'transaction' | 'later' | 'sameName'>

/** Does its WHERE ask for a column that the statement sets, and so leave out what is done? */
function isMarked({ set, where }: OperationOf<'update'>, at: Asks): boolean {
  return where?.columns.some((column) => set.some((one) => at.sameColumn(one.column, column))) ?? false
}

/** May the migration stop after some of its rows are committed, and begin anew? A few rows picked by key are looked after by hand. */
function mayRunAgain(update: OperationOf<'update'>, at: Asks): boolean {
  const loops = update.context?.loops ?? []
  const single = boundOf(update, at) === 'key' && loops.length === 0
  if (single || update.context?.block === 'catch') return false
  if (loops.some(({ commits }) => commits === true) || (loops.length > 0 && at.transaction.open === 'no')) return true
  if (update.context?.block === 'do') return false
  const ends = ({ cost, operation }: Moment) => cost.commits && isStructural(operation)
  return at.transaction.open === 'no' ? at.later.some(({ operation }) => operation.kind !== 'setVariable') : at.later.some(ends)
}
