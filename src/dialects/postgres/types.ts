import type { DataType } from '../../ir/column.ts'
import type { Schema } from '../../schema/schema.ts'
import { findType } from '../../schema/schema.ts'
import type { Version } from '../dialect.ts'
import { atLeast } from '../dialect.ts'

// https://www.postgresql.org/docs/current/datatype.html, table "Data Types", and the aliases that the grammar itself knows.
const canonicalNames: ReadonlyMap<string, string> = new Map([
  ['int', 'integer'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['int2', 'smallint'],
  ['serial4', 'serial'],
  ['serial8', 'bigserial'],
  ['serial2', 'smallserial'],
  ['float4', 'real'],
  ['float8', 'double precision'],
  ['float', 'double precision'],
  ['decimal', 'numeric'],
  ['dec', 'numeric'],
  ['bool', 'boolean'],
  ['character varying', 'varchar'],
  ['char varying', 'varchar'],
  ['national character varying', 'varchar'],
  ['national char varying', 'varchar'],
  ['nchar varying', 'varchar'],
  ['character', 'char'],
  ['national character', 'char'],
  ['national char', 'char'],
  ['nchar', 'char'],
  ['bpchar', 'char'],
  ['bit varying', 'varbit'],
  ['timestamp without time zone', 'timestamp'],
  ['timestamp with time zone', 'timestamptz'],
  ['time without time zone', 'time'],
  ['time with time zone', 'timetz'],
])

/** Words that continue a type's name of several words; after the arguments too (`timestamp(3) with time zone`). */
const continuations: ReadonlySet<string> = new Set(['precision', 'varying', 'character', 'char', 'with', 'without', 'time', 'zone'])
const severalWords: ReadonlySet<string> = new Set(['double', 'character', 'char', 'national', 'nchar', 'bit', 'timestamp', 'time'])

/**
 * The lower-case name by which the rules know a type, from any name or alias of it without arguments: `int4` and `pg_catalog.int4`
 * are `integer`, `timestamp with time zone` is `timestamptz`. A name that is no alias comes back as it is: serial kinds and user
 * types keep theirs, and the case of a user type's name is kept.
 */
export function canonicalType(name: string): string {
  const direct = canonicalNames.get(name)
  if (direct !== undefined) return direct
  const bare = name.startsWith('pg_catalog.') ? name.slice('pg_catalog.'.length) : name
  const lower = bare.toLowerCase().trim().replace(/\s+/g, ' ')
  return canonicalNames.get(lower) ?? (builtinTypes.has(lower) ? lower : bare)
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'arguments' | 'bounds' | 'dot' | 'other'
  readonly text: string
}

/** Where a run enclosed by `open` and `close` ends, quotes inside respected; the text's end when it is never closed. */
function endOfGroup(text: string, start: number, open: string, close: string): number {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const character = text[i]!
    if (character === "'" || character === '"') {
      const end = text.indexOf(character, i + 1)
      if (end === -1) return text.length
      i = end
    } else if (character === open) depth++
    else if (character === close && --depth === 0) return i + 1
  }
  return text.length
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let i = 0
  while (i < text.length) {
    const character = text[i]!
    if (/\s/.test(character)) i++
    else if (character === '"') {
      let name = ''
      for (i++; i < text.length; i++) {
        if (text[i] !== '"') name += text[i]
        else if (text[i + 1] === '"') name += text[i++]
        else break
      }
      i++
      tokens.push({ kind: 'quoted', text: name })
    } else if (character === '(') {
      const end = endOfGroup(text, i, '(', ')')
      tokens.push({ kind: 'arguments', text: text.slice(i + 1, text[end - 1] === ')' ? end - 1 : end) })
      i = end
    } else if (character === '[') {
      const end = endOfGroup(text, i, '[', ']')
      tokens.push({ kind: 'bounds', text: text.slice(i, end) })
      i = end
    } else if (character === '.') {
      tokens.push({ kind: 'dot', text: '.' })
      i++
    } else {
      let end = i + 1
      while (end < text.length && !/[\s"()[\].,]/.test(text[end]!)) end++
      tokens.push({ kind: character === ',' ? 'other' : 'word', text: text.slice(i, end) })
      i = end
    }
  }
  return tokens
}

/** Splits `10, 2` or `'a', 'b,c'` at the commas that stand outside of quotes. */
function splitArguments(text: string): readonly string[] {
  const parts: string[] = []
  let quoted = false
  let start = 0
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === "'") quoted = !quoted
    if (i < text.length && (quoted || text[i] !== ',')) continue
    const part = text.slice(start, i).trim()
    if (part !== '') parts.push(part)
    start = i + 1
  }
  return parts
}

const intervalFields: ReadonlySet<string> = new Set(['year', 'month', 'day', 'hour', 'minute', 'second', 'to'])

/**
 * Reads a type as a column or a builder spells it: `varchar(255)`, `numeric(10, 2)[]`, `timestamp(3) with time zone`,
 * `"My Type"`, `billing.status`, `text ARRAY`. Never fails: what is no PostgreSQL type becomes a type of that name, to which
 * `missingType` may have an objection. `char` and `bit` without a length have the length 1, as the grammar gives them;
 * the fields of an interval stand before its precision in `args`.
 */
export function parseType(text: string): DataType {
  const written = text.trim().replace(/\s+/g, ' ')
  const tokens = tokenize(written)
  let schema: string | undefined
  let quoted = false
  let unsigned = false
  let array = false
  let args: readonly string[] | undefined
  const words: string[] = []
  const fields: string[] = []
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    const word = token.text.toLowerCase()
    if (token.kind === 'bounds') array = true
    else if (token.kind === 'arguments') args ??= splitArguments(token.text)
    else if (token.kind === 'dot') {
      schema = words.pop()
      quoted = false
    } else if (token.kind === 'quoted') {
      words.push(token.text)
      quoted = true
    } else if (token.kind === 'other') continue
    else if (words.length === 0) words.push(word)
    else if (word === 'array') array = true
    else if (word === 'unsigned' || word === 'zerofill') unsigned = true
    else if (tokens[i - 1]!.kind === 'dot') words.push(word)
    else if (words[0] === 'interval' && intervalFields.has(word)) fields.push(word)
    else if (!quoted && severalWords.has(words[0]!) && continuations.has(word)) words.push(word)
  }
  if (schema === 'pg_catalog') schema = undefined
  const spelled = words.join(' ')
  const userType = quoted || schema !== undefined
  // "char" in quotes is a type of its own, one byte wide.
  const name = quoted && spelled === 'char' ? '"char"' : userType && !canonicalNames.has(spelled) ? spelled : canonicalType(spelled)
  if (spelled === 'float') return float(written, args ?? [], array)
  const lengthOne = args === undefined && spelled !== 'bpchar' && (name === 'char' || name === 'bit') && !userType
  const labels = (name === 'enum' || name === 'set') && args !== undefined ? args.map(unquote) : undefined
  return {
    text: written,
    name,
    ...(schema === undefined ? {} : { schema }),
    args: labels ? [] : [...(fields.length > 0 ? [fields.join(' ')] : []), ...(args ?? (lengthOne ? ['1'] : []))],
    array,
    ...(unsigned ? { unsigned } : {}),
    ...(labels ? { labels } : {}),
  }
}

/** `float(n)` is `real` up to 24 binary digits and `double precision` above. */
function float(text: string, args: readonly string[], array: boolean): DataType {
  const digits = args[0] === undefined ? 53 : Number(args[0])
  return { text, name: digits <= 24 ? 'real' : 'double precision', args: [], array }
}

function unquote(text: string): string {
  return text.startsWith("'") && text.endsWith("'") && text.length > 1 ? text.slice(1, -1).replaceAll("''", "'") : text
}

/** Types that the server brings along, by canonical name; extension types are not among them. */
export const builtinTypes: ReadonlySet<string> = new Set(
  (
    'smallint integer bigint numeric real money boolean text bytea varchar char name date time timetz timestamp timestamptz interval ' +
    'uuid json jsonb jsonpath xml bit varbit inet cidr macaddr macaddr8 point line lseg box path polygon circle tsvector tsquery oid xid ' +
    'xid8 cid tid regclass regproc regprocedure regoper regoperator regtype regrole regnamespace regconfig regdictionary regcollation ' +
    'int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange ' +
    'datemultirange serial bigserial smallserial pg_lsn pg_snapshot txid_snapshot refcursor oidvector int2vector'
  )
    .split(' ')
    .concat('double precision', '"char"'),
)

/** Types that came with a version; everything else of `builtinTypes` is older than 12. */
const typesSince: readonly (readonly [since: number, names: ReadonlySet<string>])[] = [
  [14, new Set(['int4multirange', 'int8multirange', 'nummultirange', 'tsmultirange', 'tstzmultirange', 'datemultirange'])],
  [13, new Set(['xid8', 'pg_snapshot', 'regcollation'])],
]

/** Types that no PostgreSQL has and nobody would name a type of their own: whose they are, and what PostgreSQL has instead. */
const foreignTypes: ReadonlyMap<string, readonly [engine: string, instead: string]> = new Map([
  ['tinyint', ['MySQL', 'smallint']],
  ['mediumint', ['MySQL', 'integer']],
  ['datetime', ['MySQL', 'timestamp']],
  ['tinytext', ['MySQL', 'text']],
  ['mediumtext', ['MySQL', 'text']],
  ['longtext', ['MySQL', 'text']],
  ['tinyblob', ['MySQL', 'bytea']],
  ['blob', ['MySQL', 'bytea']],
  ['mediumblob', ['MySQL', 'bytea']],
  ['longblob', ['MySQL', 'bytea']],
  ['binary', ['MySQL', 'bytea']],
  ['varbinary', ['MySQL', 'bytea']],
  ['double', ['MySQL', 'double precision']],
  ['year', ['MySQL', 'smallint']],
  ['enum', ['MySQL', 'CREATE TYPE … AS ENUM']],
  ['set', ['MySQL', 'text[]']],
  ['nvarchar', ['SQL Server', 'varchar']],
  ['ntext', ['SQL Server', 'text']],
  ['datetime2', ['SQL Server', 'timestamp']],
  ['datetimeoffset', ['SQL Server', 'timestamptz']],
  ['smalldatetime', ['SQL Server', 'timestamp']],
  ['uniqueidentifier', ['SQL Server', 'uuid']],
  ['varchar2', ['Oracle', 'varchar']],
  ['nvarchar2', ['Oracle', 'varchar']],
  ['clob', ['Oracle', 'text']],
  ['nclob', ['Oracle', 'text']],
])

const withoutArguments: ReadonlySet<string> = new Set(
  'smallint integer bigint serial bigserial smallserial text bytea boolean uuid json jsonb date real inet cidr money xml'
    .split(' ')
    .concat('double precision'),
)

/**
 * Why this type does not exist in this version, as part of a sentence (`TINYINT is a MySQL type; PostgreSQL has smallint`);
 * undefined when it does, or when it may: a type created in the schema, an extension's, a name that we do not know. Only a name
 * that can be nothing else is called foreign.
 */
export function missingType(type: DataType, before: Schema, version: Version): string | undefined {
  if (type.unsigned) return 'UNSIGNED is MySQL syntax; PostgreSQL has no unsigned integers'
  if (type.schema !== undefined || findType(before, { name: type.name }) !== undefined) return undefined
  const lower = type.name.toLowerCase()
  const foreign = foreignTypes.get(lower)
  if (foreign) return `${lower.toUpperCase()} is ${article(foreign[0])} type; PostgreSQL has ${foreign[1]}`
  const since = typesSince.find(([, names]) => names.has(lower))?.[0]
  if (since !== undefined && !atLeast(version, since)) return `${lower} exists from PostgreSQL ${since}`
  if (type.args.length > 0 && withoutArguments.has(type.name)) {
    return type.name.endsWith('int') || type.name === 'integer'
      ? `a display width (${type.text}) is MySQL syntax; PostgreSQL has ${type.name}`
      : `${type.name} takes no length in PostgreSQL (${type.text})`
  }
  return undefined
}

function article(engine: string): string {
  return /^[AEIO]/.test(engine) ? `an ${engine}` : `a ${engine}`
}
