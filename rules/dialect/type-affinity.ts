import { createdColumns, defineRule, findTable, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'type-affinity',
  title: 'Type name whose affinity is not what it says',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A matter of type names: it bites only where a text looks like a number.',
  since: '0.2.0',
  dialects: ['sqlite'],
  inDown: 'full',
  why: 'SQLite takes any word for a type and looks only at pieces of it: STRING has no piece that it knows, so the column has NUMERIC affinity and a text that looks like a number is stored as one. The code "007" comes back as 7, "1e5" as 100000.',
  instead: 'Write TEXT, or make the table STRICT.',
  unless: 'Nothing that looks like a number is ever stored, or the table is STRICT.',
  sources: ['https://www.sqlite.org/datatype3.html#determination_of_column_affinity', 'measured: SQLite 3.54.1'],
  covers: [122],
  equivalents: [],
  messages: {
    affinity: 'The type {type} of {table}.{column} means {affinity} to SQLite: a text that looks like a number is stored as one.',
  },
  on: {
    every(operation, at) {
      if (at.direction === 'down') return
      for (const { column, table } of createdColumns(operation)) {
        const name = column.type?.name ?? ''
        const isStrict = findTable(at.after, table)?.options.STRICT !== undefined
        const affinity = textual.test(name) && !/char|clob|text|int|blob/.test(name) ? 'NUMERIC' : undefined
        if (affinity !== undefined && !isStrict)
          at.report(column.span ?? operation, 'affinity', {
            type: column.type!.text,
            table: showName(table),
            column: column.name,
            affinity,
          })
      }
    },
  },
  bad: [{ on: 'sqlite', says: 'affinity', sql: 'CREATE TABLE users (id INTEGER PRIMARY KEY, code STRING);' }],
  good: [{ on: 'sqlite', sql: 'CREATE TABLE users (id INTEGER PRIMARY KEY, code TEXT, name VARCHAR(20), at DATETIME, open BOOLEAN);' }],
})

/** Words that say text to a reader. Dates, UUIDs and JSON never look like a number. */
const textual = /^(?:string|str|citext|name|code)\b/
