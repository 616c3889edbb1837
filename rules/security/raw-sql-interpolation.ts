import { defineRule, findColumn, type Operation, type OperationOf, type Schema } from '../../src/rule/define.ts'

const helpFor: Readonly<Record<string, string>> = {
  sequelize: 'Pass it as a replacement or a bind parameter; quote an identifier with queryInterface.quoteIdentifier.',
  typeorm: 'Pass it as a parameter: queryRunner.query(sql, [value]); quote an identifier with queryRunner.connection.driver.escape.',
  knex: 'Pass it as a binding: knex.raw(sql, [value]), with ? for a value and ?? for an identifier.',
}

export default defineRule({
  id: 'raw-sql-interpolation',
  title: 'Value from outside interpolated into SQL',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Values from outside can change what is run on production.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'speaks',
  why: 'A value that comes from a row, a parameter or the environment and is pasted into the text of a statement changes what the statement means as soon as it holds a quote. One O’Brien in the table is enough to stop the migration; a hostile value does worse.',
  instead: 'Pass it as a parameter of the query; quote an identifier with what the library has for that.',
  unless: 'The value is a constant of the file, an escaped or quoted one, or an integer or uuid by its column’s type.',
  sources: [
    'https://sequelize.org/docs/v6/core-concepts/raw-queries/#replacements',
    'https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html',
  ],
  covers: [302],
  equivalents: [],
  messages: {
    row: '{expression} comes from a row and is pasted into the statement unescaped: a quote in it breaks the statement or changes what it does.',
    environment:
      '{expression} comes from the environment and is pasted into the statement unescaped: a quote in it changes what the statement does.',
    parameter: '{expression} is a parameter and is pasted into the statement unescaped: a quote in it changes what the statement does.',
  },
  on: {
    script(at) {
      let last = -1
      for (const { operation, index, before } of at.walk.moments) {
        if (operation.kind !== 'interpolate' || index === last) continue
        const { expression, reason, span, context, columns } = operation
        if (reason === 'call' || reason === 'unknown') continue
        if (columns ? areHarmless(columns, before) : reason === 'row' && isSafeByType(expression, context, before)) continue
        // One statement is one finding, however many values are pasted into it.
        last = index
        at.report(span, reason, { expression }, helpFor[at.framework] === undefined ? {} : { help: helpFor[at.framework]! })
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'row',
      sequelize:
        "const [users] = await queryInterface.sequelize.query('SELECT id, name FROM users LIMIT 10')\nfor (const user of users) {\n  await queryInterface.sequelize.query(`UPDATE settings SET value = '${user.name}' WHERE id = 1`)\n}",
    },
    {
      on: 'postgres',
      says: 'environment',
      typeorm: "await queryRunner.query(`INSERT INTO settings (id, value) VALUES (1, '${process.env.DEFAULT_REGION}')`)",
    },
    {
      on: 'postgres',
      says: 'row',
      title: 'A name of a row that a counter picks',
      framework: 'knex',
      history: [
        "exports.up = (knex) => knex.schema.createTable('teams', (table) => {\n  table.increments('id')\n  table.string('team_code')\n})\nexports.down = (knex) => knex.schema.dropTable('teams')",
      ],
      file: "exports.up = async (knex) => {\n  const found = await knex.raw('SELECT team_code FROM teams')\n  for (let i = 1; i < found.rows.length; i++) {\n    const team = found.rows[i]\n    await knex.raw(`UPDATE settings SET value = '${team.team_code}' WHERE id = 1`)\n  }\n}\nexports.down = async () => {}",
      also: ['n-plus-one-backfill'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A number of the first row',
      typeorm:
        "const users = await queryRunner.query('SELECT id, code FROM users LIMIT 10')\nconst id = users.at(0).id\nconst last = parseInt(users[0].code) || 1\nawait queryRunner.query(`UPDATE settings SET value = ${last + 1} WHERE id = ${id}`)",
    },
    {
      on: 'postgres',
      title: 'A replacement',
      sequelize:
        "const [users] = await queryInterface.sequelize.query('SELECT id, name FROM users LIMIT 10')\nfor (const user of users) {\n  await queryInterface.sequelize.query('UPDATE settings SET value = :name WHERE id = 1', { replacements: { name: user.name } })\n}",
    },
    {
      on: 'postgres',
      title: 'A constant',
      typeorm: "const region = 'eu'\nawait queryRunner.query(`INSERT INTO settings (id, value) VALUES (1, '${region}')`)",
    },
    {
      on: 'postgres',
      title: 'A key under another name, of a row that a counter picks',
      framework: 'knex',
      history: [
        "exports.up = (knex) => knex.schema.createTable('teams', (table) => {\n  table.increments('id')\n  table.string('team_code')\n})\nexports.down = (knex) => knex.schema.dropTable('teams')",
      ],
      file: "exports.up = async (knex) => {\n  const found = await knex.raw('SELECT teams.id AS team_code FROM teams')\n  for (let i = 1; i < found.rows.length; i++) {\n    const team = found.rows[i]\n    await knex.raw(`UPDATE settings SET value = 2 WHERE id = ${team.team_code}`)\n  }\n}\nexports.down = async () => {}",
      also: ['n-plus-one-backfill'],
    },
  ],
})

const safe =
  /^(small|big|medium|tiny)?int(eger)?$|^serial|^bigserial|^uuid$|^bool(ean)?$|^numeric$|^decimal$|^double|^real$|^float|^date$|^time(stamp)?(tz)?\b|^datetime$/
const textual = /char|^text$/
const key = /^(id|uuid|guid|count)$|(Id|Uuid|UUID)s?$|_(id|uuid)s?$/

/** `id`, `teamId`, `team_id`, and `teamid` where there is a table of teams. */
function isKey(column: string, before: Schema): boolean {
  if (key.test(column)) return true
  const owner = /^(\w{2,60})ids?$/.exec(column.toLowerCase())?.[1]?.replaceAll('_', '')
  if (owner === undefined) return false
  return [...before.tables.values()].some(({ name }) => name.name.toLowerCase().replaceAll('_', '').replace(/s$/, '') === owner)
}

/** Do the values of all these columns hold no quote: numbers, dates, uuids by their type, or keys that are kept as text? */
function areHarmless(columns: NonNullable<OperationOf<'interpolate'>['columns']>, before: Schema): boolean {
  return columns.every(({ tables, column }) => {
    const among = tables.length > 0 ? tables : [...before.tables.values()].map(({ name }) => name)
    const types = among.flatMap((table) => findColumn(before, table, column)?.column.type ?? [])
    if (types.length === 0) return isKey(column, before)
    return types.every(({ name }) => safe.test(name) || (textual.test(name) && isKey(column, before)))
  })
}

/** A member of a row whose column is a number, a boolean or a uuid cannot break out; `id` is taken for one where the table is not known. */
function isSafeByType(expression: string, context: Operation['context'], before: Schema): boolean {
  const listed =
    /\.map\(\s{0,9}\(?\s{0,9}(\w{1,99})\s{0,9}\)?\s{0,9}=>\s{0,9}\1\.(\w{1,99})\s{0,9}\)(?:\.join)?(?:\([^()]{0,20}\))?\s{0,9}$/.exec(
      expression,
    )?.[2]
  const member = listed ?? /(?:\.|\[['"])(\w+)(?:['"]\])?\s*$/.exec(expression)?.[1]
  if (member === undefined) return false
  const tables = context?.loops?.flatMap((loop) => loop.tables ?? []) ?? []
  for (const table of tables) {
    const type = findColumn(before, table, member)?.column.type
    if (type) return safe.test(type.name)
  }
  if (tables.length === 0) {
    for (const table of before.tables.values()) {
      const type = findColumn(before, table.name, member)?.column.type
      if (type && !safe.test(type.name)) return false
    }
  }
  return key.test(member)
}
