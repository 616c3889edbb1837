import type { Session } from '../../engine.ts'
import { quoted, rowsOf } from './rows.ts'

/** A routine, event, trigger or view: the text that makes it and the sql_mode under which it was made. */
export interface Made {
  readonly kind: 'routine' | 'view' | 'trigger'
  readonly text: string
  readonly mode: string
}

/**
 * Copies the tables and sequences of a database under another name, by the texts that the server keeps and INSERT … SELECT: with keys, rows and counters.
 * `admin` may do anything; its session settings are put back. Throws a ServerError.
 */
export async function copyTables(admin: Session, from: string, to: string): Promise<void> {
  const [schema] = await rowsOf(
    admin,
    `SELECT default_character_set_name AS charset, default_collation_name AS collation FROM information_schema.schemata WHERE schema_name = '${from}'`,
  )
  await admin.query(`CREATE DATABASE ${to} CHARACTER SET ${schema?.charset} COLLATE ${schema?.collation}`)
  await relaxed(admin, () => copyEach(admin, from, to))
}

/** Runs with nothing checked that was checked before. */
async function relaxed(admin: Session, work: () => Promise<void>): Promise<void> {
  const [before] = await rowsOf(admin, 'SELECT @@foreign_key_checks AS keys_checked, @@unique_checks AS unique_checked, @@sql_mode AS mode')
  try {
    await admin.query("SET foreign_key_checks = 0, unique_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'")
    // The log of an administrator's copies is of use to nobody; not every administrator may leave it out.
    await admin.query('SET sql_log_bin = 0').catch(() => {})
    await work()
  } finally {
    await admin.query('SET sql_log_bin = 1').catch(() => {})
    await admin.query(
      `SET foreign_key_checks = ${before?.keys_checked}, unique_checks = ${before?.unique_checked}, sql_mode = '${before?.mode}'`,
    )
  }
}

/** The text of the thing: SHOW CREATE names that column after the kind. */
async function textOf(admin: Session, kind: string, database: string, name: unknown): Promise<Omit<Made, 'kind'>> {
  const [row = {}] = await rowsOf(admin, `SHOW CREATE ${kind} ${database}.${quoted(name)}`)
  const column = Object.keys(row).find((key) => key.startsWith('create ') || key === 'sql original statement')
  return { text: String(row[column ?? '']), mode: String(row.sql_mode ?? '') }
}

async function copyEach(admin: Session, from: string, to: string): Promise<void> {
  const tables = await rowsOf(
    admin,
    `SELECT table_name AS name, table_type AS type FROM information_schema.tables WHERE table_schema = '${from}' AND table_type <> 'VIEW'`,
  )
  const columns = await rowsOf(
    admin,
    `SELECT table_name AS name, column_name AS col FROM information_schema.columns
     WHERE table_schema = '${from}' AND extra NOT REGEXP 'VIRTUAL|STORED|PERSISTENT' ORDER BY ordinal_position`,
  )
  // The texts leave out the database where it is the one in use.
  await admin.query(`USE ${from}`)
  const texts: string[] = []
  for (const { name, type } of tables) texts.push((await textOf(admin, type === 'SEQUENCE' ? 'SEQUENCE' : 'TABLE', from, name)).text)
  await admin.query(`USE ${to}`)
  for (const text of texts) await admin.query(text)
  for (const { name, type } of tables) {
    if (type === 'SEQUENCE') {
      const [row] = await rowsOf(admin, `SELECT next_not_cached_value AS next FROM ${from}.${quoted(name)}`)
      await admin.query(`SELECT SETVAL(${quoted(name)}, ${row?.next}, 0)`)
      continue
    }
    const list = columns
      .filter((column) => column.name === name)
      .map(({ col }) => quoted(col))
      .join(', ')
    if (list !== '') await admin.query(`INSERT INTO ${quoted(name)} (${list}) SELECT ${list} FROM ${from}.${quoted(name)}`)
  }
}

/** The routines, events, views and triggers of a database, in an order in which they can be made but for views that look into each other. */
export async function readObjects(admin: Session, database: string): Promise<readonly Made[]> {
  const rows = await rowsOf(
    admin,
    `SELECT 1 AS turn, routine_name AS name, routine_type AS type FROM information_schema.routines WHERE routine_schema = '${database}'
     UNION ALL SELECT 1, event_name, 'EVENT' FROM information_schema.events WHERE event_schema = '${database}'
     UNION ALL SELECT 2, table_name, 'VIEW' FROM information_schema.views WHERE table_schema = '${database}'
     UNION ALL SELECT 2 + action_order, trigger_name, 'TRIGGER' FROM information_schema.triggers WHERE trigger_schema = '${database}' ORDER BY 1, 2`,
  )
  // The texts leave out the database where it is the one in use.
  await admin.query(`USE ${database}`)
  const made: Made[] = []
  for (const { name, type } of rows) {
    const kind = type === 'VIEW' ? 'view' : type === 'TRIGGER' ? 'trigger' : 'routine'
    made.push({ kind, ...(await textOf(admin, String(type), database, name)) })
  }
  return made
}

/** Makes routines, events, views and triggers anew in a database whose owner has the rights that they need already. */
export async function writeObjects(admin: Session, database: string, made: readonly Made[]): Promise<void> {
  if (made.length === 0) return
  await admin.query(`USE ${database}`)
  await relaxed(admin, async () => {
    const write = async ({ text, mode }: Made) => {
      await admin.query(`SET sql_mode = '${mode}'`)
      await admin.query(text)
    }
    for (const each of made) if (each.kind === 'routine') await write(each)
    // Views look into each other: those whose turn is too early are tried again as long as any succeeds. One that is broken in the original is left out.
    let left = made.filter(({ kind }) => kind === 'view')
    for (let before = left.length + 1; left.length < before; ) {
      before = left.length
      const refused: Made[] = []
      for (const view of left) await write(view).catch(() => refused.push(view))
      left = refused
    }
    for (const each of made) if (each.kind === 'trigger') await write(each)
  })
}
