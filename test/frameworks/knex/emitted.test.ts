import { beforeAll, describe, expect, it } from 'vitest'
import type { Dialect } from '../../../src/dialects/dialect.ts'
import type { NameMapping } from '../../../src/frameworks/knex/name-mapping.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import { tracedText } from '../../../src/source/traced.ts'
import { engines, operationsIn } from '../engines.ts'
import { essence } from '../essence.ts'
import emitted from './emitted.json' with { type: 'json' }
import mapped from './emitted-mapped.json' with { type: 'json' }
import { loadText, upWith } from './loading.ts'

// emitted.json: calls and the SQL that Knex 3.3.0 made of them (`toSQL()` of its clients pg, mysql2 and better-sqlite3). Where an engine is
// missing the call reads the database first (SQLite's rebuilds, MySQL's renameColumn) or throws. emitted-mapped.json: the same with
// `wrapIdentifier: (value, origImpl) => origImpl(snakeCase(value))`, where snakeCase is lodash's.

const names: NameMapping = { by: 'lodash', rows: 'as they are' }
const cases = [
  ...Object.entries(emitted).map(([title, { call, sql }]) => [title, call, sql, {}] as const),
  ...Object.entries(mapped).map(([title, { call, sql }]) => [`${title}, with its names mapped`, call, sql, { names }] as const),
]

let all: Readonly<Record<DialectName, Dialect>>
beforeAll(async () => {
  all = await engines()
})

describe.each(cases)('%s', (_title, call, sql, settings) => {
  it.each(Object.entries(sql))('means on %s what its SQL means', (engine, texts) => {
    const dialect = all[engine as DialectName]
    const parsed = texts.flatMap((text) => dialect.parse(tracedText(text, 'emitted.sql'), { version: dialect.latest, placeholders: true }))
    const expected = parsed.flatMap((statement) => statement.operations).filter((operation) => operation.kind !== 'unsupported')
    expect(expected.filter((operation) => operation.kind === 'opaque')).toEqual([])
    const own = operationsIn(loadText(upWith(call), dialect, { settings }).up)
    const mysql = engine === 'mysql'
    expect(own.map((operation) => essence(operation, mysql))).toEqual(expected.map((operation) => essence(operation, mysql)))
  })
})
