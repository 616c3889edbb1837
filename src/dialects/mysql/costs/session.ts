import type { OtherStatement } from '../../../ir/operation.ts'
import type { Flavour } from '../types.ts'
import { hasFulltext, manual, measured, type Row, type Rows, tableAt } from './row.ts'

/** Commands that end the open transaction before they run, by their first words. */
const committing =
  /^\s*(?:CREATE|ALTER|DROP|RENAME|TRUNCATE|GRANT|REVOKE|SET\s+PASSWORD|INSTALL|UNINSTALL|FLUSH|ANALYZE|OPTIMIZE|CHECK|REPAIR|CACHE\s+INDEX|LOCK\s+(?:TABLES?|INSTANCE)|BEGIN|START\s+(?:TRANSACTION|SLAVE|REPLICA)|STOP\s+(?:SLAVE|REPLICA)|CHANGE\s+(?:MASTER|REPLICATION)|RESET(?!\s+PERSIST)|IMPORT\s+TABLE|SHUTDOWN)\b/i
const temporary = /^\s*(?:CREATE(?:\s+OR\s+REPLACE)?|DROP)\s+TEMPORARY\b/i

/** Does a statement with this text end the open transaction? Tells by its first words. Source: the implicit commit lists of both manuals, measured. */
export function commitsByText(text: string, flavour: Flavour): boolean {
  const start = firstWord(text)
  text = start === 0 ? text : text.slice(start)
  if (temporary.test(text)) return false
  if (/^\s*LOAD\s+INDEX\s+INTO\s+CACHE\b/i.test(text)) return flavour === 'mysql'
  return committing.test(text)
}

/** The offset of the first word: past blanks and comments, but not past `/*!`, whose content runs. */
function firstWord(text: string): number {
  let at = 0
  for (;;) {
    while (at < text.length && /\s/.test(text[at]!)) at++
    const line = text[at] === '#' || (text.startsWith('--', at) && /\s|^$/.test(text[at + 2] ?? ''))
    const block = text.startsWith('/*', at) && text[at + 2] !== '!'
    if (!line && !block) return text.startsWith('/*!', at) ? at + 3 + (/^\d*/.exec(text.slice(at + 3, at + 10))?.[0].length ?? 0) : at
    const end = text.indexOf(line ? '\n' : '*/', at + 2)
    if (end === -1) return text.length
    at = end + (line ? 1 : 2)
  }
}

const ddl = { queues: 'nothing', commits: true, cite: manual.mysqlCommit, proof: measured.all } as const
const objects = [ddl] as const satisfies readonly Row[]
/** A trigger takes the exclusive metadata lock of its table for an instant. */
const onTable = [{ ...ddl, lock: 'EXCLUSIVE', queues: 'reads-and-writes', cite: manual.metadataLocks }] as const satisfies readonly Row[]

const commands: readonly Row<OtherStatement>[] = [
  { when: ({ command }, at) => commitsByText(command, at.flavour), commits: true, cite: manual.mysqlCommit, proof: measured.all },
  { commits: false, cite: manual.mysqlCommit, proof: measured.all },
]

/** Other objects, the session, transactions, maintenance. */
export const session: Rows = {
  createView: objects,
  dropView: objects,
  createFunction: objects,
  dropFunction: objects,
  createTrigger: onTable,
  dropTrigger: onTable,
  createSchema: objects,
  dropSchema: objects,
  createDatabase: objects,
  dropDatabase: objects,
  createSequence: objects,
  dropSequence: objects,
  otherStatement: commands,
  setVariable: [
    {
      when: ({ name, value, scope }) => name === 'autocommit' && scope !== 'global' && /^(?:1|on|true)$/i.test(value ?? ''),
      commits: true,
      because: 'autocommit is switched on again after it was off',
      cite: manual.mysqlCommit,
      proof: measured.all,
    },
    { commits: false, cite: manual.mysqlCommit, proof: measured.all },
  ],
  transaction: [
    {
      when: ({ action }) => action === 'begin',
      commits: true,
      because: 'a transaction cannot be opened inside another',
      cite: manual.mysqlCommit,
      proof: measured.all,
    },
    { commits: false, cite: manual.mysqlCommit, proof: measured.all },
  ],
  lockTable: [
    { when: ({ tables }) => tables.length === 0, commits: false, cite: manual.mysqlCommit, proof: measured.all },
    {
      when: ({ mode }) => /\bREAD\b|\bSHARE/i.test(mode),
      lock: 'SHARED',
      blocks: 'writes',
      queues: 'writes',
      commits: true,
      cite: manual.mysqlCommit,
      proof: measured.all,
    },
    {
      lock: 'EXCLUSIVE',
      blocks: 'reads-and-writes',
      queues: 'reads-and-writes',
      commits: true,
      cite: manual.mysqlCommit,
      proof: measured.all,
    },
  ],
  maintain: [
    {
      when: ({ command, tables }, at) => /^OPTIMIZE/i.test(command) && tables.some((name) => hasFulltext(tableAt(at, name))),
      effort: { algorithm: 'COPY', lock: 'SHARED', rewrites: true, scans: true, buildsIndex: true },
      because: 'OPTIMIZE cannot rebuild a table with a FULLTEXT index in place',
      cite: manual.mysql,
    },
    {
      when: ({ command }) => /^OPTIMIZE/i.test(command),
      effort: { algorithm: 'INPLACE', lock: 'NONE', rewrites: true, scans: true, buildsIndex: true },
      because: 'OPTIMIZE rebuilds the table',
      cite: manual.mysql,
      proof: measured.all,
    },
    { scans: true, queues: 'nothing', commits: true, cite: manual.mysqlCommit, proof: measured.all },
  ],
  refuse: [{ commits: false, cite: manual.mysqlCommit }],
  external: [{ commits: false, cite: manual.mysqlCommit }],
  interpolate: [{ commits: false, cite: manual.mysqlCommit }],
  unsupported: [{ commits: false, because: 'the engine refuses the statement', cite: manual.mysqlCommit }],
}
