import type { Constraint, IndexKey } from '../../ir/column.ts'
import type { CreateIndex } from '../../ir/operation.ts'
import { list, qualified, quoted, type Spelling } from './names.ts'

/** A constraint as it stands in CREATE TABLE or behind ADD; undefined for those that cannot be stated so. */
export function constraintSql(constraint: Constraint, spelling: Spelling): string | undefined {
  const { kind, name, columns, keys, references, expression } = constraint
  const body = () => {
    switch (kind) {
      case 'primaryKey':
        return `PRIMARY KEY ${keys ? keyList(keys, spelling) : list(columns, spelling)}`
      case 'unique':
        return `UNIQUE ${keys ? keyList(keys, spelling) : list(columns, spelling)}`
      case 'check':
        return expression && `CHECK (${expression.sql})`
      case 'foreignKey': {
        if (!references) return undefined
        const target = references.columns.length > 0 ? ` ${list(references.columns, spelling)}` : ''
        const onDelete = references.onDelete ? ` ON DELETE ${references.onDelete}` : ''
        const onUpdate = references.onUpdate ? ` ON UPDATE ${references.onUpdate}` : ''
        return `FOREIGN KEY ${list(columns, spelling)} REFERENCES ${qualified(references.table, spelling)}${target}${onDelete}${onUpdate}`
      }
      default:
        return undefined
    }
  }
  const stated = body()
  if (stated === undefined) return undefined
  const deferrable = constraint.deferrable ? ` DEFERRABLE${constraint.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : ''
  const enforced = constraint.enforced === false ? ' NOT ENFORCED' : ''
  const notValid = constraint.notValid ? ' NOT VALID' : ''
  return `${name === undefined ? '' : `CONSTRAINT ${quoted(name, spelling)} `}${stated}${deferrable}${enforced}${notValid}`
}

/** The keys of an index, in parentheses. */
function keyList(keys: readonly IndexKey[], spelling: Spelling): string {
  const key = ({ column, expression, prefix, collation, operatorClass, descending }: IndexKey) =>
    (column === undefined ? keyOf(expression?.sql ?? '', spelling) : quoted(column, spelling)) +
    (prefix === undefined ? '' : `(${prefix})`) +
    (collation === undefined ? '' : ` COLLATE ${quoted(collation, spelling)}`) +
    (operatorClass === undefined ? '' : ` ${operatorClass}`) +
    (descending ? ' DESC' : '')
  return `(${keys.map(key).join(', ')})`
}

/** An expression as a key: in parentheses, but for a call where the engine takes it without. */
function keyOf(sql: string, { quote }: Spelling): string {
  return quote === '"' && /^[\w.]+\([^()'"]*\)$/.test(sql) ? sql : `(${sql})`
}

/** CREATE INDEX; `methodFirst`: USING stands before the keys (PostgreSQL), not behind them (MySQL). */
export function indexSql(index: CreateIndex, spelling: Spelling, methodFirst: boolean): string | undefined {
  if (index.name === undefined || index.keys.length === 0) return undefined
  const method = index.method === undefined ? '' : ` USING ${index.method}`
  return (
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${index.concurrently ? 'CONCURRENTLY ' : ''}${quoted(index.name, spelling)}` +
    ` ON ${qualified(index.table, spelling)}${methodFirst ? method : ''} ${keyList(index.keys, spelling)}${methodFirst ? '' : method}` +
    (index.include ? ` INCLUDE ${list(index.include, spelling)}` : '') +
    (index.where ? ` WHERE ${index.where.sql}` : '')
  )
}
