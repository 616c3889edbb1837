import { statementsOf } from '../../observe/mysql-text.ts'

/** What reaches out of a database, by the words that a statement begins with or holds. */
const reaching: readonly (readonly [RegExp, string])[] = [
  [/^USE\b/, 'it goes to another database'],
  [/^SET\b.*\b(?:GLOBAL|PERSIST|PERSIST_ONLY)\b|^SET\b.*@@(?:GLOBAL|PERSIST)/i, 'it changes settings of the whole server'],
  [/^(?:GRANT|REVOKE)\b/, 'it changes rights, which are the whole server’s'],
  [/^(?:CREATE|ALTER|DROP|RENAME)(?: OR REPLACE)? (?:USER|ROLE)\b|^SET PASSWORD\b/, 'it changes accounts, which are the whole server’s'],
  [
    /^(?:CREATE|ALTER|DROP)(?: OR REPLACE)? (?:DATABASE|SCHEMA|SERVER|TABLESPACE|LOGFILE)\b/,
    'it makes, changes or drops more than one database holds',
  ],
  [/^LOAD (?:DATA|XML|INDEX)\b/, 'it reads a file'],
  [/\bINTO (?:OUTFILE|DUMPFILE)\b/, 'it writes a file'],
  [/\bLOAD_FILE \(/, 'it reads a file'],
  [/^(?:INSTALL|UNINSTALL)\b/, 'it changes the plugins of the server'],
  [/^FLUSH\b(?! TABLES? `| TABLES? (?!WITH\b)\w)/, 'it flushes what the whole server shares'],
  [
    /^(?:SHUTDOWN|RESTART|KILL|CLONE|RESET|PURGE|CHANGE|START (?:SLAVE|REPLICA|GROUP_REPLICATION)|STOP (?:SLAVE|REPLICA|GROUP_REPLICATION))\b/,
    'it is about the server itself',
  ],
  [/^BINLOG\b/, 'it replays the log of another server'],
]

/** Databases of the server itself that anybody may read. */
const readable = /^(?:information_schema|performance_schema|sys)$/i

/** Words after which a table is named. */
const beforeTable = new Set([
  'FROM',
  'JOIN',
  'INTO',
  'UPDATE',
  'TABLE',
  'TABLES',
  'REFERENCES',
  'ON',
  'TO',
  'EXISTS',
  'VIEW',
  'TRUNCATE',
  'LIKE',
])

/** Why a text may not run in a sandbox: it reaches out of its database. Undefined: it may. Takes one statement or several. */
export function forbidden(sql: string): string | undefined {
  for (const { words, names } of statementsOf(sql)) {
    const found = reaching.find(([pattern]) => pattern.test(words))
    if (found) return found[1]
    const other = names.find(
      ({ sign, name }, i) =>
        !sign &&
        names[i + 1]?.sign === true &&
        names[i + 1]?.name === '.' &&
        !readable.test(name) &&
        isTable(names, i) &&
        // In a join's condition stands `ON orders.id = …`, in an index's definition `ON shop.orders (…)`.
        !(names[i - 1]?.name.toUpperCase() === 'ON' && !/^CREATE\b/.test(words)),
    )
    if (other) return `it names the database ${other.name}, and a rehearsal has one of its own: leave the name out`
  }
  return undefined
}

function isTable(names: readonly { readonly name: string; readonly quoted: boolean }[], at: number): boolean {
  const before = names[at - 1]
  return before !== undefined && !before.quoted && beforeTable.has(before.name.toUpperCase())
}
