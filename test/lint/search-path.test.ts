import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { searchPathOf } from '../../src/lint/search-path.ts'
import { momentsOf, type Run, walkOf } from './walking.ts'

const server = await PGlite.create()
beforeAll(() => postgres.ready())
afterAll(() => server.close())

describe('a search_path', () => {
  it.each([
    ['app', ['app']],
    ['app, public', ['app', 'public']],
    ['"$user", app', ['app']],
    ['"$user"', undefined],
    ['', undefined],
  ])('%s', (value, path) => expect(searchPathOf(new Map([['search_path', value]]), {})).toEqual(path))
})

describe('the tables that a text leaves are those that PostgreSQL has', () => {
  const base =
    'CREATE SCHEMA app; CREATE SCHEMA old; CREATE TABLE public.two (id int); CREATE TABLE app.two (id int); CREATE TABLE app.scratch (id int); CREATE TABLE public.own (id int);'
  it.each([
    ['made in the first', 'SET search_path TO app, public; CREATE TABLE n (id int);'],
    ['found in the first that has it', 'SET search_path TO old, app, public; DROP TABLE two;'],
    ['found in a later one', 'SET search_path TO app, public; DROP TABLE own;'],
    ['back to the default', 'SET search_path TO app; RESET search_path; DROP TABLE two;'],
    ['for one transaction', 'BEGIN; SET LOCAL search_path TO app; CREATE TABLE n (id int); COMMIT; CREATE TABLE m (id int);'],
    ['rolled back', 'BEGIN; SET search_path TO app; ROLLBACK; CREATE TABLE n (id int);'],
    ['by set_config', "SELECT set_config('search_path', 'app', false); CREATE TABLE n (id int);"],
    ['renamed where it stands', 'SET search_path TO app, public; ALTER TABLE own RENAME TO mine; ALTER TABLE two RENAME TO n;'],
    ['moved to another one', 'SET search_path TO app; ALTER TABLE two SET SCHEMA old;'],
    ['a temporary table stands before all', 'CREATE TEMP TABLE scratch (id int); SET search_path TO app; DROP TABLE scratch;'],
    ['of a table made like another', 'SET search_path TO app, public; CREATE TABLE n (LIKE own);'],
  ])('%s', async (_, sql) => {
    const after = walkOf(sql, { history: [base] }).after
    const ours = [...after.tables.values()]
      .filter(({ temporary }) => !temporary)
      .map(({ name }) => `${name.schema ?? 'public'}.${name.name}`)
    await server.exec('DROP SCHEMA IF EXISTS app, old CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; RESET search_path')
    await server.exec(base)
    await server.exec(sql)
    const theirs = await server.query<{ name: string }>(
      "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('public', 'app', 'old')",
    )
    expect(ours.sort()).toEqual(theirs.rows.map(({ name }) => name).sort())
  })
})

/** The schema of what the last operation of a text names. */
function touched(sql: string, run?: Run): string | undefined {
  const { operation } = momentsOf(sql, run).at(-1)!
  return 'table' in operation ? operation.table?.schema : 'name' in operation ? (operation.name as { schema?: string }).schema : undefined
}

describe('names without a schema', () => {
  const app = 'SET search_path TO app; '
  it('of a table that nothing is known of are in the only schema looked at', () => {
    expect(touched(`${app}ALTER TABLE orders ADD COLUMN note text;`)).toBe('app')
    expect(touched('SET search_path TO app, public; ALTER TABLE orders ADD COLUMN note text;')).toBeUndefined()
  })
  it('of catalogues, roles and schemas stay', () => {
    expect(touched(`${app}DELETE FROM pg_largeobject;`)).toBeUndefined()
    expect(momentsOf(`${app}GRANT USAGE ON SCHEMA app TO web;`).at(-1)!.operation).toMatchObject({
      details: { objects: [{ name: 'app' }] },
    })
  })
  it('bind nothing on another connection of a pool', () => {
    expect(touched(`${app}ALTER TABLE orders ADD COLUMN note text;`, { pooled: true })).toBeUndefined()
  })
})
