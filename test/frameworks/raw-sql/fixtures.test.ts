import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../../src/dialects/dialect.ts'
import { mysql } from '../../../src/dialects/mysql/index.ts'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { sqlite } from '../../../src/dialects/sqlite/index.ts'
import { discoverHistories } from '../../../src/frameworks/discover.ts'
import { drizzle } from '../../../src/frameworks/drizzle/index.ts'
import { prisma } from '../../../src/frameworks/prisma/index.ts'
import { rawSql } from '../../../src/frameworks/raw-sql/index.ts'
import { diskProject } from '../../../src/project/disk.ts'

const rooms = [prisma, drizzle, rawSql]
const dialects: Readonly<Record<string, Dialect>> = { postgres, mysql, sqlite }

/** A fixture's histories as lines: a history, then its migrations with how up and down run and what they do. */
async function read(fixture: string): Promise<readonly string[]> {
  const project = diskProject(join(import.meta.dirname, '../../../fixtures/projects', fixture))
  const lines: string[] = []
  for (const history of discoverHistories(project, { frameworks: rooms })) {
    const skipped = Object.entries(history.skipped).map(([reason, count]) => ` (${count} ${reason})`)
    lines.push(`${history.framework} ${history.directory || '.'} ${history.dialect}${skipped.join('')}`)
    const dialect = dialects[history.dialect ?? '']
    if (!dialect) continue
    await dialect.ready()
    for (const entry of history.entries) {
      const migration = rooms
        .find(({ name }) => name === history.framework)!
        .load(entry, project, {
          dialect,
          version: dialect.latest,
          runner: {},
          history,
        })
      const kinds = (script: typeof migration.down) =>
        script?.statements.flatMap(({ operations }) => operations.map(({ kind }) => kind)).join(' ')
      lines.push(
        `  ${migration.id}: ${migration.up.ambient}: ${kinds(migration.up)} | ${migration.down?.ambient}: ${kinds(migration.down)}`,
      )
    }
  }
  return lines
}

describe('the fixture projects', () => {
  it('up-down-pairs', async () =>
    expect(await read('raw-sql/up-down-pairs')).toEqual([
      'raw-sql . postgres',
      '  000001_create_bookings: none: createTable | none: dropTable',
      '  000002_index_arrival: none: setVariable createIndex | none: dropIndex',
      '  000003_index_guest: none: createIndex | none: dropIndex',
      '  000004_add_channel: none: addColumn | undefined: undefined',
    ]))

  it('diesel', async () =>
    expect(await read('raw-sql/diesel')).toEqual([
      'raw-sql migrations postgres',
      '  2025-02-03-081500_create_parcels: migration: createTable | migration: dropTable',
      '  2025-03-11-140000_index_weight: none: createIndex | none: dropIndex',
      '  2025-04-02-093000_index_code_prefix: migration: createIndex | migration: ',
    ]))

  it('goose', async () =>
    expect(await read('raw-sql/goose')).toEqual([
      'raw-sql mysql mysql',
      '  00001_meters: migration: createTable createTrigger | migration: dropTable',
      '  00002_reading: migration: addColumn update | migration: dropColumn',
      'raw-sql postgres postgres',
      '  00001_meters: migration: createTable | migration: dropTable',
      '  00002_index: none: createIndex | none: dropIndex',
    ]))

  it('dbmate', async () =>
    expect(await read('raw-sql/dbmate')).toEqual([
      'raw-sql db/migrations postgres',
      '  20250110090000_create_tickets: migration: createTable | migration: dropTable',
      '  20250212090000_index_opened: none: createIndex | none: dropIndex',
    ]))

  it('flyway', async () =>
    expect(await read('raw-sql/flyway')).toEqual([
      'raw-sql sql postgres',
      '  V1__create_lessons: migration: createTable | undefined: undefined',
      '  V1_2__room: migration: addColumn | undefined: undefined',
      '  V1_10__room_required: migration: setNotNull | migration: dropNotNull',
      '  R__upcoming_lessons: migration: createView | undefined: undefined',
    ]))

  it('drizzle', async () =>
    expect(await read('drizzle/library-postgres')).toEqual([
      'drizzle drizzle postgres',
      '  0000_quiet_heron: all-pending: createType createTable | undefined: undefined',
      '  0001_brave_otter: all-pending: addEnumValue createIndex | undefined: undefined',
    ]))

  it('three-dialects', async () => {
    const each = (dialect: string) => [
      `raw-sql ${dialect} ${dialect}`,
      '  2024010100: none: createTable | undefined: undefined',
      '  2024060100: none: addColumn | undefined: undefined',
    ]
    expect(await read('raw-sql/three-dialects')).toEqual([...each('mysql'), ...each('postgres'), ...each('sqlite')])
  })

  it('prisma', async () => {
    expect(await read('prisma/shop')).toEqual([
      'prisma prisma/migrations postgres',
      '  20250105101500_init: none: createType createTable createTable addConstraint | undefined: undefined',
      '  20250220083000_drop_name: none: dropColumn | undefined: undefined',
      '  20250301120000_index_article: none: createIndex | undefined: undefined',
    ])
    expect(await read('prisma/mysql-multi-file')).toEqual([
      'prisma prisma/migrations mysql',
      '  20250401000000_init: none: createTable | undefined: undefined',
      '  20250402000000_widen: none: addColumn modifyColumn | undefined: undefined',
    ])
    expect(await read('prisma/cockroach')).toEqual(['prisma prisma/migrations undefined (1 CockroachDB (Prisma))'])
  })
})
