import { showName } from '../../ir/names.ts'
import { type Difference, diff } from '../../schema/diff.ts'
import { findColumn, findTable, type Schema } from '../../schema/schema.ts'
import type { IndexState, Table } from '../../schema/table.ts'
import type { SchemaLine } from '../described.ts'
import { columnText, constraintText } from './operation.ts'

/** The schema before and after as lines: a table that is new or gone with all its parts, one that stays with those that differ. */
export function schemaLines(before: Schema, after: Schema): readonly SchemaLine[] {
  const groups = new Map<string, SchemaLine[]>()
  const group = (text: string, change: SchemaLine['change']) => {
    let lines = groups.get(text)
    if (!lines) {
      lines = [{ change, text, part: false }]
      groups.set(text, lines)
    }
    return lines
  }
  for (const difference of diff(before, after)) {
    const { change, object, name, part } = difference
    const own = showName(name)
    const sign = change === 'removed' ? 'removed' : 'added'
    if (object === 'table') {
      const table = findTable(change === 'removed' ? before : after, name)
      group(`table ${own}`, sign).push(...(table ? partsOf(table).map((text) => ({ change: sign, text, part: true }) as const) : []))
    } else if (part === undefined) group(`${object} ${own}`, sign)
    else group(`table ${own}`, 'kept').push(...partLines(difference, part, before, after))
  }
  return [...groups.values()].flatMap(unique)
}

/** A column whose type and default both changed is one line before and one after. */
function unique(lines: readonly SchemaLine[]): readonly SchemaLine[] {
  return lines.filter((line, at) => lines.findIndex(({ change, text }) => change === line.change && text === line.text) === at)
}

function partLines({ change, object, name, property }: Difference, part: string, before: Schema, after: Schema): readonly SchemaLine[] {
  const of = (schema: Schema): string => {
    const table = findTable(schema, name)
    if (object === 'column') {
      const column = findColumn(schema, name, part)?.column
      return column ? columnText(column) : part
    }
    const index = object === 'index' ? table?.indexes.find((one) => one.name === part) : undefined
    if (index) return indexText(index)
    const state = object === 'constraint' ? table?.constraints.find(({ constraint }) => constraint.name === part) : undefined
    return state ? constraintText(state.constraint) : `${object} ${part}`
  }
  if (change !== 'changed') return [{ change, text: of(change === 'removed' ? before : after), part: true }]
  const [old, now] = [of(before), of(after)]
  const say = old === now ? ` (${property ?? 'definition'})` : ''
  return [
    { change: 'removed', text: old + say, part: true },
    { change: 'added', text: now + say, part: true },
  ]
}

function partsOf({ columns, constraints, indexes }: Table): readonly string[] {
  return [
    ...[...columns.values()].map(({ column }) => columnText(column)),
    ...constraints.filter(({ constraint }) => constraint.kind !== 'notNull').map(({ constraint }) => constraintText(constraint)),
    ...indexes.filter(({ constraint, generated }) => constraint === undefined && !generated).map(indexText),
  ]
}

function indexText({ name, keys, unique: isUnique, where }: IndexState): string {
  const columns = keys.map(({ column, expression }) => column ?? expression?.sql ?? '?').join(', ')
  return `${isUnique ? 'unique ' : ''}index${name === undefined ? '' : ` ${name}`} (${columns})${where ? ` where ${where.sql}` : ''}`
}
