import { showName } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { foreignKeysOf, isUniqueOver } from '../../schema/foreign-keys.ts'
import type { Schema } from '../../schema/schema.ts'
import type { Refusal } from '../dialect.ts'

/**
 * SQLite takes every foreign key, and fails with "foreign key mismatch" on each write to the child whose parent's columns nothing makes
 * unique. https://sqlite.org/foreignkeys.html#fk_indexes
 */
export function refusals(operation: Operation, _before: Schema, after: Schema): readonly Refusal[] {
  return [...nonNullReferences(operation), ...mismatches(operation, after)]
}

/** ALTER TABLE … ADD COLUMN with REFERENCES and a default that is no NULL, while foreign keys are enforced: https://sqlite.org/lang_altertable.html */
function nonNullReferences(operation: Operation): readonly Refusal[] {
  if (operation.kind !== 'addColumn') return []
  const { column, table, span } = operation
  const refers = column.constraints.some(({ kind }) => kind === 'foreignKey')
  if (!refers || !column.default || column.default.isNull) return []
  const because = `${showName(table)}.${column.name} has REFERENCES and a default that is not NULL`
  return [{ of: 'foreign key', because, error: 'Cannot add a REFERENCES column with non-NULL default value', span, whenEnforced: true }]
}

function mismatches(operation: Operation, after: Schema): readonly Refusal[] {
  return foreignKeysOf(operation, after).flatMap(({ parent, parentColumns, span }): Refusal[] => {
    if (!parent.complete || !after.complete || parentColumns === undefined || parentColumns.length === 0) return []
    if (parent.indexes.some((index) => isUniqueOver(index, parentColumns, after))) return []
    const because = `no primary key and no unique index of ${showName(parent.name)} is over ${parentColumns.join(', ')} alone`
    return [{ of: 'foreign key', because, error: 'foreign key mismatch', span, onUse: true, parent: parent.name }]
  })
}
