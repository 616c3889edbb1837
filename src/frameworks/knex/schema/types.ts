import type { DialectName } from '../../../ir/names.ts'
import type { Value } from '../../../javascript/value.ts'
import { arrayOf, booleanOf, member, numberOf, shown, textOf } from '../../values.ts'

/** A column's type as the text that Knex sends. */
export interface TypeText {
  readonly text: string
  /** The values of `enu`, which stand in the type (MySQL), a CHECK or a type of their own. undefined: no enum, or not all are known. */
  readonly labels?: readonly string[]
}

/** Names under which one type is asked for (lib/schema/columnbuilder.js, `columnAlias`). */
const aliases: Readonly<Record<string, string>> = {
  float: 'floating',
  enum: 'enu',
  boolean: 'bool',
  string: 'varchar',
  bigint: 'biginteger',
  int: 'integer',
}

/** The methods of a table that add a column. */
export const columnTypes: ReadonlySet<string> = new Set([
  ...['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'real', 'bit', 'boolean', 'serial'],
  ...['date', 'datetime', 'timestamp', 'time', 'year', 'geometry', 'geography', 'point', 'char', 'varchar', 'tinytext', 'tinyText'],
  ...['text', 'mediumtext', 'mediumText', 'longtext', 'longText', 'binary', 'varbinary', 'tinyblob', 'tinyBlob', 'mediumblob'],
  ...['mediumBlob', 'blob', 'longblob', 'longBlob', 'enum', 'set', 'bool', 'dateTime', 'increments', 'bigincrements', 'bigIncrements'],
  ...['integer', 'biginteger', 'bigInteger', 'string', 'json', 'jsonb', 'uuid', 'enu', 'specificType'],
])

/** The one name of a type that has several: `float` and `floating`, `bigInteger` and `bigint`. */
export function typeKey(method: string): string {
  return (aliases[method] ?? method).toLowerCase()
}

type Make = string | ((args: readonly Value[]) => string)
type Types = Readonly<Record<string, Make>>

const number = (value: Value | undefined, otherwise: number): number => {
  const given = numberOf(value) ?? Number.parseInt(textOf(value) ?? '', 10)
  return Number.isNaN(given) ? otherwise : given
}
const sized = (word: string, standard: number) => (args: readonly Value[]) => `${word}(${number(args[0], standard)})`
const precise = (word: string) => (args: readonly Value[]) => `${word}(${number(args[0], 8)}, ${number(args[1], 2)})`
/** `int(11)` where a length is given. */
const optional = (word: string) => (args: readonly Value[]) => (number(args[0], 0) > 0 ? `${word}(${number(args[0], 0)})` : word)

const common: Types = {
  varchar: sized('varchar', 255),
  floating: precise('float'),
  decimal: precise('decimal'),
  binary: 'blob',
  bool: 'boolean',
  bit: 'text',
  json: 'text',
  jsonb: 'text',
  uuid: (args) => (booleanOf(member(args[0], 'useBinaryUuid')) === true ? 'binary(16)' : 'char(36)'),
  integer: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  biginteger: 'bigint',
  specifictype: (args) => shown(args[0]),
}

/** `timestamp(name, { useTz, precision })`, and the older `timestamp(name, withoutTz, precision)`. */
function postgresTime(args: readonly Value[]): string {
  const options = args[0]?.kind === 'object' ? args[0] : undefined
  const zoned = options ? (booleanOf(member(options, 'useTz')) ?? true) : booleanOf(args[0]) !== true
  const precision = numberOf(options ? member(options, 'precision') : args[1])
  return `${zoned ? 'timestamptz' : 'timestamp'}${precision === undefined ? '' : `(${precision})`}`
}

const postgres: Types = {
  ...common,
  bit: (args) => (number(member(args[0], 'length'), 0) > 0 ? `bit(${number(member(args[0], 'length'), 1)})` : 'bit'),
  decimal: (args) => (args[0]?.kind === 'null' ? 'decimal' : precise('decimal')(args)),
  json: 'json',
  jsonb: 'jsonb',
  datetime: postgresTime,
  timestamp: postgresTime,
  binary: 'bytea',
  double: 'double precision',
  floating: 'real',
  smallint: 'smallint',
  tinyint: 'smallint',
  uuid: 'uuid',
  // `serial` and `bigserial`; that the column is one is said beside its type.
  increments: 'integer',
  bigincrements: 'bigint',
}

const withPrecision = (word: string) => (args: readonly Value[]) => {
  const precision = numberOf(args[0]?.kind === 'object' ? member(args[0], 'precision') : args[0])
  return precision === undefined ? word : `${word}(${precision})`
}

const mysql: Types = {
  ...common,
  double: (args) => (number(args[0], 0) > 0 ? precise('double')(args) : 'double'),
  integer: optional('int'),
  tinyint: optional('tinyint'),
  smallint: 'smallint',
  mediumint: 'mediumint',
  text: (args) =>
    ({ medium: 'mediumtext', mediumtext: 'mediumtext', long: 'longtext', longtext: 'longtext' })[textOf(args[0]) ?? ''] ?? 'text',
  datetime: withPrecision('datetime'),
  timestamp: withPrecision('timestamp'),
  time: withPrecision('time'),
  bit: optional('bit'),
  binary: (args) => (number(args[0], 0) > 0 ? `varbinary(${number(args[0], 0)})` : 'blob'),
  json: 'json',
  jsonb: 'json',
  increments: 'int unsigned',
  bigincrements: 'bigint unsigned',
}

const sqlite: Types = {
  ...common,
  json: 'json',
  jsonb: 'json',
  double: 'float',
  decimal: 'float',
  floating: 'float',
  timestamp: 'datetime',
  increments: 'integer',
  bigincrements: 'integer',
}

/** The type of a column, `args` being what follows its name. Measured on Knex 3.3 (lib/dialects/…/schema/…-columncompiler.js). */
export function typeText(key: string, args: readonly Value[], dialect: DialectName): TypeText {
  if (key === 'enu' || key === 'set') return enumText(key, args, dialect)
  const types = dialect === 'postgres' ? postgres : dialect === 'sqlite' ? sqlite : mysql
  const make = Object.hasOwn(types, key) ? types[key]! : key
  return { text: typeof make === 'string' ? make : make(args) }
}

function enumText(key: string, args: readonly Value[], dialect: DialectName): TypeText {
  const list = arrayOf(args[0])
  const items = list?.items.map((item) => textOf(item) ?? shown(item))
  const labels = list?.complete === true && list.items.every((item) => textOf(item) !== undefined) ? items : undefined
  const known = labels ? { labels } : {}
  if (dialect !== 'mysql' && dialect !== 'mariadb') return { text: 'text', ...known }
  const written = (items ?? []).map((item) => `'${item.replaceAll("'", "''")}'`).join(', ')
  return { text: `${key === 'set' ? 'set' : 'enum'}(${written})`, ...known }
}
