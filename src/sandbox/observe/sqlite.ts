import type { Effects, Observer } from './observer.ts'

/**
 * SQLite seen through one SELECT: the root page of each table and the count of changed rows. It takes no locks on tables that another session could wait for, and tells nobody
 * what a statement read. `written` names the table where the statement's text is given, else every row is under `*`.
 */
export const sqliteObserver: Observer = {
  mark: [
    "SELECT name, rootpage AS page, 0 AS written FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    "UNION ALL SELECT '', 0, total_changes()",
  ].join(' '),
  effects: (before, after, sql) => {
    const pages = pagesOf(before)
    const rewritten = [...pagesOf(after)].filter(([name, page]) => (pages.get(name) ?? page) !== page).map(([name]) => name)
    const rows = writtenOf(after) - writtenOf(before)
    const effects: Effects = { locks: [], held: [], rewritten, scanned: {}, written: rows > 0 ? { [targetOf(sql) ?? '*']: rows } : {} }
    return effects
  },
  wraps: () => false,
  isNoise: (sql) =>
    /^\s*PRAGMA\b/i.test(sql) ||
    (/^\s*SELECT\b/i.test(sql) && /\b(?:sqlite_(?:temp_)?(?:master|schema|sequence)|pragma_\w+|sqlite_version\s*\()/i.test(sql)),
  failing: 'SELECT * FROM "surefoot: injected failure"',
  ladder: (sql) => [sql],
  refuses: () => false,
}

type Marks = readonly Readonly<Record<string, unknown>>[]

function pagesOf(marks: Marks): ReadonlyMap<string, number> {
  return new Map(marks.filter(({ name }) => name !== '').map(({ name, page }) => [String(name), Number(page)]))
}

function writtenOf(marks: Marks): number {
  return Number(marks.find(({ name }) => name === '')?.written ?? 0)
}

/** The table that a statement writes to, by its first words. */
function targetOf(sql: string | undefined): string | undefined {
  const match =
    /^\s*(?:(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+)?INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|CREATE\s+(?:TEMP(?:ORARY)?\s+)?TABLE(?:\s+IF\s+NOT\s+EXISTS)?)\s+(?:main\s*\.\s*)?(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([\w$]+))/i.exec(
      sql ?? '',
    )
  return match?.slice(1).find((name) => name !== undefined)
}
