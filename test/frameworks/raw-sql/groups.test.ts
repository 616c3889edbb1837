import { describe, expect, it } from 'vitest'
import type { History } from '../../../src/frameworks/framework.ts'
import { rawSql } from '../../../src/frameworks/raw-sql/index.ts'
import { memoryProject } from '../../../src/project/memory.ts'

const histories = (files: Readonly<Record<string, string>>, paths?: readonly string[]): readonly History[] =>
  rawSql.discover(memoryProject(files), paths ? { paths } : {})
const pg = 'ALTER TABLE a ADD COLUMN b jsonb; SELECT $$x$$;'

describe('the files of one folder', () => {
  it('make a history of each where a project went from folders to files', () => {
    const folders = { 'm/2023-01-01-000000_a/up.sql': pg, 'm/2023-01-01-000000_a/down.sql': pg, 'm/2023-02-01-000000_b/up.sql': pg }
    const files = { 'm/20240101000000_initial.sql': pg, 'm/20240102000000_c.sql': pg, 'm/atlas.sum': '', 'diesel.toml': '' }
    expect(histories({ ...folders, ...files }).map(({ settings, entries }) => [settings.runner, entries.map(({ id }) => id)])).toEqual([
      ['diesel', ['2023-01-01-000000_a', '2023-02-01-000000_b']],
      ['atlas', ['20240101000000_initial', '20240102000000_c']],
    ])
  })

  it('are of SQLite where wrangler sends them to D1, whatever their SQL tells', () => {
    const d1 = { 'm/0001_a.sql': 'ALTER TABLE a ADD b text;', 'wrangler.jsonc': '{ "d1_databases": [{ "migrations_dir": "./m" }] }' }
    expect(histories(d1, ['m']).map(({ dialect }) => dialect)).toEqual(['sqlite'])
  })
})
