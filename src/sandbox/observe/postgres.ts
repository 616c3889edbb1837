import { split } from '../../sql/split.ts'
import { syntaxOf } from '../../sql/syntax.ts'
import type { HeldLock, Observer } from './observer.ts'

type Marks = readonly Readonly<Record<string, unknown>>[]

const syntax = syntaxOf('postgres')

/** How people write a relation of `namespace`: tables of `public` without it. */
const shownName = "CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END"

// One row for each lock of the session, each relation's storage, and each table that the transaction read or wrote. Objects of the user have OIDs from 16384
// (https://www.postgresql.org/docs/current/system-catalog-initial-data.html#SYSTEM-CATALOG-OID-ASSIGNMENT). Every column is text, so that all drivers read it alike.
const mark = `
SELECT 'lock' AS kind, l.relation::int8::text AS id, '' AS name, l.mode AS state FROM pg_catalog.pg_locks l
 WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation >= 16384
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
UNION ALL
SELECT 'file', c.oid::int8::text, ${shownName}, c.relfilenode::int8::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'i', 'I', 'm', 'v') AND n.nspname !~ '^pg_'
UNION ALL
SELECT 'read', s.relid::int8::text, '', s.seq_tup_read::text FROM pg_catalog.pg_stat_xact_user_tables s WHERE s.seq_tup_read > 0
UNION ALL
SELECT 'write', s.relid::int8::text, '', (s.n_tup_ins + s.n_tup_upd + s.n_tup_del)::text FROM pg_catalog.pg_stat_xact_user_tables s
 WHERE s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0`

/** Statements that PostgreSQL refuses in a transaction block or outside of one, or that are about transactions or the session themselves. */
const standsAlone = [
  /\bCONCURRENTLY\b/,
  /^(?:VACUUM|BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE TRANSACTION|LOCK|SET|RESET|DISCARD|SHOW|LISTEN|UNLISTEN|NOTIFY|CALL|CLUSTER$)\b/,
  /^(?:CREATE|DROP|ALTER) (?:DATABASE|TABLESPACE|SUBSCRIPTION|SYSTEM)\b/,
  /^REINDEX (?:\( .* \) )?(?:DATABASE|SYSTEM|SCHEMA)\b/,
]

/** Settings that drivers and frameworks send when they connect; all others say something about the migration. */
const connectionSetting =
  /^(?:SET (?:SESSION |LOCAL )?(?:STANDARD_CONFORMING_STRINGS|CLIENT_MIN_MESSAGES|CLIENT_ENCODING|APPLICATION_NAME|DATESTYLE|INTERVALSTYLE|EXTRA_FLOAT_DIGITS|BYTEA_OUTPUT|NAMES|TIME ZONE|TIMEZONE)\b|SHOW\b)/

const transactionControl = /^(?:BEGIN|START TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE)\b/

const catalogue =
  /\b(?:PG_(?!SLEEP\b)\w+|INFORMATION_SCHEMA|CURRENT_SCHEMA|CURRENT_SCHEMAS|CURRENT_DATABASE|CURRENT_SETTING|VERSION|SET_CONFIG|UUID_GENERATE_V4)\b/i

/** PostgreSQL seen through the locks, the storage and the counters of one session. */
export const postgresObserver: Observer = {
  mark,
  effects: (before, after) => {
    const old = read(before)
    const now = read(after)
    // What is renamed is known by its old name to all who wait for it.
    const nameOf = (id: string) => old.names.get(id) ?? now.names.get(id)
    const difference = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>) =>
      Object.fromEntries(
        [...b].flatMap(([id, count]): [string, number][] => {
          const more = count - (a.get(id) ?? 0)
          const name = nameOf(id)
          return name !== undefined && more > 0 ? [[name, more]] : []
        }),
      )
    // The server gives them in the order of a table of hashes, another one in each database.
    const locksOf = (keys: Iterable<string>): HeldLock[] =>
      [...keys]
        .flatMap((key) => {
          const [id = '', mode = ''] = key.split(' ')
          const relation = nameOf(id)
          return relation === undefined ? [] : [{ relation, mode }]
        })
        .sort((a, b) => (`${a.relation} ${a.mode}` < `${b.relation} ${b.mode}` ? -1 : 1))
    return {
      locks: locksOf([...now.locks].filter((key) => !old.locks.has(key))),
      held: locksOf(old.locks),
      rewritten: [...now.files].filter(([name, file]) => (old.files.get(name) ?? file) !== file).map(([name]) => name),
      scanned: difference(old.reads, now.reads),
      written: difference(old.writes, now.writes),
    }
  },
  wraps: (sql) => {
    const statements = statementsOf(sql)
    return (
      statements.length > 0 && !statements.some(({ words, text }) => standsAlone.some((pattern) => pattern.test(words)) || commits(text))
    )
  },
  isNoise: (sql) =>
    statementsOf(sql).every(
      ({ words, text }) =>
        connectionSetting.test(words) ||
        transactionControl.test(words) ||
        (/^(?:SELECT|WITH)\b/.test(words) && !/\b(?:INSERT|UPDATE|DELETE|MERGE|INTO)\b/.test(words) && isOfTheCatalogue(text, words)),
    ),
  // The server names the text that is no number: https://www.postgresql.org/docs/current/errcodes-appendix.html, 22P02.
  failing: "SELECT CAST('surefoot: injected failure' AS integer)",
  ladder: (sql) => [sql],
  refuses: () => false,
}

interface Read {
  readonly locks: ReadonlySet<string>
  readonly names: ReadonlyMap<string, string>
  /** Storage by name: an index that an ALTER built anew is another relation of the same name. */
  readonly files: ReadonlyMap<string, string>
  readonly reads: ReadonlyMap<string, number>
  readonly writes: ReadonlyMap<string, number>
}

function read(marks: Marks): Read {
  const locks = new Set<string>()
  const names = new Map<string, string>()
  const files = new Map<string, string>()
  const reads = new Map<string, number>()
  const writes = new Map<string, number>()
  for (const { kind, id, name, state } of marks) {
    const key = String(id)
    if (kind === 'lock') locks.add(`${key} ${state}`)
    else if (kind === 'read') reads.set(key, Number(state))
    else if (kind === 'write') writes.set(key, Number(state))
    else {
      names.set(key, String(name))
      // Partitioned tables and views have no storage.
      if (state !== '0') files.set(String(name), String(state))
    }
  }
  return { locks, names, files, reads, writes }
}

/** The statements of a text: as written, and their words in upper case with strings and quoted names left out. */
function statementsOf(sql: string): { readonly words: string; readonly text: string }[] {
  return [...split(sql, syntax, { tokens: true })]
    .filter(({ kind }) => kind === 'statement')
    .map(({ tokens, from, to }) => ({
      words: tokens
        .filter(({ text, kind }) => text !== ';' && kind !== 'string' && kind !== 'quoted')
        .map(({ text }) => text)
        .join(' '),
      text: sql.slice(from, to),
    }))
}

/** A DO block that ends transactions itself may not run inside one. */
function commits(text: string): boolean {
  return /^\s*DO\b/i.test(text) && /\b(?:COMMIT|ROLLBACK)\b\s*;/i.test(text)
}

function isOfTheCatalogue(text: string, words: string): boolean {
  if (!catalogue.test(text)) return false
  // A query that reads tables is housekeeping when all of them are the server's own, or named by its WITH.
  const own = new Set(
    [...text.matchAll(/(?:\bWITH\s+(?:RECURSIVE\s+)?|\)\s*,\s*)("?[\w$]+"?)[^()]*\bAS\b[^()]*\(/gi)].map((match) =>
      match[1]!.replaceAll('"', ''),
    ),
  )
  const sources = [...text.matchAll(/\b(?:FROM|JOIN)\s+(?:ONLY\s+)?("?[\w$]+"?(?:\s*\.\s*"?[\w$]+"?)?)/gi)].map((match) =>
    match[1]!.replaceAll('"', ''),
  )
  return (
    !/\bFROM\b/.test(words) ||
    sources.every(
      (source) => own.has(source) || /^(?:pg_|information_schema\b|current_|version$|unnest|generate_|lateral$|\()/i.test(source),
    )
  )
}
