import { afterAll, describe, expect, it } from 'vitest'
import { type Files, mended } from './project-mended.ts'
import { connect, connectAdmin } from './server.ts'

const admin = await connectAdmin()
afterAll(() => admin?.end())

const tables =
  'CREATE TABLE users (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total int); INSERT INTO users VALUES (1); INSERT INTO orders VALUES (1, 1, 5);'

const seen = `
  SELECT 'index' AS what, indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition, indisvalid AS valid FROM pg_index
    WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
  UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'column', attrelid::regclass::text || '.' || attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
    WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')
  ORDER BY 1, 2, 3`

let made = 0

/** What the database holds when the files have run in their order, each as its runner sends it: whole, or statement by statement. */
async function after(files: Files, sends: 'file' | 'statements'): Promise<unknown> {
  const name = `surefoot_fixes_${process.pid}_${made++}`
  await admin!.query(`CREATE DATABASE ${name}`)
  const client = await connect(name)
  try {
    await client.query(tables)
    const paths = Object.keys(files).filter((path) => !path.endsWith('.down.sql'))
    for (const path of paths.sort()) {
      const text = files[path]!
      const statements = sends === 'file' ? [text] : text.split(/;\n/).filter((statement) => statement.trim() !== '')
      for (const statement of statements) await client.query(statement)
    }
    const { rows } = await client.query(seen)
    return rows
  } finally {
    await client.end()
    await admin!.query(`DROP DATABASE ${name}`)
  }
}

const cases: Readonly<Record<string, { readonly files: Files; readonly sends: 'file' | 'statements' }>> = {
  'an index alone': { files: { 'migrations/1_a.sql': 'CREATE INDEX orders_user ON orders (user_id);\n' }, sends: 'statements' },
  'an index beside others': {
    files: {
      'migrations/1_a.sql': 'CREATE TABLE shops (id bigint PRIMARY KEY);\nCREATE UNIQUE INDEX orders_total ON public.orders (total);\n',
    },
    sends: 'statements',
  },
  'an index in a transaction of the file': {
    files: {
      'migrations/1_a.sql': 'BEGIN;\nALTER TABLE users ADD COLUMN name text;\nCREATE INDEX orders_user ON orders (user_id);\nCOMMIT;\n',
    },
    sends: 'statements',
  },
  'an index in a pair of files that are sent whole': {
    files: {
      'migrations/1_a.up.sql': 'ALTER TABLE users ADD COLUMN name text;\nCREATE INDEX orders_user ON orders (user_id);\n',
      'migrations/1_a.down.sql': 'DROP INDEX orders_user;\nALTER TABLE users DROP COLUMN name;\n',
    },
    sends: 'file',
  },
  'a dropped index': {
    files: { 'migrations/1_a.sql': 'CREATE INDEX orders_user ON orders (user_id);\n', 'migrations/2_b.sql': 'DROP INDEX orders_user;\n' },
    sends: 'statements',
  },
  'constraints without a name of their own and with one': {
    files: {
      'migrations/1_a.sql': 'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;\n',
      'migrations/2_b.sql': 'ALTER TABLE orders ADD CONSTRAINT "Total" CHECK (total >= 0);\n',
    },
    sends: 'statements',
  },
}

describe.skipIf(admin === undefined)('a real PostgreSQL ends alike after the migrations as they were and as they are mended', () => {
  it.each(Object.entries(cases))('%s', async (_, { files, sends }) => {
    const { changed, done } = await mended(files, { timeouts: true })
    expect(done).not.toEqual([])
    expect(changed).not.toEqual({})
    const unmended = await after(files, sends)
    expect(await after({ ...files, ...changed }, sends)).toEqual(unmended)
  })
})
