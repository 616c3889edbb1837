import { beforeAll, describe, expect, it } from 'vitest'
import type { Dialect } from '../../../src/dialects/dialect.ts'
import { knex } from '../../../src/frameworks/knex/index.ts'
import type { Script } from '../../../src/ir/migration.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import { apply } from '../../../src/schema/apply.ts'
import { emptySchema } from '../../../src/schema/edit.ts'
import { engines, operationsIn } from '../engines.ts'
import { loadText, upWith } from './loading.ts'

let all: Readonly<Record<DialectName, Dialect>>
beforeAll(async () => {
  all = await engines()
})

const up = (body: string, dialect: DialectName = 'postgres') => loadText(upWith(body), all[dialect]).up
const kinds = (script: Script) => operationsIn(script).map(({ kind }) => kind)
const create = `createTable('a', (t) => { t.increments() })`

describe('builders', () => {
  it('send their statements in the order of the chain, each at its own place', () => {
    const body = `await knex.schema\n.${create}\n.dropTable('b').renameTable('c', 'd')`
    const script = up(body)
    expect(kinds(script)).toEqual(['createTable', 'dropTable', 'renameTable'])
    expect(script.statements.map(({ span }) => upWith(body).slice(span.start, span.end))).toEqual([
      create,
      "dropTable('b')",
      "renameTable('c', 'd')",
    ])
  })

  it.each([
    ['awaited', `await knex('a').where('id', 1).update({ b: 2 })`],
    ['returned', `return knex('a').where('id', 1).update({ b: 2 })`],
    ['awaited', `await knex('a').where('id', 1).update({ b: 2 }).then(() => {})`],
    ['collected', `await Promise.all([knex('a').where('id', 1).update({ b: 2 })])`],
    ['dropped', `knex('a').where('id', 1).update({ b: 2 })`],
  ])('are %s', (how, body) => {
    expect(operationsIn(up(body))).toMatchObject([{ kind: 'update', where: { terms: [{ column: 'id' }] }, context: { awaited: how } }])
  })

  it('send nothing as a part of another one', () => {
    expect(kinds(up(`await knex('a').whereIn('id', knex('b').select('a_id')).update({ c: knex.raw('d') })`))).toEqual(['update'])
    expect(kinds(up(`const q = knex('a').where('x', 1); await q.del()`))).toEqual(['delete'])
  })

  it('keep the loop that they run in', () => {
    const [select, update] = operationsIn(
      up(`const rows = await knex('a').select('id'); for (const row of rows) await knex('a').where({ id: row.id }).update({ b: row.id })`),
    )
    expect([select!.kind, update!.context?.loops?.[0]]).toMatchObject(['select', { over: 'rows', bounded: false }])
  })

  it.each([
    ['for await', "for await (const row of knex('a').stream()) await knex('a').where('id', row.id).update({ b: row.c })"],
    ['a listener', "knex('a').select('id').stream().on('data', ({ id }) => knex('a').where({ id }).update({ b: 1 })).on('error', fail)"],
    [
      'a callback that is given the stream',
      "await knex('a').stream((stream) => { stream.on('data', (row) => knex('a').where('id', row.id).update({ b: row.c }).then(noted)) })",
    ],
    [
      'a raw query',
      "for await (const row of knex.raw('SELECT id FROM a').stream()) await knex('a').where('id', row.id).update({ b: row.c })",
    ],
  ])('are rows of which each is asked for where they come as a stream: %s', (_, body) => {
    const [select, update] = operationsIn(up(body))
    expect([select!.kind, update?.kind, update?.context?.loops?.[0]]).toMatchObject(['select', 'update', { over: 'rows', bounded: false }])
    expect(operationsIn(up(body))).toHaveLength(2)
  })

  it('are sent once, where they were begun, when conditions are put on them by statements of their own', () => {
    const begun = "const q = knex('a').update('b', 1);"
    const listed = `${begun} process.env.IDS.split(',').forEach((id, at) => { if (at === 0) q.where('id', id); else q.orWhere('id', id) }); await q`
    for (const body of [
      `${begun} if (process.env.ID) q.where('id', 5); await q`,
      `${begun} ['x', 'y'].forEach((id) => q.orWhere('id', id)); await q`,
      listed,
    ]) {
      const text = upWith(body)
      const found = operationsIn(up(body))
      expect(found, body).toMatchObject([{ kind: 'update', where: { terms: [{ column: 'id' }] } }])
      expect([found[0]!.context?.awaited, text.slice(found[0]!.span.start, found[0]!.span.end)], body).toEqual([
        'awaited',
        "knex('a').update('b', 1)",
      ])
    }
    expect(operationsIn(up(`${begun} q.where('id', 5)`))).toMatchObject([{ kind: 'update', context: { awaited: 'dropped' } }])
  })

  it('update by another table on PostgreSQL alone', () => {
    const body = "await knex('a').updateFrom('c').update({ b: 1 }).where('c.id', knex.ref('a.id'))"
    expect(operationsIn(up(body))).toMatchObject([{ kind: 'update', table: { name: 'a' }, from: [{ name: 'c' }] }])
  })

  it.each([
    ["'orders o'", { name: 'orders' }],
    ["knex.raw('sales.orders AS o')", { schema: 'sales', name: 'orders' }],
    ["'orders, users'", { name: 'orders, users', dynamic: true }],
  ])('read the table of fromRaw(%s)', (given, table) => {
    expect(operationsIn(up(`await knex('x').fromRaw(${given}).where('id', 1).del()`))).toMatchObject([{ kind: 'delete', table }])
  })

  it('keep the loop in which a list was made of them, and are sent when somebody waits for the list', () => {
    const listed =
      "const work = []; for (const row of await knex('a').select('id')) work.push(knex('a').where('id', row.id).update({ b: 1 }));"
    expect(operationsIn(up(listed)).map(({ kind }) => kind)).toEqual(['select'])
    const [, last, update] = operationsIn(up(`${listed} await knex('c').insert({ d: 1 }); await Promise.all(work)`))
    expect([last!.kind, last!.context?.loops, update!.kind, update!.context?.loops]).toMatchObject([
      'insert',
      undefined,
      'update',
      [{ over: 'rows', bounded: false }],
    ])
  })

  it('are given this as well as the table', () => {
    expect(operationsIn(up(`await knex.schema.createTable('a', function () { this.string('b') })`))).toMatchObject([
      { kind: 'createTable', columns: [{ name: 'b' }] },
    ])
  })

  it('have the operator of jsonb where its escape is written as a program writes it', () => {
    for (const body of [
      "await knex.raw('update a set b = 1 where tags \\\\? \\'x\\' and c = ?', [1])",
      "await knex.raw(`update a set b = 1 where tags \\\\? 'x'`)",
    ])
      expect(operationsIn(up(body)), body).toMatchObject([{ kind: 'update', table: { name: 'a' } }])
  })

  it('are their SQL where raw queries are put into a text', () => {
    const body = `const steps = [knex.raw('ALTER TABLE a DROP COLUMN b'), knex.raw('DROP TABLE c')]; return knex.raw(steps.join(';'))`
    expect(kinds(up(body))).toEqual(['dropColumn', 'dropTable'])
    expect(kinds(up(`const at = knex.raw('now()'); await knex.raw(\`UPDATE a SET b = \${at}\`)`))).toEqual(['update'])
    expect(kinds(up(`const at = knex.raw('?', [process.env.AT]); await knex.raw(\`DROP TABLE \${at}\`)`))).not.toEqual(['dropTable'])
  })

  it('send the table before what its callback waits for', () => {
    const body = `await knex.schema.alterTable('a', async (t) => { t.string('b'); await knex('a').where('id', 1).update({ b: 2 }) })`
    expect(kinds(up(body))).toEqual(['addColumn', 'update'])
  })

  it('say what they cannot read', () => {
    expect(operationsIn(up(`await knex.schema.explode('a')`))).toMatchObject([{ kind: 'opaque' }])
    expect(operationsIn(up(`await knex('a').explode()`))).toMatchObject([{ kind: 'opaque', tables: [{ name: 'a' }] }])
    expect(operationsIn(up(`await knex.raw(process.env.SQL)`))).toMatchObject([{ kind: 'opaque', because: 'dynamic-sql' }])
    expect(operationsIn(up(`await knex.schema.alterTable('a', (t) => { t.dropColumn(process.env.C) })`))).toMatchObject([
      { kind: 'opaque', tables: [{ name: 'a' }] },
    ])
  })
})

describe('guards', () => {
  it.each([
    ['a condition', `if (!(await knex.schema.hasTable('a'))) await knex.schema.${create}`],
    ['a callback that returns', `await knex.schema.hasTable('a').then((exists) => { if (!exists) return knex.schema.${create} })`],
    ['a callback with a choice', `await knex.schema.hasTable('a').then((exists) => exists ? null : knex.schema.${create})`],
  ])('in %s', (_how, body) => {
    expect(operationsIn(up(body))[0]).toMatchObject({
      kind: 'createTable',
      context: { guards: [{ by: 'describe', requires: 'absent', table: { name: 'a' } }] },
    })
  })

  it('inside the callback of the table', () => {
    const body = `const has = await knex.schema.hasColumn('a', 'b'); await knex.schema.table('a', (t) => { if (has) t.dropColumn('b') })`
    expect(operationsIn(up(body))).toMatchObject([
      { kind: 'dropColumn', context: { guards: [{ requires: 'exists', table: { name: 'a' }, column: 'b' }] } },
    ])
  })

  it('that ask for the client are answered by the engine', () => {
    const body = `if (knex.client.config.client === 'mysql2') await knex.raw('SELECT 1'); else await knex.schema.dropTable('a')`
    expect(kinds(up(body))).toEqual(['dropTable'])
    expect(kinds(up(body, 'mysql'))).toEqual(['select'])
  })
})

describe('transactions', () => {
  const text = (config: string) => `exports.config = ${config}\n${upWith(`await knex.schema.${create}`)}`

  it('surround all that is pending, and each rollback', () => {
    const { up, down } = loadText(upWith(''), all.postgres)
    expect([up.ambient, down?.ambient]).toEqual(['all-pending', 'migration'])
  })

  it.each([
    ['{ transaction: false }', {}, 'none', 'none'],
    ['{}', { disableTransactions: true }, 'none', 'none'],
    ['{ transaction: true }', { disableTransactions: true }, 'migration', 'migration'],
  ])('are opted out of: %s with %o', (config, settings, ambient, back) => {
    const { up, down } = loadText(text(config), all.postgres, { settings: { ...settings, knexfile: 'knexfile.js' } })
    expect([up.ambient, down?.ambient, up.ambientAssumed]).toEqual([ambient, back, false])
  })

  it('of the file are savepoints inside that of the runner, and begin where there is none', () => {
    const body = `await knex.transaction(async (trx) => { await trx.schema.${create}; await knex('b').del() })`
    const actions = (script: Script) =>
      script.statements.map(({ operations: [one], segment }) => [one?.kind === 'transaction' ? one.action : one?.kind, segment])
    expect(actions(loadText(upWith(body), all.postgres).up)).toEqual([
      ['savepoint', undefined],
      ['createTable', undefined],
      ['delete', undefined],
      ['release', undefined],
    ])
    expect(actions(loadText(`exports.config = { transaction: false }\n${upWith(body)}`, all.postgres).up)).toEqual([
      ['begin', 0],
      ['createTable', 0],
      ['delete', undefined],
      ['commit', 0],
    ])
  })

  it('are passed with transacting', () => {
    const body = `const trx = await knex.transaction(); await knex.schema.${create}.transacting(trx); await knex('b').transacting(trx).del(); await trx.commit()`
    const { up } = loadText(`exports.config = { transaction: false }\n${upWith(body)}`, all.postgres)
    expect(up.statements.map(({ segment }) => segment)).toEqual([0, 0, 0, 0])
  })
})

describe('names', () => {
  const mapped = { names: { by: 'lodash', rows: 'as they are' } }
  const unknown = { names: { by: 'unknown' } }
  const asked = (call: string, dialect: DialectName) =>
    operationsIn(loadText(upWith(`if (!(await ${call})) await knex.schema.${create}`), all[dialect], { settings: mapped }).up)[0]?.context
      ?.guards?.[0]

  it('are asked for as Knex asks the catalogue', () => {
    const table = `knex.schema.hasTable('userAccount')`
    expect([asked(table, 'postgres'), asked(table, 'mysql'), asked(table, 'sqlite')]).toMatchObject([
      { table: { name: 'userAccount' } },
      { table: { name: 'userAccount' } },
      { table: { name: 'user_account' } },
    ])
    const column = `knex.schema.hasColumn('userAccount', 'full_Name')`
    expect([asked(column, 'postgres'), asked(column, 'mysql')]).toMatchObject([
      { table: { name: 'userAccount' }, column: 'full_Name' },
      { table: { name: 'user_account' }, column: 'full_name' },
    ])
  })

  it('of rows are mapped back', () => {
    const body = `const rows = await knex('userAccount').select('fullName'); for (const row of rows) await knex.raw('update a set b = ' + row.fullName)`
    const script = loadText(upWith(body), all.postgres, { settings: { names: { by: 'objection', rows: 'camel case', options: {} } } }).up
    expect(operationsIn(script)).toContainEqual(
      expect.objectContaining({ kind: 'interpolate', columns: [expect.objectContaining({ column: 'full_name' })] }),
    )
  })

  it('that may be others in the database are told, those of raw text and in small letters are not', () => {
    const body = `await knex('card').update({ isClosed: true }); await knex('card').update({ is_closed: true }); await knex.raw('update "userAccount" set "isClosed" = true')`
    const unsure = (settings: Record<string, unknown>) =>
      operationsIn(loadText(upWith(body), all.postgres, { settings }).up).map(({ context }) => context?.unsureNames)
    expect(unsure(unknown)).toEqual([true, undefined, undefined])
    expect(unsure(mapped)).toEqual([undefined, undefined, undefined])
    expect(unsure({})).toEqual([undefined, undefined, undefined])
  })
})

describe('down', () => {
  const missing = 'exports.up = async (knex) => {}'

  it('is asked for by the runner', () => {
    expect(loadText(missing, all.postgres)).toMatchObject({
      down: undefined,
      downRequired: 'Invalid migration: 1_m.js must have both an up and down function',
    })
  })

  it('is not missed in a module that cannot be parsed', () => {
    expect(loadText('exports.up = async (knex) => {', all.postgres).downExpected).toBe(false)
  })

  it('may come from a source of migrations that the project makes itself', () => {
    expect(loadText(missing, all.postgres, { settings: { migrationSource: true } })).not.toHaveProperty('downRequired')
  })
})

describe('calls whose SQL hangs on the table', () => {
  function lowered(dialect: DialectName, history: string, body: string) {
    const load = { dialect: all[dialect], version: all[dialect].latest, runner: {}, history: {} as never }
    let schema = emptySchema(all[dialect])
    for (const operation of operationsIn(up(history, dialect))) schema = apply(schema, operation, { born: 0, transaction: 'a' }).schema
    return operationsIn(up(body, dialect)).flatMap((one) => (one.kind === 'unresolved' ? knex.lower(one, schema, load) : [one]))
  }
  const table = `await knex.schema.createTable('a', (t) => { t.increments(); t.string('b', 20).notNullable().defaultTo('x').comment('c').index(); t.integer('n').unsigned() })`

  it('build the table anew on SQLite', () => {
    const drop = lowered('sqlite', table, `await knex.schema.alterTable('a', (t) => { t.dropColumn('b') })`)
    expect(drop.map(({ kind }) => kind)).toEqual(['alterTable', 'dropIndex', 'dropColumn'])
    const alter = lowered('sqlite', table, `await knex.schema.alterTable('a', (t) => { t.text('b').alter() })`)
    expect(alter).toMatchObject([{ action: 'REBUILD' }, { kind: 'modifyColumn', to: { nullable: true, default: undefined } }])
    const key = lowered('sqlite', table, `await knex.schema.alterTable('a', (t) => { t.foreign('n').references('o.id') })`)
    expect(key).toMatchObject([{ action: 'REBUILD' }, { kind: 'addConstraint', constraint: { kind: 'foreignKey', name: undefined } }])
  })

  it('restate what MySQL tells of a column that is renamed, but not its comment', () => {
    const [rename] = lowered('mysql', table, `await knex.schema.alterTable('a', (t) => { t.renameColumn('b', 'z') })`)
    expect(rename).toMatchObject({ kind: 'modifyColumn', column: 'b', to: { name: 'z', nullable: false, default: { literals: ['x'] } } })
    expect(rename).not.toHaveProperty('to.comment')
  })

  it('forget the sign of a number on MySQL', () => {
    const [change] = lowered('mysql', table, `await knex.schema.alterTable('a', (t) => { t.dropNullable('n') })`)
    expect(change).toMatchObject({ kind: 'modifyColumn', to: { nullable: false, type: { name: 'int' } } })
    expect(change).not.toHaveProperty('to.type.unsigned', true)
  })
})

describe('a method that Knex does not have', () => {
  const details = (body: string) =>
    operationsIn(up(body)).map((operation) => (operation.kind === 'opaque' ? operation.detail : operation.kind))

  it('of a table or of the schema is said with the nearest name', () => {
    expect(details(`await knex.schema.alterTable('a', (t) => { t.dropColum('b'); t.string('c') })`)).toEqual([
      'addColumn',
      'dropColum() of a table is not a method that Knex documents; did you mean dropColumn?',
    ])
    expect(details(`await knex.schema.dropTabel('a')`)).toEqual([
      'schema.dropTabel is not a method that Knex documents; did you mean dropTable?',
    ])
    expect(details(`await knex.schema.alterTable('a', (t) => { t.somethingOfAPlugin('b') })`)).toEqual([
      'somethingOfAPlugin() of a table is not a method that Knex documents',
    ])
  })

  it('of a column is said with the nearest name', () => {
    expect(details(`await knex.schema.alterTable('a', (t) => { t.string('b').notNulable() })`)).toEqual([
      'addColumn',
      'notNulable() of a column is not a method that Knex documents; did you mean notNullable?',
    ])
    expect(
      details(
        `await knex.schema.alterTable('a', (t) => { t.string('b').references('id').inTable('c').onDelete('CASCADE').notNullable() })`,
      ),
    ).toEqual(['addColumn', 'addConstraint'])
  })

  it('in the chain of a query leaves nothing of the query known', () => {
    expect(details(`await knex('a').wher({ id: 1 }).update({ b: 2 })`)).toEqual(['wher() of a query is not a method that Surefoot knows'])
    expect(details(`await knex('a').where({ id: 1 }).update({ b: 2 })`)).toEqual(['update'])
  })
})
