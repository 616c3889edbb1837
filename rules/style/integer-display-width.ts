import { createdColumns, defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'integer-display-width',
  title: 'Integer with a width, or a counter that is no whole number',
  severity: 'info',
  profile: 'style',
  profileBecause: 'It stores the same either way.',
  since: '0.2.0',
  dialects: ['mysql'],
  inDown: 'full',
  why: 'The 11 of INT(11) was never a limit, only a hint to clients, and is deprecated since 8.0.17 as ZEROFILL is. A schema that states it differs from what the server shows. AUTO_INCREMENT on FLOAT or DOUBLE is deprecated too, and on a signed type half of the numbers are never used.',
  instead: 'Write INT, and format numbers where they are shown; count in INT or BIGINT.',
  unless: 'It is TINYINT(1), by which clients tell booleans, or the server is older than 8.0.17.',
  sources: ['https://dev.mysql.com/doc/refman/8.4/en/numeric-type-attributes.html'],
  covers: [219, 222],
  equivalents: [
    'skeema:display-width',
    'skeema:auto-inc',
    'bytebase:column.auto-increment-must-integer',
    'bytebase:column.auto-increment-must-unsigned',
  ],
  options: { unsignedCounters: false },
  messages: {
    width: '{type} of {table}.{column} has a display width, which means nothing and is deprecated.',
    counter: '{table}.{column} counts with {type}: AUTO_INCREMENT there is deprecated.',
    signed: '{table}.{column} counts up from 1 in a signed {type}: half of its numbers are never used.',
  },
  on: {
    every(operation, at) {
      if (!at.atLeast(8, 0, 17)) return
      for (const { table, column } of createdColumns(operation)) {
        const { type } = column
        if (!type) continue
        const slots = { type: type.text, table: showName(table), column: column.name }
        const integer = /^(?:tiny|small|medium|big)?int$/.test(type.name)
        const width =
          (integer && type.args.length > 0 && !(type.name === 'tinyint' && type.args[0] === '1')) || /\bzerofill\b/i.test(type.text)
        if (width) at.report(column.span ?? operation, 'width', slots)
        else if (column.autoIncrement && !integer) at.report(column.span ?? operation, 'counter', slots)
        else if (column.autoIncrement && at.options.unsignedCounters && !type.unsigned) at.report(column.span ?? operation, 'signed', slots)
      }
    },
  },
  bad: [
    { on: 'mysql', says: 'width', sql: 'CREATE TABLE orders (id INT(11) PRIMARY KEY);' },
    { on: 'mysql', says: 'counter', sql: 'CREATE TABLE orders (id DOUBLE NOT NULL AUTO_INCREMENT PRIMARY KEY);' },
  ],
  good: [
    { on: 'mysql', sql: 'CREATE TABLE orders (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, paid TINYINT(1) NOT NULL);' },
    { on: 'mysql', version: '5.7', title: 'An older server shows it itself', sql: 'CREATE TABLE orders (id INT(11) PRIMARY KEY);' },
  ],
})
