import { beforeAll, describe, expect, it } from 'vitest'
import { declaredTables } from '../../../src/frameworks/drizzle/declared.ts'
import { drizzle } from '../../../src/frameworks/drizzle/index.ts'
import { loadParser } from '../../../src/javascript/parse.ts'
import { memoryProject } from '../../../src/project/memory.ts'

beforeAll(loadParser)

/** Table to its columns in order, as the files beside a history of this engine declare them. */
function declared(files: Record<string, string>, dialect = 'postgresql') {
  const journal = JSON.stringify({ version: '7', dialect, entries: [{ idx: 0, tag: '0000_a', when: 0, breakpoints: true }] })
  const project = memoryProject({ 'drizzle/0000_a.sql': 'SELECT 1', 'drizzle/meta/_journal.json': journal, ...files })
  const tables = declaredTables(project, drizzle.discover(project, {})[0]!)?.tables
  return tables && Object.fromEntries([...tables].map(([name, { columns }]) => [name, [...columns!].sort().join(' ')]))
}

describe('what a schema of Drizzle declares', () => {
  it('is its tables with their columns, named or called like their key', () => {
    const text = `
      import { pgTable, serial, text } from 'drizzle-orm/pg-core'
      const stamps = { madeAt: text() }
      export const people = pgTable('people', {
        id: serial('id').primaryKey(),
        fullName: text('full_name').notNull().unique().default('x'),
        nick: text({ enum: ['a'] }),
        ...stamps,
      }, (t) => [index('i').on(t.nick)])
      export const pets = pgTable('pets', (t) => ({ id: t.integer().primaryKey(), owner: t.integer('owner_id').references(() => people.id) }))`
    expect(declared({ 'src/db/schema.ts': text })).toEqual({ people: 'full_name id nick', pets: 'id owner_id' })
  })

  it('stands in a schema of its own, or behind a creator that puts something around the names', () => {
    const files = {
      'src/base.ts':
        "import { pgSchema, pgTableCreator } from 'drizzle-orm/pg-core'\nexport const auth = pgSchema('auth')\nexport const createTable = pgTableCreator((name) => `shop_${name}`)\n",
      'src/schema.ts':
        "import { auth, createTable } from './base'\nexport const users = auth.table('users', { id: integer() })\nexport const posts = createTable('post', { id: integer() })\nexport const no = elsewhere.table('no', { id: integer() })\n",
    }
    expect(declared(files)).toEqual({ 'auth.users': 'id', shop_post: 'id' })
  })

  it('is called as the casing of the configuration says', () => {
    const table = "export const posts = mysqlTable('posts', { createdAt: timestamp(), userID: int(), ownName: int('ownName') })"
    expect(declared({ 'a.ts': table }, 'mysql')).toEqual({ posts: 'createdAt ownName userID' })
    const config = { 'drizzle.config.ts': "export default { dialect: 'mysql', casing: 'snake_case' }" }
    expect(declared({ 'a.ts': table, ...config }, 'mysql')).toEqual({ posts: 'created_at ownName user_id' })
    const connection = "import { drizzle } from 'drizzle-orm/mysql2'\nexport const db = drizzle({ casing: CASING })"
    expect(declared({ 'a.ts': table, 'db.ts': connection }, 'mysql')).toEqual({ posts: 'ownName' })
  })

  it('is that of the engine of the history, and of no test or copy in its folder', () => {
    const files = {
      'pg.ts': "pgTable('a', { id: integer() })",
      'lite.ts': "export const b = sqliteTable('b', { id: integer() })",
      'lite.test.ts': "export const c = sqliteTable('c', { id: integer() })",
      'drizzle/schema.ts': "export const d = sqliteTable('d', { id: integer() })",
    }
    expect(declared(files, 'sqlite')).toEqual({ b: 'id' })
    expect(declared({ 'other.ts': 'export const a = 1' })).toBeUndefined()
  })
})
