import type { Column } from '../../ir/column.ts'
import { showName } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { type ForeignKey, foreignKeysOf, isUniqueOver, primaryKeyOf } from '../../schema/foreign-keys.ts'
import type { Schema } from '../../schema/schema.ts'
import type { Table } from '../../schema/table.ts'
import { atLeast, type Refusal } from '../dialect.ts'
import { charsetIn, charsetOption, collationWritten, normal, normalCollation, type Server } from './encoding.ts'

type At = Server & { readonly settings: ReadonlyMap<string, string> }

/**
 * Foreign keys that InnoDB refuses, with foreign_key_checks off too. Measured on MariaDB 10.11 (errno 150, all 40 pairs that are told
 * here); MySQL: https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html (errors 3780, 1822 and 6125).
 */
export function foreignKeyRefusals(operation: Operation, after: Schema, at: At): readonly Refusal[] {
  // REFERENCES behind a column is read and forgotten.
  const refers = at.flavour === 'mysql' ? atLeast(at.version, 9) : atLeast(at.version, 10, 5)
  return foreignKeysOf(operation, after)
    .filter((key) => (refers || !key.inline) && isInnodb(key.child) && isInnodb(key.parent))
    .flatMap((key) => typesOf(key, at) ?? keysOf(key, after, at) ?? [])
}

function isInnodb({ options }: Table): boolean {
  return options.ENGINE === undefined || options.ENGINE.toLowerCase() === 'innodb'
}

/** What has to be the same on both sides; undefined: not judged. Lengths of strings, digits of decimals and labels may differ. */
function familyOf({ type }: Column): string | undefined {
  if (!type || type.array) return undefined
  switch (type.name) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return type.unsigned ? `${type.name} unsigned` : type.name
    case 'char':
    case 'varchar':
      return 'string'
    // InnoDB stores these as bytes of any length, and takes one for the other.
    case 'binary':
    case 'varbinary':
    case 'datetime':
    case 'timestamp':
    case 'decimal':
      return 'bytes'
    case 'date':
    case 'float':
    case 'double':
      return type.name
    default:
      return undefined
  }
}

function typesOf({ pairs, child, parent, span }: ForeignKey, at: At): Refusal | undefined {
  const error = at.flavour === 'mysql' ? (atLeast(at.version, 8) ? '3780' : '1215') : 'errno 150'
  const refused = (a: Column, b: Column, is: string, other: string): Refusal => ({
    of: 'foreign key',
    because: `${showName(child.name)}.${a.name} is ${is}, and ${showName(parent.name)}.${b.name} is ${other}`,
    error,
    span,
  })
  for (const {
    child: { column: from },
    parent: { column: to },
  } of pairs) {
    const [a, b] = [familyOf(from), familyOf(to)]
    if (a === undefined || b === undefined) continue
    if (a !== b) return refused(from, to, from.type!.text, to.type!.text)
    if (a !== 'string') continue
    const differing = encodingsOf(from, child, to, parent)
    if (differing) return refused(from, to, differing[0], differing[1])
  }
  return undefined
}

/** The character sets, or the collations, of the two columns where both are written somewhere and differ. */
function encodingsOf(from: Column, child: Table, to: Column, parent: Table): readonly [string, string] | undefined {
  const [a, b] = [charsetIn(from) ?? charsetOption(child.options), charsetIn(to) ?? charsetOption(parent.options)]
  if (a === undefined || b === undefined) return undefined
  if (normal(a) !== normal(b)) return [a, b]
  const [x, y] = [collationWritten(from, child.options), collationWritten(to, parent.options)]
  // What a character set's default collation was when the older table was made, nobody knows.
  return x === undefined || y === undefined || normalCollation(x) === normalCollation(y) ? undefined : [x, y]
}

/** The parent's columns need an index that begins with them in this order; since MySQL 8.4 a unique one over them alone. */
function keysOf({ parent, parentColumns, span }: ForeignKey, after: Schema, at: At): Refusal | undefined {
  if (!parent.complete || !after.complete || parentColumns === undefined || parentColumns.length === 0) return undefined
  const fold = (name: string) => after.naming.fold(name, 'column')
  const shown = `${showName(parent.name)} (${parentColumns.join(', ')})`
  const own = (primaryKeyOf(parent) ?? []).map((column) => ({ column }))
  const leading = parent.indexes.some((index) =>
    // InnoDB appends the primary key to each index.
    parentColumns.every((column, i) => {
      const key: { readonly column: string | undefined; readonly prefix?: number } | undefined = [...index.keys, ...own][i]
      return key?.column !== undefined && key.prefix === undefined && fold(key.column) === fold(column)
    }),
  )
  if (!leading)
    return {
      of: 'foreign key',
      because: `no index of ${showName(parent.name)} begins with ${parentColumns.join(', ')}`,
      error: at.flavour === 'mysql' ? (atLeast(at.version, 8) ? '1822' : '1215') : 'errno 150',
      span,
    }
  const strict = at.flavour === 'mysql' && atLeast(at.version, 8, 4)
  if (!strict || /^(?:0|off|false)$/i.test(at.settings.get('restrict_fk_on_non_standard_key') ?? 'on')) return undefined
  if (parent.indexes.some((index) => isUniqueOver(index, parentColumns, after))) return undefined
  return { of: 'foreign key', because: `nothing makes ${shown} unique, as MySQL asks for since 8.4`, error: '6125', span }
}
