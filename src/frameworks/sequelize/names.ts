import type { DialectName, Name } from '../../ir/names.ts'
import type { Value } from '../../javascript/value.ts'
import { member, shown, textOf } from '../values.ts'
import { plural } from './plural.ts'

/** Does the engine have schemas that Sequelize writes before the table? MySQL and SQLite get `schema.table` as one name, MariaDB two. */
export function hasSchemas(dialect: DialectName): boolean {
  return dialect === 'postgres' || dialect === 'mariadb'
}

function plain(text: string): string {
  return text.replaceAll('"', '').replaceAll('`', '')
}

/**
 * The table that an argument means: a string, or `{ tableName, schema }`. `dotted`: addIndex and the constraint methods split
 * a string at its dots, the other methods quote it whole.
 */
export function tableName(
  value: Value | undefined,
  dialect: DialectName,
  options: { schema?: string | undefined; dotted?: boolean } = {},
): Name {
  const text = textOf(value)
  if (text !== undefined) {
    const name = plain(text)
    const dot = options.dotted ? name.lastIndexOf('.') : -1
    if (dot > 0) return inSchema(name.slice(dot + 1), name.slice(0, dot), dialect)
    return inSchema(name, options.schema, dialect)
  }
  if (value?.kind === 'object') {
    const own = member(value, 'tableName', 'name')
    const schema = member(value, 'schema')
    const schemaText = schema === undefined ? options.schema : (textOf(schema) ?? undefined)
    const name = textOf(own)
    if (name !== undefined) return inSchema(plain(name), schemaText, dialect)
    return { ...inSchema(shown(own), schemaText, dialect), dynamic: true }
  }
  if (value?.kind === 'handle' && value.name === 'model') {
    const table = (value.data as { readonly table?: Name } | undefined)?.table
    if (table) return table
  }
  return { name: shown(value), dynamic: true }
}

function inSchema(name: string, schema: string | undefined, dialect: DialectName): Name {
  if (schema === undefined || schema === '') return { name }
  return hasSchemas(dialect) ? { schema: plain(schema), name } : { name: `${plain(schema)}.${name}` }
}

/** `inflection.underscore`, with which Sequelize makes the names of indexes: every capital is written `_x`. */
export function underscored(text: string): string {
  return text
    .split('::')
    .map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).replace(/^_/, ''))
    .join('/')
    .toLowerCase()
}

/** The table of a model that names none: Sequelize makes the plural of its name, and the words of it. */
export function defaultTable(model: string, snake: boolean, frozen: boolean): string {
  if (frozen) return model
  return snake ? underscored(plural(model)) : plural(model)
}

/** The name that addIndex and removeIndex give an index without one: of `{ tableName, schema }` the schema is not part of it. */
export function defaultIndexName(table: Value | undefined, fields: readonly string[]): string {
  const name = textOf(table) ?? shown(member(table, 'tableName', 'name') ?? table)
  return underscored(`${plain(name).replaceAll('.', '_')}_${fields.join('_')}`)
}

/** The type that PostgreSQL gets for an ENUM column. */
export function enumName(table: Name, column: string): Name {
  return { schema: table.schema ?? 'public', name: `enum_${table.name}_${column}`, ...(table.dynamic ? { dynamic: true as const } : {}) }
}
