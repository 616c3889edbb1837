import type { DataType } from '../../ir/column.ts'
import type { Schema } from '../../schema/schema.ts'
import { atLeast, type Version } from '../dialect.ts'

/** The two engines that share this room. MariaDB is not MySQL: what one has, the other may lack. */
export type Flavour = 'mysql' | 'mariadb'

/** Spellings that the server stores under another name. Sources: MySQL 8.4 manual 13.9 "Using Data Types from Other Database Engines", MariaDB "Data Types". */
const aliases: Readonly<Record<string, string>> = {
  integer: 'int',
  int1: 'tinyint',
  int2: 'smallint',
  int3: 'mediumint',
  int4: 'int',
  int8: 'bigint',
  middleint: 'mediumint',
  dec: 'decimal',
  numeric: 'decimal',
  fixed: 'decimal',
  float4: 'float',
  float8: 'double',
  real: 'double',
  'double precision': 'double',
  character: 'char',
  nchar: 'char',
  'national char': 'char',
  'national character': 'char',
  'character varying': 'varchar',
  'char varying': 'varchar',
  varcharacter: 'varchar',
  nvarchar: 'varchar',
  'nchar varchar': 'varchar',
  'nchar varying': 'varchar',
  'nchar varcharacter': 'varchar',
  'national varchar': 'varchar',
  'national varcharacter': 'varchar',
  'national char varying': 'varchar',
  'national character varying': 'varchar',
  'char byte': 'binary',
  'character byte': 'binary',
  long: 'mediumtext',
  'long varchar': 'mediumtext',
  'long varcharacter': 'mediumtext',
  'long char varying': 'mediumtext',
  'long character varying': 'mediumtext',
  'long varbinary': 'mediumblob',
  'long byte': 'mediumblob',
  geomcollection: 'geometrycollection',
  'timestamp with time zone': 'timestamptz',
  'time with time zone': 'timetz',
  'bit varying': 'varbit',
}

/** Words that can follow a type's first word and still belong to its name. */
const continuations = new Set(['precision', 'varying', 'char', 'character', 'varchar', 'varcharacter', 'varbinary', 'byte'])
const leaders = new Set(['double', 'character', 'char', 'national', 'nchar', 'long', 'bit'])

const ownTypes = new Set(
  (
    'tinyint smallint mediumint int bigint decimal float double bit date time datetime timestamp year char varchar binary varbinary ' +
    'tinytext text mediumtext longtext tinyblob blob mediumblob longblob enum set json geometry point linestring polygon ' +
    'multipoint multilinestring multipolygon geometrycollection'
  ).split(' '),
)

/** Since which version each engine has a type that it did not always have; absent: never. */
const since: Readonly<Record<string, Partial<Record<Flavour, Version>>>> = {
  json: { mysql: [5, 7, 8], mariadb: [10, 2, 7] },
  vector: { mysql: [9, 0], mariadb: [11, 7] },
  uuid: { mariadb: [10, 7] },
  inet6: { mariadb: [10, 5] },
  inet4: { mariadb: [10, 10] },
}

/** Types of other engines that turn up in migrations, and whose they are. */
const foreign: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    (
      'jsonb timestamptz timetz bytea money citext hstore cidr inet macaddr macaddr8 interval varbit smallserial bigserial ' +
      'serial2 serial4 serial8 oid regclass regtype name tsvector tsquery xml ltree lquery box circle line lseg path ' +
      'int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange ' +
      'tstzmultirange datemultirange pg_lsn txid_snapshot cube bpchar'
    )
      .split(' ')
      .map((name) => [name, 'PostgreSQL'] as const),
  ),
  ...Object.fromEntries(
    'uniqueidentifier smallmoney datetime2 datetimeoffset smalldatetime ntext image rowversion sql_variant hierarchyid'
      .split(' ')
      .map((name) => [name, 'SQL Server'] as const),
  ),
  number: 'Oracle',
  varchar2: 'Oracle',
  nvarchar2: 'Oracle',
  clob: 'Oracle',
  nclob: 'Oracle',
  bfile: 'Oracle',
}

const wordPattern = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/y

/**
 * Reads a type as a column or a builder spells it: `INT(11) UNSIGNED`, `enum('a','b')`, `varchar(20) CHARACTER SET latin1`.
 * Gives the server's canonical name, which is `int` for `integer` and `tinyint` with args ['1'] for `boolean`. A character set or
 * collation stays in `text` (see `charsetOf`). Never throws: what is not a type comes back under its own lower-case text.
 */
export function parseType(text: string): DataType {
  const shown = text.trim()
  let at = 0
  const words: string[] = []
  const nextWord = (): string | undefined => {
    while (at < shown.length && /\s/.test(shown[at]!)) at++
    wordPattern.lastIndex = at
    const match = wordPattern.exec(shown)
    if (match) at = wordPattern.lastIndex
    return match?.[0].toLowerCase()
  }
  const first = nextWord()
  if (first === undefined) return { text: shown, name: shown.toLowerCase(), args: [], array: false }
  words.push(first)
  while (leaders.has(first)) {
    const back = at
    const word = nextWord()
    if (word === undefined || !continuations.has(word)) {
      at = back
      break
    }
    words.push(word)
  }
  let name = words.join(' ')
  while (at < shown.length && /\s/.test(shown[at]!)) at++
  let args: readonly string[] = []
  let labels: readonly string[] | undefined
  if (shown[at] === '(') {
    const list = readArguments(shown, at)
    at = list.end
    args = list.args
    labels = name === 'enum' || name === 'set' ? list.labels : undefined
  }
  const rest = withoutQuoted(shown.slice(at)).toLowerCase()
  if ((name === 'timestamp' || name === 'time') && /^\s*with(out)?\s+time\s+zone\b/.test(rest)) {
    name += /^\s*without/.test(rest) ? ' without time zone' : ' with time zone'
  }
  if (name === 'bit' && /^\s*varying\b/.test(rest)) name = 'bit varying'
  const array = /^\s*(array\b|\[)/.test(rest)
  const suffixes = new Set(rest.match(/[a-z]+/g) ?? [])
  let unsigned = suffixes.has('unsigned') || suffixes.has('zerofill')
  if (name === 'bool' || name === 'boolean') {
    name = 'tinyint'
    args = ['1']
  } else if (name === 'serial') {
    name = 'bigint'
    unsigned = true
  } else name = Object.hasOwn(aliases, name) ? aliases[name]! : name
  if (name === 'char' && suffixes.has('byte')) name = 'binary'
  return { text: shown, name, args, array, ...(unsigned ? { unsigned } : {}), ...(labels ? { labels } : {}) }
}

function readArguments(text: string, open: number): { args: string[]; labels: string[]; end: number } {
  const args: string[] = []
  const labels: string[] = []
  let at = open + 1
  let start = at
  let depth = 1
  const close = () => {
    const arg = text.slice(start, at).trim()
    if (arg !== '') args.push(arg)
  }
  while (at < text.length) {
    const char = text[at]!
    if (char === "'" || char === '"') {
      const literal = readLiteral(text, at)
      labels.push(literal.value)
      at = literal.end
      continue
    }
    if (char === '(') depth++
    else if (char === ')' && --depth === 0) break
    else if (char === ',' && depth === 1) {
      close()
      start = at + 1
    }
    at++
  }
  close()
  return { args, labels, end: Math.min(at + 1, text.length) }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0', Z: '\x1a' }

function readLiteral(text: string, open: number): { value: string; end: number } {
  const quote = text[open]!
  let value = ''
  let at = open + 1
  while (at < text.length) {
    const char = text[at]!
    if (char === '\\' && at + 1 < text.length) {
      const next = text[at + 1]!
      value += escapes[next] ?? next
      at += 2
    } else if (char === quote && text[at + 1] === quote) {
      value += quote
      at += 2
    } else if (char === quote) return { value, end: at + 1 }
    else {
      value += char
      at++
    }
  }
  return { value, end: at }
}

function withoutQuoted(text: string): string {
  return text.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, ' ')
}

/** Was the type written SERIAL, which here means BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE? */
export function isSerial(type: DataType): boolean {
  return /^serial\b/i.test(type.text)
}

/** Is this a type that the server refuses without a length (`VARCHAR NOT NULL` is PostgreSQL's syntax), written without one? */
export function lacksLength(type: DataType): boolean {
  return (type.name === 'varchar' || type.name === 'varbinary') && type.args.length === 0
}

/** The character set or collation that is written in the type's text: `latin1`, `utf8mb4`; undefined when there is none. */
export function charsetOf(type: DataType): string | undefined {
  const rest = withoutQuoted(type.text.replace(/^[^)]*\)/, ' ')).toLowerCase()
  const charset = /\b(?:character\s+set|charset|charset\s*=)\s*=?\s*([a-z0-9_]+)/.exec(rest)?.[1]
  if (charset !== undefined) return charset
  const collation = /\bcollate\s*=?\s*([a-z0-9_]+)/.exec(rest)?.[1]
  return collation?.split('_')[0]
}

/**
 * Does the engine have this type in this version? undefined when it has; else a sentence part: "JSONB is a PostgreSQL type".
 * Sources: MySQL 8.4 manual chapter 13, MariaDB "Data Types"; every name was tried on MariaDB 10.11.
 */
export function missingType(type: DataType, _before: Schema, version: Version, flavour: Flavour): string | undefined {
  const engine = flavour === 'mysql' ? 'MySQL' : 'MariaDB'
  if (type.array) return `arrays such as ${type.text} exist in PostgreSQL only`
  const name = type.name
  const written = (/^[\w$]+/.exec(type.text)?.[0] ?? type.text).toLowerCase()
  if (name === '' || name.includes('surefoot_hole_')) return undefined
  const shown = name.toUpperCase()
  const versions = Object.hasOwn(since, name) ? since[name] : undefined
  if (versions) {
    const first = versions[flavour]
    if (first && atLeast(version, ...first)) return undefined
    if (first) return `${shown} exists since ${engine} ${first.join('.')}`
    const other = versions[flavour === 'mysql' ? 'mariadb' : 'mysql']
    return name === 'uuid' ? `UUID is a PostgreSQL and MariaDB type` : other ? `${shown} is a MariaDB type` : undefined
  }
  // Error 1064 (MariaDB 10.11, and https://dev.mysql.com/doc/refman/8.4/en/string-type-syntax.html).
  if ((name === 'varchar' || name === 'varbinary') && type.args.length === 0) return `${shown} needs a length there, such as ${shown}(255)`
  if (ownTypes.has(name)) return undefined
  if (name.endsWith('without time zone')) return `${shown} is a PostgreSQL type`
  const owner = Object.hasOwn(foreign, name) ? foreign[name] : Object.hasOwn(foreign, written) ? foreign[written] : undefined
  if (owner !== undefined) return `${shown} is ${owner === 'Oracle' ? 'an' : 'a'} ${owner} type`
  return `${engine} has no type ${shown}`
}
