import { createHash } from 'node:crypto'
import type { Name } from '../../ir/names.ts'
import type { Value } from '../../javascript/value.ts'
import { constructedOf, isKnownText, optionsOf, textMember, textOf } from './read-options.ts'

/** A table's path as TypeORM splits it: `table`, `schema.table`, `database.schema.table`. */
export function nameOfPath(path: string): Name {
  const parts = path.split('.')
  const name = parts.at(-1) ?? path
  const schema = parts.at(-2)
  return schema ? { schema, name } : { name }
}

/** The table that a `Table | string` argument means; undefined when it is not known. */
export function tableNameOf(value: Value | undefined): Name | undefined {
  const constructed = constructedOf(value)
  if (constructed) {
    const options = optionsOf(value)
    const path = textMember(options, 'name')
    if (path === undefined) return undefined
    const schema = textMember(options, 'schema')
    const name = named(path, isKnownText(options?.members.get('name')))
    return schema !== undefined && name.schema === undefined ? { ...name, schema } : name
  }
  if (value?.kind === 'handle') return (value.data as { readonly table?: Name } | undefined)?.table
  const path = textOf(value)
  return path === undefined ? undefined : named(path, isKnownText(value))
}

function named(path: string, known: boolean): Name {
  return known ? nameOfPath(path) : { name: path, dynamic: true }
}

/**
 * The name that TypeORM's default naming strategy gives: a prefix and the start of a SHA-1 of table and columns
 * (https://github.com/typeorm/typeorm/blob/master/src/naming-strategy/DefaultNamingStrategy.ts).
 */
export function generatedName(
  kind: 'PK' | 'UQ' | 'FK' | 'IDX' | 'CHK' | 'XCL',
  table: Name,
  parts: readonly string[],
  where?: string,
): string {
  const sorted = kind === 'CHK' || kind === 'XCL' ? parts : [...parts].sort()
  const key = `${table.name}_${sorted.join('_')}${kind === 'IDX' && where ? `_${where}` : ''}`
  const length = kind === 'IDX' || kind === 'CHK' || kind === 'XCL' ? 26 : 27
  return `${kind}_${createHash('sha1').update(key).digest('hex').slice(0, length)}`
}

/** The name of the type that TypeORM creates on PostgreSQL for an enum column. */
export function enumTypeName(table: Name, column: string, enumName: string | undefined): Name {
  if (enumName !== undefined) return { ...schemaOf(table), ...nameOfPath(enumName) }
  return { ...schemaOf(table), name: `${table.name}_${column.toLowerCase()}_enum` }
}

function schemaOf(table: Name): { readonly schema?: string } {
  return table.schema === undefined ? {} : { schema: table.schema }
}

/** snake_case as TypeORM's default naming strategy makes table names of class names. */
export function snakeCase(text: string): string {
  return text
    .replaceAll(/([A-Z])([A-Z])([a-z])/g, '$1_$2$3')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
}
