import { describe, expect, it } from 'vitest'
import type { DialectName } from '../../../src/ir/names.ts'
import { tracedText } from '../../../src/source/traced.ts'
import { essence } from '../essence.ts'
import emitted from './emitted.json' with { type: 'json' }
import { all, loadText, operationsIn, upWith } from './loading.ts'

// emitted.json: calls and the SQL that Sequelize 6.37.8 made of them, recorded from its own query interface. Where an engine is missing the
// call reads the database first (SQLite's rebuilds) or throws; MariaDB is there where it differs from MySQL.

describe.each(Object.entries(emitted))('%s', (_title, { call, sql }) => {
  it.each(Object.entries(sql))('means on %s what its SQL means', (engine, texts) => {
    const dialect = all[engine as DialectName]
    const parsed = texts.flatMap((text) => dialect.parse(tracedText(text, 'emitted.sql'), { version: dialect.latest, placeholders: true }))
    const expected = parsed.flatMap((statement) => statement.operations).filter((operation) => operation.kind !== 'unsupported')
    expect(expected.filter((operation) => operation.kind === 'opaque')).toEqual([])
    const own = operationsIn(loadText(upWith(call), dialect).up)
    const mysql = engine === 'mysql' || engine === 'mariadb'
    expect(own.map((operation) => essence(operation, mysql))).toEqual(expected.map((operation) => essence(operation, mysql)))
  })
})
