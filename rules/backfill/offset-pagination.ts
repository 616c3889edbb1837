import { defineRule, isCatalog, type Loop, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'offset-pagination',
  title: 'Batches that skip rows or take them twice',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Whether rows are missed depends on what the loop does with them.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Each page of OFFSET reads all rows before it and throws them away, so the loop gets slower with every turn. Where the loop changes what its WHERE asks for, or rows come and go meanwhile, the pages shift and rows are skipped. A page that goes on after the last key without ORDER BY has no last key: rows come in any order.',
  instead: 'Page by key: WHERE id > :last ORDER BY id LIMIT 1000, or take what is not done yet: WHERE new IS NULL LIMIT 1000.',
  unless: 'The table is new or small.',
  sources: ['https://www.postgresql.org/docs/current/queries-limit.html', 'https://use-the-index-luke.com/no-offset'],
  covers: [200],
  equivalents: [],
  messages: {
    offset:
      'Each turn reads the pages of {table} before its own again, and rows shift between pages while the loop runs: some are skipped.',
    unordered: 'These pages of {table} go on after the last key without ORDER BY: rows come in any order, and some are skipped.',
  },
  on: {
    select({ query, context, span }, at) {
      const table = query.tables.find((name) => !isCatalog(name))
      if (!table || at.table(table).fresh || !context?.loops?.some(isPaged)) return
      if (query.offset) at.report(span, 'offset', { table: showName(table) })
      else if (
        query.limited &&
        !query.orderedBy &&
        query.where?.terms.some(({ operator, operand }) => /^>=?$/.test(operator) && operand === 'parameter')
      )
        at.report(span, 'unordered', { table: showName(table) })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'offset',
      sequelize:
        "let offset = 0\nlet rows\ndo {\n  ;[rows] = await queryInterface.sequelize.query('SELECT id, address FROM users ORDER BY id LIMIT 1000 OFFSET :offset', { replacements: { offset } })\n  offset += 1000\n} while (rows.length > 0)",
    },
    {
      on: 'mysql',
      says: 'unordered',
      sequelize:
        "let last = 0\nlet rows\ndo {\n  ;[rows] = await queryInterface.sequelize.query('SELECT id, address FROM users WHERE id > :last LIMIT 1000', { replacements: { last } })\n  last = rows.at(-1)?.id\n} while (rows.length > 0)",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'By key',
      sequelize:
        "let last = 0\nlet rows\ndo {\n  ;[rows] = await queryInterface.sequelize.query('SELECT id, address FROM users WHERE id > :last ORDER BY id LIMIT 1000', { replacements: { last } })\n  last = rows.at(-1)?.id\n} while (rows.length > 0)",
    },
    {
      on: 'postgres',
      title: 'What is not done yet',
      sequelize:
        "let rows\ndo {\n  ;[rows] = await queryInterface.sequelize.query('SELECT id, address FROM users WHERE city IS NULL LIMIT 1000')\n  const ids = rows.map((row) => row.id)\n  if (ids.length > 0) await queryInterface.sequelize.query(\"UPDATE users SET city = coalesce(split_part(address, ',', 2), '') WHERE id IN (:ids)\", { replacements: { ids } })\n} while (rows.length > 0)",
    },
    {
      on: 'postgres',
      title: 'One look',
      sequelize: "await queryInterface.sequelize.query('SELECT id FROM users ORDER BY id LIMIT 1 OFFSET 10')",
    },
  ],
})

/** A loop over rows has its own query; those inside are asked once for each row. */
function isPaged({ over }: Loop): boolean {
  return over === 'batches' || over === 'unknown'
}
