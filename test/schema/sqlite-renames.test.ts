import sqlite from 'sql.js'
import { expect, it } from 'vitest'
import { sqlite as room } from '../../src/dialects/sqlite/index.ts'
import { apply } from '../../src/schema/apply.ts'
import { emptySchema } from '../../src/schema/edit.ts'
import { findTable, type Schema } from '../../src/schema/schema.ts'
import { tracedText } from '../../src/source/traced.ts'

const engine = await sqlite()

const before = `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
CREATE VIEW mails AS SELECT email FROM users;
CREATE TRIGGER touched AFTER INSERT ON posts BEGIN UPDATE users SET email = email WHERE id = NEW.user_id; END;`

function replayed(sql: string): Schema {
  const operations = room.parse(tracedText(sql, 'a.sql'), { version: room.latest }).flatMap((statement) => statement.operations)
  return operations.reduce<Schema>((schema, operation) => apply(schema, operation, { born: 0, transaction: 'x' }).schema, emptySchema(room))
}

it.each([
  ['moved aside', 'ALTER TABLE users RENAME TO users_old; CREATE TABLE users (id INTEGER PRIMARY KEY); DROP TABLE users_old;', 'users_old'],
  ['renamed and back', 'ALTER TABLE users RENAME TO users_old; ALTER TABLE users_old RENAME TO users;', 'users'],
])('what names a table follows its rename, in SQLite and in the replay: %s', (_, sql, target) => {
  const database = new engine.Database()
  database.run(`${before}\n${sql}`)
  const stored = database.exec("SELECT sql FROM sqlite_master WHERE name IN ('posts', 'mails', 'touched')")[0]!.values.map(String)
  expect(stored).toHaveLength(3)
  for (const text of stored) expect(/\b(users(?:_old)?)\b/.exec(text)?.[1]).toBe(target)

  const schema = replayed(`${before}\n${sql}`)
  const posts = findTable(schema, { name: 'posts' })!
  expect(posts.constraints.flatMap(({ constraint }) => constraint.references?.table.name ?? [])).toEqual([target])
  expect([...schema.views.values()].flatMap(({ uses }) => uses.map(({ name }) => name))).toEqual([target])
  expect([...schema.triggers.values()].flatMap(({ uses = [] }) => uses.map(({ name }) => name))).toEqual([target])
})

it('an INSERT into a table that refers to the one aside fails, once that is dropped', () => {
  const database = new engine.Database()
  database.run(
    `${before}\nALTER TABLE users RENAME TO users_old; CREATE TABLE users (id INTEGER PRIMARY KEY); DROP TABLE users_old; PRAGMA foreign_keys = ON;`,
  )
  expect(() => database.run('INSERT INTO posts VALUES (1, NULL)')).toThrow('no such table: main.users_old')
})
