import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'enum-reordered',
  title: 'ENUM or SET whose values change their numbers',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'The values themselves are kept; only what goes by their order or number sees a change.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'ENUM and SET store the position of a value in the list. The change keeps each row’s value by its name, but ORDER BY, < and > and every numeric use follow the new positions, and a replica that still has the old list takes the numbers of row events for other values. It also copies the table, which a value at the end does not.',
  instead: 'Add new values at the end of the list, and sort by a column of its own.',
  unless: 'Nothing sorts by the column, compares it or reads its number, or the table is new.',
  sources: ['https://dev.mysql.com/doc/refman/8.4/en/enum.html', 'measured: MariaDB 10.11'],
  covers: [96, 97, 99],
  equivalents: ['atlas:MY111', 'atlas:MY112', 'atlas:MY121', 'atlas:MY122'],
  messages: {
    moved:
      '{value} of {table}.{column} had the number {from} and has {to} from here on: whatever sorts by the column or reads its number sees another order.',
  },
  on: {
    modifyColumn({ table, column, to, span }, at) {
      const from = at.column(table, column)?.column.type
      if (at.table(table).fresh || !from?.labels || !to.type?.labels || from.name !== to.type.name) return
      const now = to.type.labels
      for (const [i, label] of from.labels.entries()) {
        const place = now.findIndex((other) => at.sameColumn(other, label))
        if (place < 0 || place === i) continue
        const slots = { value: `'${label}'`, table: showName(table), column, from: i + 1, to: place + 1 }
        at.report(span, 'moved', slots, { evidence: 'replayed' })
        return
      }
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'moved',
      title: 'A value in between',
      history: ["CREATE TABLE orders (id INT PRIMARY KEY, state ENUM('new', 'paid') NOT NULL);"],
      sql: "ALTER TABLE orders MODIFY state ENUM('new', 'sent', 'paid') NOT NULL;",
      also: ['type-change-rewrite'],
    },
  ],
  good: [
    {
      on: 'mysql',
      title: 'A value at the end',
      history: ["CREATE TABLE orders (id INT PRIMARY KEY, state ENUM('new', 'paid') NOT NULL);"],
      sql: "ALTER TABLE orders MODIFY state ENUM('new', 'paid', 'sent') NOT NULL;",
    },
  ],
})
