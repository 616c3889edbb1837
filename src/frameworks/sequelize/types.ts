import type { Dialect } from '../../dialects/dialect.ts'
import type { DataType, Expression } from '../../ir/column.ts'
import type { DialectName, Name } from '../../ir/names.ts'
import type { HandleValue, Value } from '../../javascript/value.ts'
import { arrayOf, booleanOf, handle, member, numberOf, textOf } from '../values.ts'

/** One of Sequelize's data types with what was asked of it. */
export interface TypeSpec {
  /** `STRING`, `ENUM`, … */
  readonly key: string
  /** Called or refined: an instance. A bare class passed to changeColumn also means `allowNull: true`. */
  readonly made?: true
  readonly length?: number | string
  readonly decimals?: number
  readonly precision?: number
  readonly scale?: number
  readonly unsigned?: boolean
  readonly zerofill?: boolean
  readonly binary?: boolean
  /** ENUM: its labels; undefined when they are not all known. */
  readonly labels?: readonly string[] | undefined
  /** ARRAY and RANGE: what of. */
  readonly of?: Value
  /** GEOMETRY and GEOGRAPHY: `POINT`. */
  readonly shape?: string
  readonly srid?: number
}

/** https://sequelize.org/docs/v6/other-topics/other-data-types/ and lib/data-types.js of 6.37: every name of the DataTypes namespace. */
const typeNames: ReadonlySet<string> = new Set(
  (
    'ABSTRACT STRING CHAR TEXT NUMBER TINYINT SMALLINT MEDIUMINT INTEGER BIGINT FLOAT TIME DATE DATEONLY BOOLEAN NOW BLOB DECIMAL ' +
    'NUMERIC UUID UUIDV1 UUIDV4 HSTORE JSON JSONB VIRTUAL ARRAY ENUM RANGE REAL DOUBLE GEOMETRY GEOGRAPHY CIDR INET MACADDR CITEXT TSVECTOR'
  ).split(' '),
)

/** The handle of a data type; undefined: there is none of that name. */
export function typeHandle(name: string): HandleValue | undefined {
  if (name === 'DOUBLE PRECISION') return handle('type', { key: 'DOUBLE' } satisfies TypeSpec)
  return typeNames.has(name) ? handle('type', { key: name === 'NUMERIC' ? 'DECIMAL' : name } satisfies TypeSpec) : undefined
}

export function typeSpec(value: Value | undefined): TypeSpec | undefined {
  return value?.kind === 'handle' && value.name === 'type' ? (value.data as TypeSpec) : undefined
}

/** `DataTypes.STRING(255)`, `new DataTypes.ENUM('a', 'b')`. */
export function calledType(spec: TypeSpec, args: readonly Value[]): HandleValue {
  return handle('type', { ...spec, made: true, ...argumentsOf(spec.key, args) })
}

/** `DataTypes.INTEGER.UNSIGNED`; undefined: not a property of types. */
export function typeProperty(spec: TypeSpec, property: string): Value | undefined {
  if (property === 'UNSIGNED') return handle('type', { ...spec, made: true, unsigned: true })
  if (property === 'ZEROFILL') return handle('type', { ...spec, made: true, zerofill: true })
  if (property === 'BINARY') return handle('type', { ...spec, made: true, binary: true })
  return undefined
}

function argumentsOf(key: string, args: readonly Value[]): Partial<TypeSpec> {
  const first = args[0]
  const options = first?.kind === 'object' ? first : undefined
  const flag = (name: string) => (booleanOf(member(options, name)) ? { [name]: true } : {})
  switch (key) {
    case 'ENUM': {
      const given = options ? member(options, 'values') : undefined
      return { labels: labelsOf(given ? [given] : options ? [] : args) }
    }
    case 'ARRAY':
    case 'VIRTUAL':
    case 'RANGE': {
      const of = options ? member(options, 'type', 'subtype') : first
      return of ? { of } : {}
    }
    case 'GEOMETRY':
    case 'GEOGRAPHY': {
      const shape = textOf(options ? member(options, 'type') : first)
      const srid = numberOf(options ? member(options, 'srid') : args[1])
      return { ...(shape ? { shape } : {}), ...(srid ? { srid } : {}) }
    }
    case 'DECIMAL': {
      const precision = numberOf(options ? member(options, 'precision') : first)
      const scale = numberOf(options ? member(options, 'scale') : args[1])
      return { ...(precision ? { precision } : {}), ...(scale ? { scale } : {}), ...flag('unsigned'), ...flag('zerofill') }
    }
    default: {
      const written = options ? member(options, 'length') : first
      const length = numberOf(written) ?? textOf(written)
      const second = options ? member(options, 'decimals') : args[1]
      const decimals = numberOf(second)
      const binary = booleanOf(second) === true
      return {
        ...(length === undefined ? {} : { length }),
        ...(decimals === undefined ? {} : { decimals }),
        ...(binary ? { binary } : {}),
        ...flag('binary'),
        ...flag('unsigned'),
        ...flag('zerofill'),
      }
    }
  }
}

/** The labels of an enum from its arguments: strings, lists of strings; undefined when one is not known. */
function labelsOf(values: readonly Value[]): readonly string[] | undefined {
  const labels: string[] = []
  for (const value of values) {
    const list = arrayOf(value)
    if (list) {
      const inner = list.complete ? labelsOf(list.items) : undefined
      if (inner === undefined) return undefined
      labels.push(...inner)
      continue
    }
    const text = textOf(value) ?? (value.kind === 'number' ? String(value.value) : undefined)
    if (text === undefined) return undefined
    labels.push(text)
  }
  return labels.length > 0 ? labels : undefined
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

function number(spec: TypeSpec, key: string): string {
  const arguments_ = spec.length ? `(${spec.length}${spec.decimals === undefined ? '' : `,${spec.decimals}`})` : ''
  return `${key}${arguments_}${spec.unsigned ? ' UNSIGNED' : ''}${spec.zerofill ? ' ZEROFILL' : ''}`
}

function decimal(spec: TypeSpec): string {
  const parts = [spec.precision, spec.scale].filter((part) => part)
  return parts.length > 0 ? `DECIMAL(${parts.join(',')})` : 'DECIMAL'
}

function sized(spec: TypeSpec, key: string): string {
  const size = typeof spec.length === 'string' ? spec.length.toLowerCase() : ''
  return size === 'tiny' || size === 'medium' || size === 'long' ? `${size.toUpperCase()}${key}` : key
}

const rangeTypes: Readonly<Record<string, string>> = {
  INTEGER: 'int4range',
  DECIMAL: 'numrange',
  DATE: 'tstzrange',
  DATEONLY: 'daterange',
  BIGINT: 'int8range',
}

/** lib/dialects/{postgres,mysql,mariadb,sqlite}/data-types.js of 6.37. ENUM on PostgreSQL is not here: its name comes from its column. */
function sqlOf(spec: TypeSpec, dialect: DialectName): string {
  const postgres = dialect === 'postgres'
  const sqlite = dialect === 'sqlite'
  switch (spec.key) {
    case 'STRING':
      if (spec.binary)
        return postgres ? 'BYTEA' : sqlite ? `VARCHAR BINARY(${spec.length ?? 255})` : `VARCHAR(${spec.length ?? 255}) BINARY`
      return `VARCHAR(${spec.length ?? 255})`
    case 'CHAR':
      if (spec.binary) return postgres ? 'BYTEA' : sqlite ? `CHAR BINARY(${spec.length ?? 255})` : `CHAR(${spec.length ?? 255}) BINARY`
      return `CHAR(${spec.length ?? 255})`
    case 'TEXT':
      return postgres || sqlite ? 'TEXT' : sized(spec, 'TEXT')
    case 'CITEXT':
      return sqlite ? 'TEXT' : 'CITEXT'
    case 'BLOB':
      return postgres ? 'BYTEA' : sized(spec, 'BLOB')
    case 'BOOLEAN':
      return postgres ? 'BOOLEAN' : 'TINYINT(1)'
    case 'DATE':
      if (postgres) return 'TIMESTAMP WITH TIME ZONE'
      return spec.length && !sqlite ? `DATETIME(${spec.length})` : 'DATETIME'
    case 'DATEONLY':
      return 'DATE'
    case 'UUID':
    case 'UUIDV1':
    case 'UUIDV4':
      return spec.key === 'UUID' && !postgres && !sqlite ? 'CHAR(36) BINARY' : spec.key
    case 'TINYINT':
    case 'SMALLINT':
    case 'MEDIUMINT':
    case 'INTEGER':
    case 'BIGINT':
      return postgres ? spec.key : sqlite ? number({ ...spec, unsigned: false, zerofill: false }, spec.key) : number(spec, spec.key)
    case 'FLOAT':
      return postgres && spec.decimals !== undefined
        ? 'FLOAT'
        : number(postgres ? { ...spec, unsigned: false, zerofill: false } : spec, 'FLOAT')
    case 'REAL':
    case 'DOUBLE': {
      const key = spec.key === 'DOUBLE' ? 'DOUBLE PRECISION' : 'REAL'
      return postgres ? key : number(spec, key)
    }
    case 'DECIMAL':
      return `${decimal(spec)}${spec.unsigned && !postgres && !sqlite ? ' UNSIGNED' : ''}`
    case 'RANGE':
      if (!postgres) return 'RANGE'
      return rangeTypes[typeSpec(spec.of)?.key ?? 'INTEGER'] ?? 'int4range'
    case 'GEOMETRY':
    case 'GEOGRAPHY':
      if (!postgres) return spec.shape ?? spec.key
      return spec.shape ? `${spec.key}(${spec.shape}${spec.srid ? `,${spec.srid}` : ''})` : spec.key
    case 'ENUM':
      return sqlite || spec.labels === undefined ? 'TEXT' : `ENUM(${spec.labels.map(quoted).join(', ')})`
    default:
      return spec.key
  }
}

/** A type that is written as text goes into the SQL as it is: PostgreSQL's ALTER COLUMN … TYPE reads a conversion behind it. */
function withoutUsing(text: string, dialect: Dialect): { readonly type: string; readonly using?: string } {
  const at = dialect.name === 'postgres' ? text.search(/\susing\s/i) : -1
  const type = text.slice(0, at)
  // An even number of quotes: the word stands outside of them.
  if (at === -1 || type.split(/['"]/).length % 2 === 0) return { type: text }
  return { type, using: text.slice(at + ' using '.length) }
}

/** The conversion of `type: 'INTEGER USING age::integer'`; undefined: none is written. */
export function usingOf(value: Value | undefined, dialect: Dialect): Expression | undefined {
  const { using } = withoutUsing(textOf(value) ?? '', dialect)
  return using === undefined ? undefined : dialect.parseExpression(using)
}

/** The type of a column in the SQL that is sent. `enumType` names the type that PostgreSQL gets for an ENUM. */
export function dataType(value: Value | undefined, dialect: Dialect, enumType: Name | undefined): DataType | undefined {
  const spec = typeSpec(value)
  if (spec === undefined) {
    const text = withoutUsing(textOf(value) ?? '', dialect).type
    return text.trim() === '' ? undefined : dialect.parseType(text)
  }
  if (spec.key === 'ARRAY') {
    const inner = dataType(spec.of, dialect, enumType)
    return inner && { ...inner, text: `${inner.text}[]`, array: true }
  }
  if (spec.key === 'ENUM' && dialect.name === 'postgres' && enumType) {
    return {
      text: `"${enumType.schema ?? 'public'}"."${enumType.name}"`,
      name: enumType.name,
      schema: enumType.schema ?? 'public',
      args: [],
      array: false,
    }
  }
  if (spec.key === 'ENUM' && spec.labels === undefined && dialect.name !== 'sqlite') {
    return { text: 'ENUM(…)', name: 'enum', args: [], array: false }
  }
  return dialect.parseType(sqlOf(spec, dialect.name))
}

/** The ENUM at the bottom of a type: `ENUM`, or `ARRAY(ENUM)`; with `values` of the attribute, which win. */
export function enumLabels(
  type: Value | undefined,
  values: Value | undefined,
): { readonly labels: readonly string[] | undefined } | undefined {
  const spec = typeSpec(type)
  const inner = spec?.key === 'ARRAY' ? typeSpec(spec.of) : spec
  if (inner?.key !== 'ENUM') return undefined
  return { labels: values ? labelsOf([values]) : inner.labels }
}

/** The default that only the library applies: `UUIDV4`, `UUIDV1`, `NOW` or a function. */
export function clientSide(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined
  const spec = typeSpec(value)
  if (spec && (spec.key === 'NOW' || spec.key === 'UUIDV1' || spec.key === 'UUIDV4')) return spec.key
  if (value.kind === 'function') return value.name ?? 'a function'
  if (value.kind === 'handle' && value.name === 'clientFunction') return String(value.data)
  return undefined
}
