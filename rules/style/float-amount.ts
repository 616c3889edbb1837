import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'float-amount',
  title: 'Amount of money as a floating point number',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Binary fractions cannot hold 0.10. Sums of many rows drift by cents, comparisons with = fail, and the accounts do not balance. PostgreSQL’s money depends on a setting of the server.',
  instead: 'Use numeric(12, 2) or a number of cents as bigint.',
  unless: 'The number is measured, not counted.',
  sources: ['https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_money'],
  covers: [216],
  equivalents: [],
  messages: {
    found: '{column} of {table} holds an amount in binary fractions: sums drift.',
  },
  on: {
    every(operation, at) {
      for (const { table, column } of createdColumns(operation))
        if (isFloat.test(column.type?.name ?? '') && isAmount.test(column.name))
          at.report(operation, 'found', { column: column.name, table: showName(table) })
    },
  },
  bad: [
    { on: 'postgres', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, total_price double precision);' },
    { on: 'mysql', says: 'found', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, price float);' },
  ],
  good: [
    { on: 'postgres', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, total_price numeric(12, 2));' },
    { on: 'postgres', title: 'Measured', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, weight double precision);' },
  ],
})

const isFloat = /^(?:money|real|float4?|float8|double|double precision)$/
const isAmount = /(?:^|_)(?:price|amount|total|cost|fee|balance|tax|salary|payment|subtotal|discount)(?:_|$)/i
