import {
  boundOf,
  defineRule,
  isCatalog,
  type Moment,
  type Name,
  type Operation,
  type OperationOf,
  type ScriptSite,
  showName,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'n-plus-one-backfill',
  title: 'Rows read all at once, then written one by one',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'A round trip for each row of a live table holds a deployment up for hours.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'The migration loads every row into memory and sends one statement for each. On a table with a million rows that is a million round trips, hours of an open deployment, and a process that may run out of memory.',
  instead: 'Let one statement do it in SQL, or read in pages by key and write each page in one statement.',
  unless: 'The rows are read in pages or bounded by a LIMIT or key.',
  sources: ['https://github.com/ankane/strong_migrations#backfilling-data'],
  covers: [202],
  equivalents: [],
  messages: {
    loop: 'Rows of {source} are read without a bound, and {target} is written once for each of them: one round trip a row.',
    inServer: {
      text: 'Rows of {source} are walked one by one, and {target} is written once for each of them: as many statements as rows, in one transaction.',
      help: 'Let one UPDATE … FROM do it, or walk ranges of the key and COMMIT after each.',
    },
  },
  on: {
    script(at) {
      const said = new Set<number>()
      for (const moment of at.walk.moments) {
        const { operation } = moment
        if (!isWrite(operation) || at.table(operation.table, moment).fresh) continue
        const loop = operation.context?.loops?.find(({ over, bounded }) => over === 'rows' && !bounded)
        if (!loop || said.has(loop.id)) continue
        const sources = (loop.tables ?? []).filter((name) => !isCatalog(name))
        if (loop.tables !== undefined && (sources.length === 0 || sources.every((name) => at.table(name, moment).fresh))) continue
        if (operation.context?.loops?.some(({ over, bounded }) => over === 'batches' && bounded)) continue
        if (sources.length === 1 && isReadByKey(sources[0]!, moment, at)) continue
        if (operation.kind !== 'insert' && inBatches(operation, { table: (name) => at.table(name, moment), sameColumn: at.sameColumn }))
          continue
        said.add(loop.id)
        const slots = { source: sources.map(showName).join(', ') || 'the result', target: showName(operation.table) }
        const inServer = operation.context?.block === 'do' || operation.context?.block === 'procedure'
        at.report(operation, inServer ? 'inServer' : 'loop', slots, sources[0] ? { grows: sources[0] } : {})
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'loop',
      sequelize:
        "const [users] = await queryInterface.sequelize.query('SELECT id, address FROM users')\nfor (const user of users) {\n  await queryInterface.sequelize.query('UPDATE users SET city = :city WHERE id = :id', { replacements: { id: user.id, city: user.address.split(',')[1] } })\n}",
    },
    {
      on: 'postgres',
      says: 'inServer',
      title: 'A loop in the server',
      sql: "DO $$\nDECLARE person record;\nBEGIN\n  FOR person IN SELECT id, address FROM users LOOP\n    UPDATE users SET city = split_part(person.address, ',', 2) WHERE id = person.id;\n  END LOOP;\nEND $$;",
    },
    {
      on: 'postgres',
      says: 'loop',
      title: 'Of few kinds, and of each as many as there are',
      history: [
        "await knex.schema.createTable('features', (table) => { table.increments('id'); table.string('kind'); table.string('label') })",
      ],
      knex: "const rows = await knex('features').whereIn('kind', ['beta', 'gamma']).select('id', 'kind')\nfor (const row of rows) await knex('features').where('id', row.id).update({ label: row.kind.toUpperCase() })",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A bounded read',
      sequelize:
        "const [users] = await queryInterface.sequelize.query('SELECT id, address FROM users ORDER BY id LIMIT 100')\nfor (const user of users) {\n  await queryInterface.sequelize.query('UPDATE users SET city = :city WHERE id = :id', { replacements: { id: user.id, city: user.address.split(',')[1] } })\n}",
    },
    {
      on: 'postgres',
      title: 'Batches, as many as the rows need',
      sequelize:
        "const [[{ count }]] = await queryInterface.sequelize.query('SELECT COUNT(*) FROM users')\nfor (let turn = 0; turn < Math.ceil(count / 10000); turn++) {\n  await queryInterface.sequelize.query('UPDATE users SET code = left(name, 3) WHERE id IN (SELECT id FROM users WHERE code IS NULL LIMIT 10000)')\n}",
    },
    {
      on: 'postgres',
      title: 'A list in the file',
      sequelize:
        "for (const id of [1, 2, 3]) {\n  await queryInterface.sequelize.query(`UPDATE settings SET value = 'on' WHERE id = ${id}`)\n}",
    },
    {
      on: 'postgres',
      title: 'The row of one key',
      typeorm:
        "const found = await queryRunner.query('SELECT name FROM tenants WHERE id = $1', [1])\nfor (const { name } of found) {\n  await queryRunner.query('INSERT INTO notes (body) VALUES ($1)', [name])\n}",
    },
    {
      on: 'postgres',
      title: 'A few rows, by a key of theirs',
      history: [
        "await knex.schema.createTable('features', (table) => { table.increments('id'); table.string('slot').unique(); table.string('label') })",
      ],
      knex: "const rows = await knex('features').whereIn('slot', ['beta', 'gamma']).select('id', 'slot')\nfor (const row of rows) await knex('features').where('id', row.id).update({ label: row.slot.toUpperCase() })",
    },
  ],
})

/** Does all that was read of the table before pick its rows by a key that the history knows? */
function isReadByKey(table: Name, before: Moment, at: Pick<ScriptSite, 'walk' | 'table' | 'sameName' | 'sameColumn'>): boolean {
  const reads = at.walk.moments.filter(({ operation, index }) => {
    if (operation.kind !== 'select' || index >= before.index) return false
    return operation.query.tables.some((name) => at.sameName(name, table))
  })
  const bound = { table: (name: Name) => at.table(name, before), sameColumn: at.sameColumn }
  return (
    reads.length > 0 &&
    reads.every(({ operation }) => {
      const { query } = operation as OperationOf<'select'>
      return query.tables.length === 1 && boundOf({ table, where: query.where, limited: false }, bound) === 'key'
    })
  )
}

/** As many turns as a COUNT says, each of them a bounded part of the table. */
function inBatches(operation: Extract<Write, { readonly where: unknown }>, at: Parameters<typeof boundOf>[1]): boolean {
  const bound = boundOf(operation, at)
  return bound === 'limit' || bound === 'range'
}

type Write = Extract<Operation, { readonly kind: 'insert' | 'update' | 'delete' }>

function isWrite(operation: Operation): operation is Write {
  return operation.kind === 'insert' || operation.kind === 'update' || operation.kind === 'delete'
}
