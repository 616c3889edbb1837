import { split, type Token } from '../../../sql/split.ts'
import { syntaxOf } from '../../../sql/syntax.ts'

const syntax = syntaxOf('postgres')

/** Functions that reach files, other servers or other databases (https://www.postgresql.org/docs/current/functions-admin.html, contrib's dblink and adminpack). */
const reaching =
  /^(?:DBLINK(?:_\w+)?|PG_READ_(?:BINARY_)?FILE|PG_LS_\w+|PG_STAT_FILE|LO_IMPORT|LO_EXPORT|PG_FILE_\w+|PG_RELOAD_CONF|PG_ROTATE_LOGFILE|PG_TERMINATE_BACKEND|PG_CANCEL_BACKEND|PG_PROMOTE|PG_SWITCH_WAL|PG_EXECUTE_SERVER_PROGRAM)$/

/** Words after which a name is that of a relation, not of a function that is called. */
const named = new Set(['TABLE', 'EXISTS', 'INTO', 'ON', 'REFERENCES'])

/** First words of statements that change more than the database that they run in. */
const beyond: readonly (readonly [RegExp, string])[] = [
  [/^ALTER SYSTEM\b/, 'it changes the settings of the whole server'],
  [/^(?:CREATE|DROP) DATABASE\b/, 'it creates or drops a database'],
  [/^ALTER DATABASE \S+ (?:RENAME|OWNER|SET TABLESPACE)\b/, 'it changes which databases there are'],
  [/^(?:CREATE|ALTER|DROP) TABLESPACE\b/, 'it reaches the disk of the server'],
  [
    /^(?:CREATE|ALTER) (?:ROLE|USER)\b.*(?:^|\s)(?:SUPERUSER|CREATEDB|CREATEROLE|REPLICATION|BYPASSRLS)\b/,
    'it gives a role rights over the whole server',
  ],
  [/^(?:CREATE|ALTER) SUBSCRIPTION\b/, 'it connects to another server'],
  [/^LOAD\b/, 'it loads a library into the server'],
]

/** Why a text may not run in a sandbox: it reaches outside its database. Undefined: it may. Takes one statement or several. */
export function forbidden(sql: string): string | undefined {
  for (const part of split(sql, syntax, { tokens: true })) {
    const because =
      part.kind === 'blank' ? undefined : part.kind === 'command' ? command(sql.slice(part.start, part.end)) : statement(sql, part.tokens)
    if (because !== undefined) return because
  }
  return undefined
}

/** A psql command that opens another database or runs a program; the others are the client's own affair. */
function command(text: string): string | undefined {
  const name = /\\(\S+)/.exec(text)?.[1]?.toLowerCase()
  if (name === undefined) return undefined
  if (name === 'c' || name === 'connect') return 'it connects to another database'
  if (name === '!' || name === 'o' || name === 'w' || name === 'copy') return `it lets the client run a program or write a file (\\${name})`
  return undefined
}

function statement(sql: string, tokens: readonly Token[]): string | undefined {
  const words = tokens.map(({ kind, text, start, end }) => (kind === 'string' ? "''" : kind === 'quoted' ? sql.slice(start, end) : text))
  const text = words.join(' ')
  const because = beyond.find(([pattern]) => pattern.test(text))
  if (because) return because[1]
  if (words[0] === 'COPY') {
    const way = tokens.findIndex((token, i) => i > 0 && depthAt(words, i) === 0 && (token.text === 'FROM' || token.text === 'TO'))
    const target = tokens[way + 1]
    if (target?.text === 'PROGRAM') return 'it runs a program on the server'
    if (way > 0 && target?.kind === 'string') return 'it reads or writes a file of the server'
  }
  const call = tokens.findIndex(
    ({ text: name, kind }, i) => kind === 'word' && reaching.test(name) && words[i + 1] === '(' && !named.has(words[i - 1] ?? ''),
  )
  if (call >= 0) return `it calls ${words[call]!.toLowerCase()}(), which reaches outside the database`
  // What a function or a DO block holds is read the same way.
  for (const { kind, start, end } of tokens) {
    const body = kind === 'string' && /^\$[^$]*\$/.exec(sql.slice(start, end))
    if (!body) continue
    const inner = sql.slice(start + body[0].length, end - body[0].length)
    const found = reachingCall(inner)
    if (found !== undefined) return found
  }
  return undefined
}

function reachingCall(body: string): string | undefined {
  const program = /\bCOPY\b[^;]*\b(?:FROM|TO)\s+(?:PROGRAM\b|')/i.test(body)
  if (program) return 'it holds a COPY that runs a program or touches a file of the server'
  const call = [...body.matchAll(/\b([a-z_]\w*)\s*\(/gi)].find((match) => reaching.test(match[1]!.toUpperCase()))
  return call ? `it calls ${call[1]!.toLowerCase()}(), which reaches outside the database` : undefined
}

function depthAt(words: readonly string[], at: number): number {
  let depth = 0
  for (const word of words.slice(0, at)) depth += word === '(' ? 1 : word === ')' ? -1 : 0
  return depth
}
