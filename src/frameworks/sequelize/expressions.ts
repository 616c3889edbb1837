import type { Dialect } from '../../dialects/dialect.ts'
import { type Expression, literal } from '../../ir/column.ts'
import type { Value } from '../../javascript/value.ts'
import { arrayOf, handle, shown, textOf } from '../values.ts'
import { typeSpec } from './types.ts'

/** What `Sequelize.literal`, `fn`, `col`, `cast`, `json` and `where` give. */
export interface SqlSpec {
  readonly form: SqlForm
  readonly args: readonly Value[]
}
export type SqlForm = 'literal' | 'fn' | 'col' | 'cast' | 'json' | 'where'

const forms: ReadonlySet<string> = new Set<SqlForm>(['literal', 'fn', 'col', 'cast', 'json', 'where'])

export function isSqlForm(name: string): name is SqlForm {
  return forms.has(name)
}

export function sqlHandle(form: SqlForm, args: readonly Value[]): Value {
  return handle('sql', { form, args } satisfies SqlSpec)
}

export function sqlSpec(value: Value | undefined): SqlSpec | undefined {
  return value?.kind === 'handle' && value.name === 'sql' ? (value.data as SqlSpec) : undefined
}

/** How the engine quotes a name. */
export function quoteName(name: string, dialect: Dialect): string {
  const quote = dialect.name === 'postgres' ? '"' : '`'
  return name
    .split('.')
    .map((part) => (part === '*' ? part : `${quote}${part.replaceAll(quote, '')}${quote}`))
    .join('.')
}

/** The SQL of a value that Sequelize escapes, or of an SQL helper's handle. What is not known stands as `${…}`; nesting ends at ten. */
export function sqlOfValue(value: Value | undefined, dialect: Dialect, depth = 0): string {
  if (value === undefined || value.kind === 'undefined' || value.kind === 'null') return 'NULL'
  if (depth > 10) return '…'
  const spec = sqlSpec(value)
  if (spec) return sqlOfSpec(spec, dialect, depth + 1)
  switch (value.kind) {
    case 'string':
      return `'${shown(value).replaceAll("'", "''")}'`
    case 'number':
      return String(value.value)
    case 'boolean':
      return dialect.name === 'sqlite' ? (value.value ? '1' : '0') : String(value.value)
    case 'array': {
      const items = value.items.map((item) => sqlOfValue(item, dialect, depth + 1)).join(', ')
      return dialect.name === 'postgres' ? `ARRAY[${items}]` : `'${shown(value).replaceAll("'", "''")}'`
    }
    case 'object':
      return `'${jsonOf(value, depth + 1).replaceAll("'", "''")}'`
    default:
      return shown(value)
  }
}

function jsonOf(value: Value, depth: number): string {
  if (depth > 10) return '…'
  if (value.kind === 'string') return JSON.stringify(shown(value))
  if (value.kind === 'array') return `[${value.items.map((item) => jsonOf(item, depth + 1)).join(',')}]`
  if (value.kind === 'object')
    return `{${[...value.members].map(([key, item]) => `${JSON.stringify(key)}:${jsonOf(item, depth + 1)}`).join(',')}}`
  return shown(value)
}

function sqlOfSpec(spec: SqlSpec, dialect: Dialect, depth: number): string {
  const [first, ...rest] = spec.args
  switch (spec.form) {
    case 'literal':
      return first === undefined ? 'NULL' : shown(first)
    case 'fn':
      return `${shown(first)}(${rest.map((argument) => sqlOfValue(argument, dialect, depth)).join(', ')})`
    case 'col': {
      const name = textOf(first)
      return name === undefined ? shown(first) : quoteName(name, dialect)
    }
    case 'cast':
      return `CAST(${sqlOfValue(first, dialect, depth)} AS ${typeSpec(rest[0])?.key ?? shown(rest[0]).toUpperCase()})`
    case 'json':
      return shown(first)
    case 'where':
      return `${sqlOfValue(first, dialect, depth)} = ${sqlOfValue(rest.at(-1), dialect, depth)}`
  }
}

/** A DEFAULT as the SQL carries it. A value that is not known is escaped all the same: a constant for the database. */
export function defaultExpression(value: Value, dialect: Dialect): Expression {
  const spec = sqlSpec(value)
  if (spec) return dialect.parseExpression(sqlOfSpec(spec, dialect, 0))
  switch (value.kind) {
    case 'null':
      return literal(null)
    case 'string': {
      const text = textOf(value)
      return text === undefined ? unknownConstant(value) : literal(text)
    }
    case 'number':
      return literal(value.value)
    case 'boolean':
      return literal(dialect.name === 'sqlite' ? Number(value.value) : value.value)
    case 'array': {
      const items = arrayOf(value)?.items ?? []
      const literals = items.flatMap((item) => textOf(item) ?? [])
      return { ...literal(null), sql: sqlOfValue(value, dialect), isNull: false, literals }
    }
    case 'object':
      return literal(jsonOf(value, 0))
    default:
      return unknownConstant(value)
  }
}

function unknownConstant(value: Value): Expression {
  return { ...literal(null), sql: shown(value), isNull: false }
}
