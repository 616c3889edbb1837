import { afterAll, describe, expect, test } from 'vitest'
import { mysqlUrl, postgresUrl } from '../../scripts/servers.ts'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { mysql } from '../../src/dialects/mysql/index.ts'
import { mariadb } from '../../src/dialects/mysql/mariadb.ts'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { sqlite } from '../../src/dialects/sqlite/index.ts'
import type { DialectName } from '../../src/ir/names.ts'
import { inverseOf } from '../../src/plan/inverse/inverse.ts'
import { differences } from '../../src/sandbox/catalog.ts'
import type { Engine } from '../../src/sandbox/engine.ts'
import type { Room } from '../../src/sandbox/open.ts'
import { mysqlRoom } from '../../src/sandbox/rooms/mysql.ts'
import { postgresRoom } from '../../src/sandbox/rooms/postgres.ts'
import { sqliteRoom } from '../../src/sandbox/rooms/sqlite.ts'
import { walkOf } from '../lint/walking.ts'

const dialects: Readonly<Record<DialectName, Dialect>> = { postgres, mysql, mariadb, sqlite }
await postgres.ready()

/** What takes a script back, as SQL; the reason where nothing does. */
function downOf(engine: DialectName, history: string, up: string): readonly string[] | string {
  const dialect = dialects[engine]
  const walk = walkOf(up, { engine, history: [history] })
  const texts = [history, up]
  const text = ({ start, end }: { start: number; end: number }) => texts.map((one) => one.slice(start, end)).join(' ')
  const inverse = inverseOf(walk, { dialect: engine, dropsForeignKeys: false, position: 1, isHarmless: () => true, text })
  if ('because' in inverse) return inverse.because
  return inverse.operations.flatMap((operation) => {
    const sql = dialect.write(operation, { version: dialect.latest, bare: () => false })
    return sql ?? [`-- ${operation.kind} is not written`]
  })
}

interface Case {
  readonly name: string
  readonly history: string
  readonly up: string
  /** What the way back says, where that is worth reading. */
  readonly down?: readonly string[]
}

const statements = (sql: string) => sql.split(/;\s*(?:\n|$)/).filter((one) => one.trim() !== '')

const postgresCases: readonly Case[] = [
  {
    name: 'a table',
    history: 'SELECT 1;',
    up: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note ON orders (note);',
    down: ['DROP TABLE "orders"'],
  },
  {
    name: 'tables that refer to each other',
    history: 'SELECT 1;',
    up: 'CREATE TABLE a (id int PRIMARY KEY, b int);\nCREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);\nALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b (id);',
  },
  {
    name: 'a type, a function and a trigger of the same script',
    history: 'CREATE TABLE orders (id int);',
    up: "CREATE TYPE mood AS ENUM ('sad', 'ok');\nALTER TABLE orders ADD COLUMN mood mood DEFAULT 'ok';\nCREATE FUNCTION touch(a int, OUT b int) LANGUAGE sql AS 'SELECT a';\nCREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION fired();\nCREATE VIEW sad AS SELECT id FROM orders WHERE mood = 'sad';\nCREATE SEQUENCE numbers;\nCREATE DOMAIN positive AS int CHECK (VALUE > 0);\nCREATE SCHEMA billing;",
  },
  {
    name: 'columns and constraints that are added',
    history: 'CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE orders (id int, user_id int);',
    up: 'ALTER TABLE orders ADD COLUMN code text UNIQUE, ADD COLUMN total int CHECK (total > 0);\nALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;\nALTER TABLE orders ADD PRIMARY KEY (id);\nALTER TABLE orders ADD CHECK (user_id > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_check;\nCREATE UNIQUE INDEX ON orders (code, total);\nCREATE INDEX lowered ON orders (lower(code));',
  },
  {
    name: 'columns that are changed',
    history: "CREATE TABLE orders (id int, status varchar(20) NOT NULL DEFAULT 'new', amount int, note text DEFAULT 'x', day text);",
    up: "ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;\nALTER TABLE orders ALTER COLUMN status DROP NOT NULL;\nALTER TABLE orders ALTER COLUMN status TYPE text;\nALTER TABLE orders ALTER COLUMN amount TYPE text, ALTER COLUMN amount SET NOT NULL;\nALTER TABLE orders ALTER COLUMN note SET DEFAULT 'y';\nALTER TABLE orders RENAME COLUMN day TO date;\nALTER TABLE orders RENAME TO purchases;",
  },
  {
    name: 'an enum type that another one takes the place of',
    history:
      "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (mood mood NOT NULL, moods mood[]);\nINSERT INTO people VALUES ('ok', '{sad}');",
    up: "ALTER TYPE mood RENAME TO mood_old;\nCREATE TYPE mood AS ENUM ('sad', 'ok', 'fine');\nALTER TABLE people ALTER COLUMN mood TYPE mood USING mood::text::mood, ALTER COLUMN moods TYPE mood[] USING moods::text[]::mood[];\nDROP TYPE mood_old;",
  },
  {
    name: 'what is renamed',
    history:
      "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE orders (id int CONSTRAINT orders_key PRIMARY KEY, mood mood DEFAULT 'sad');\nCREATE INDEX by_mood ON orders (mood);\nCREATE SCHEMA billing;",
    up: "ALTER TYPE mood RENAME VALUE 'sad' TO 'low';\nALTER TYPE mood RENAME TO feeling;\nALTER TABLE orders RENAME CONSTRAINT orders_key TO orders_id;\nALTER INDEX by_mood RENAME TO by_feeling;\nALTER SCHEMA billing RENAME TO accounts;\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;",
  },
  {
    name: 'columns that are dropped, with what stood on them',
    history:
      "CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE orders (id int PRIMARY KEY, status varchar(20) NOT NULL DEFAULT 'new' CONSTRAINT known CHECK (status <> ''), user_id int NOT NULL REFERENCES users ON DELETE CASCADE, total int GENERATED ALWAYS AS (user_id * 2) STORED, code text COLLATE \"C\" UNIQUE, at timestamptz DEFAULT now());\nCREATE INDEX orders_user ON orders (user_id DESC) WHERE id > 3;\nCREATE INDEX orders_code ON orders USING gin (to_tsvector('english', code));",
    up: 'ALTER TABLE orders DROP COLUMN total;\nALTER TABLE orders DROP COLUMN status;\nALTER TABLE orders DROP COLUMN user_id;\nALTER TABLE orders DROP COLUMN code;\nALTER TABLE orders DROP COLUMN at;',
  },
  {
    name: 'tables that are dropped',
    history:
      "CREATE TYPE mood AS ENUM ('sad', 'it''s');\nCREATE TABLE users (id serial PRIMARY KEY, name varchar(20));\nCREATE TABLE orders (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, user_id int REFERENCES users (id), mood mood[] NOT NULL DEFAULT '{sad}', \"Odd name\" numeric(10,2), CONSTRAINT pair UNIQUE (user_id, mood) DEFERRABLE INITIALLY DEFERRED);\nALTER TABLE orders ADD CONSTRAINT later CHECK (user_id > 0) NOT VALID;\nCREATE UNIQUE INDEX odd ON orders (\"Odd name\" DESC, lower(user_id::text));",
    up: 'DROP TABLE orders;\nDROP TABLE users;\nDROP TYPE mood;',
  },
  {
    name: 'constraints and indexes that are dropped',
    history:
      'CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE orders (id int, user_id int REFERENCES users ON DELETE SET NULL, code text UNIQUE, CHECK (id > user_id));\nCREATE INDEX by_code ON orders (code text_pattern_ops);',
    up: 'ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;\nALTER TABLE orders DROP CONSTRAINT orders_code_key;\nALTER TABLE orders DROP CONSTRAINT orders_check;\nDROP INDEX by_code;',
  },
  {
    name: 'an index that becomes a constraint',
    history: 'CREATE TABLE orders (id int, code text);\nCREATE UNIQUE INDEX by_code ON orders (code);',
    up: 'ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE USING INDEX by_code;\nCREATE UNIQUE INDEX by_id ON orders (id);\nALTER TABLE orders ADD CONSTRAINT orders_id UNIQUE USING INDEX by_id;',
  },
  {
    name: 'what is made and dropped again',
    history: 'CREATE TABLE orders (id int, code text);',
    up: "CREATE TABLE spare (id int);\nALTER TABLE spare RENAME TO other;\nDROP TABLE other;\nALTER TABLE orders ADD COLUMN a int;\nALTER TABLE orders RENAME COLUMN a TO b;\nALTER TABLE orders DROP COLUMN b;\nCREATE INDEX i ON orders (code);\nDROP INDEX i;\nCREATE TYPE t AS ENUM ('a');\nDROP TYPE t;",
    down: [],
  },
  {
    name: 'a partition that is attached',
    history: 'CREATE TABLE days (at date) PARTITION BY RANGE (at);\nCREATE TABLE may (at date);',
    up: "ALTER TABLE days ATTACH PARTITION may FOR VALUES FROM ('2024-05-01') TO ('2024-06-01');",
  },
]

const mysqlCases: readonly Case[] = [
  {
    name: 'a table',
    history: 'CREATE TABLE users (id int PRIMARY KEY) ENGINE=InnoDB;',
    up: 'CREATE TABLE orders (id int PRIMARY KEY, user_id int, FOREIGN KEY (user_id) REFERENCES users (id)) ENGINE=InnoDB;',
    down: ['DROP TABLE `orders`'],
  },
  {
    name: 'columns and constraints that are added',
    history: 'CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE orders (id int NOT NULL, user_id int);',
    up: 'ALTER TABLE orders ADD COLUMN code varchar(20) UNIQUE AFTER id, ADD COLUMN total int CHECK (total > 0), ADD INDEX by_code (code);\nALTER TABLE orders ADD CONSTRAINT to_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;\nALTER TABLE orders ADD PRIMARY KEY (id);\nALTER TABLE orders ADD CONSTRAINT positive CHECK (user_id > 0);\nALTER TABLE orders ADD UNIQUE KEY one_code (code);',
  },
  {
    name: 'columns that are changed',
    history:
      "CREATE TABLE orders (id int, status varchar(20) NOT NULL DEFAULT 'new' COMMENT 'it''s', amount int unsigned DEFAULT 4, at datetime NOT NULL DEFAULT current_timestamp ON UPDATE current_timestamp, kind enum('a','b') NOT NULL);",
    up: "ALTER TABLE orders MODIFY status varchar(50);\nALTER TABLE orders CHANGE amount total bigint unsigned FIRST;\nALTER TABLE orders MODIFY at datetime;\nALTER TABLE orders ALTER COLUMN kind SET DEFAULT 'a';\nALTER TABLE orders RENAME COLUMN kind TO sort;\nALTER TABLE orders RENAME TO purchases;",
  },
  {
    name: 'columns that are dropped, with what stood on them',
    history:
      "CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE orders (id int PRIMARY KEY, status varchar(20) NOT NULL DEFAULT 'new', user_id int NOT NULL, code varchar(20) COLLATE utf8mb4_bin, KEY pair (status(5), user_id), KEY by_code (code)) DEFAULT CHARSET=utf8mb4;",
    up: 'ALTER TABLE orders DROP COLUMN status;\nALTER TABLE orders DROP COLUMN code;\nALTER TABLE orders DROP COLUMN id;',
  },
  {
    name: 'tables that are dropped',
    history:
      "CREATE TABLE users (id int unsigned AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='who';\nCREATE TABLE orders (id int PRIMARY KEY, user_id int unsigned NOT NULL, body text, at timestamp NULL, total int GENERATED ALWAYS AS (id * 2) VIRTUAL, KEY by_body (body(10)), CONSTRAINT to_user FOREIGN KEY (user_id) REFERENCES users (id));",
    up: 'DROP TABLE orders;\nDROP TABLE users;',
  },
  {
    name: 'constraints and indexes that are dropped',
    history:
      'CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE orders (id int PRIMARY KEY, user_id int, code varchar(20), CONSTRAINT to_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL, UNIQUE KEY one_code (code), KEY by_code (code));',
    up: 'ALTER TABLE orders DROP FOREIGN KEY to_user;\nALTER TABLE orders DROP INDEX one_code;\nDROP INDEX by_code ON orders;\nALTER TABLE orders DROP PRIMARY KEY;',
  },
]

const sqliteCases: readonly Case[] = [
  {
    name: 'tables, columns and indexes',
    history: 'CREATE TABLE users (id integer PRIMARY KEY);',
    up: "CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users);\nALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT 'x';\nCREATE INDEX by_name ON users (name);\nCREATE VIEW named AS SELECT id FROM users;\nALTER TABLE users RENAME COLUMN id TO number;",
  },
  {
    name: 'tables that refer to later ones',
    history: 'SELECT 1;',
    up: 'CREATE TABLE pages (id integer PRIMARY KEY, author int REFERENCES users);\nCREATE TABLE users (id integer PRIMARY KEY);\nCREATE TABLE tags (id integer PRIMARY KEY);',
    down: ['DROP TABLE "tags"', 'DROP TABLE "pages"', 'DROP TABLE "users"'],
  },
  {
    name: 'what is dropped',
    history:
      "CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT, email text COLLATE NOCASE NOT NULL UNIQUE, at text DEFAULT (datetime('now'))) STRICT;\nCREATE INDEX by_at ON users (at) WHERE id > 1;\nCREATE TABLE orders (id integer PRIMARY KEY, note text, user_id int REFERENCES users ON DELETE CASCADE, CHECK (note <> ''));",
    up: 'DROP INDEX by_at;\nDROP TABLE orders;\nDROP TABLE users;',
  },
  {
    name: 'a column that is dropped',
    history: "CREATE TABLE orders (id integer PRIMARY KEY, note text DEFAULT 'x');",
    up: 'ALTER TABLE orders DROP COLUMN note;',
  },
]

const asked = (dialect: DialectName, asked: string) => ({
  dialect,
  wanted: undefined,
  asked,
  allowRemote: false,
  root: process.cwd(),
  extensions: [],
  bytes: 0,
})
const servers: readonly (readonly [string, Room, readonly Case[], ReturnType<typeof asked>])[] = [
  ['PostgreSQL', postgresRoom, postgresCases, asked('postgres', postgresUrl)],
  ['MariaDB or MySQL', mysqlRoom, mysqlCases, asked('mariadb', mysqlUrl)],
  ['SQLite', sqliteRoom, sqliteCases, asked('sqlite', 'sql.js')],
]

for (const [server, room, cases, request] of servers) {
  const opened: Engine | string = await room.open(request).catch((error: Error) => error.message)
  if (typeof opened === 'string') console.warn(`skipped: ${server}: ${opened}`)
  describe.skipIf(typeof opened === 'string')(`${server}: up and its way back leave the catalogue as it was`, () => {
    const engine = opened as Engine
    afterAll(() => engine.close())

    test.each(cases)('$name', async ({ history, up, down }) => {
      const way = downOf(engine.dialect, history, up)
      expect(way).toBeInstanceOf(Array)
      if (down) expect(way).toEqual(down)
      const database = await engine.create()
      const session = await database.open()
      try {
        for (const sql of statements(history)) await session.query(sql)
        const before = await room.reader.catalog(session, [])
        for (const sql of statements(up)) await session.query(sql)
        for (const sql of way) await session.query(sql)
        expect(differences(before, await room.reader.catalog(session, []))).toEqual([])
      } finally {
        await session.close()
        await database.drop()
      }
    })
  })
}
