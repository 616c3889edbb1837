import type { AlterColumnType } from '../../../ir/operation.ts'
import { findColumn, findTable } from '../../../schema/schema.ts'
import type { OtherLock, TypeChange } from '../../dialect.ts'
import { typeChange } from '../type-change.ts'
import { plainUsing } from '../using.ts'
import { distinct, foreignKeysOf, referencesTo } from './relations.ts'
import type { Costs, Place } from './row.ts'
import { instant, other, page, unsure, work } from './row.ts'

const alterTable = page('sql-altertable')

function change(operation: AlterColumnType, place: Place): TypeChange {
  const from = findColumn(place.before, operation.table, operation.column)?.column.type
  if (from === undefined && operation.using && plainUsing(operation.using.sql, operation.column) === undefined)
    return { effect: 'rewrite', because: 'USING computes every value anew', narrows: 'unknown' }
  if (from === undefined)
    return { effect: 'unknown', because: `the type that ${operation.column} has now is not known`, narrows: 'unknown' }
  const at = {
    table: operation.table,
    column: operation.column,
    ...(operation.collation === undefined ? {} : { collation: operation.collation }),
  }
  const zone = place.settings.get('timezone')
  return typeChange(from, operation.type, place.before, place.version, at, operation.using, zone)
}

const effect = (wanted: TypeChange['effect']) => (operation: AlterColumnType, place: Place) => change(operation, place).effect === wanted
const explain = (operation: AlterColumnType, place: Place) => change(operation, place).because

/** A foreign key on the column, from either side, is dropped and made again: both tables are locked as the drop locks them. */
function foreignSides(operation: AlterColumnType, place: Place): readonly OtherLock[] {
  const parents = foreignKeysOf(findTable(place.before, operation.table))
    .filter((state) => state.constraint.columns.includes(operation.column))
    .flatMap((state) => (state.constraint.references ? [state.constraint.references.table] : []))
  const children = referencesTo(place.before, operation.table, [operation.column]).map((found) => found.table)
  const scans = change(operation, place).effect === 'rewrite'
  return distinct(place.before, [...parents, ...children], operation.table).map((table) => other(table, 'ACCESS EXCLUSIVE', scans))
}

const every = { recurses: true, dropsStatistics: true, others: foreignSides, explain, cite: alterTable }

export const columnType: Costs = {
  alterColumnType: [
    { when: effect('free'), ...instant('ACCESS EXCLUSIVE'), ...every, proof: 'type-change-free' },
    { when: effect('scan'), ...work('ACCESS EXCLUSIVE', 'scan'), ...every, proof: 'type-change-check' },
    { when: effect('reindex'), ...work('ACCESS EXCLUSIVE', 'index'), ...every, proof: 'type-change-reindex' },
    { when: effect('rewrite'), ...work('ACCESS EXCLUSIVE', 'rewrite'), ...every, proof: 'type-change-rewrite' },
    { ...unsure('ACCESS EXCLUSIVE'), ...every },
  ],
}
